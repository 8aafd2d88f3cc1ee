// SPDX-License-Identifier: Apache-2.0
#include "app/serving.hpp"

#include "api/dispatch.hpp"
#include "app/foundation.hpp"
#include "app/policy_reload.hpp"
#include "app/shard_identity.hpp"
#include "app/shard_limits.hpp"
#include "core/operations.hpp"
#include "core/signals.hpp"
#include "imports/upload.hpp"
#include "outbound/http_client.hpp"
#include "outbound/uri_filter.hpp"
#include "server/server.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <fmt/ranges.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace glimt {

namespace {

constexpr std::string_view component = "glimt.app";

// Every connection is a descriptor, and the soft limit is made for programs that use select().
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

log::options log_options(const settings& options) {
    log::options with;
    with.least = options.debug ? severity::debug : severity::info;
    with.json = options.use_json;
    with.path = options.log_file;
    if (!options.log_dir.empty() && !with.path.starts_with('/'))
        with.path = options.log_dir + "/" + (with.path.empty() ? "glimt.log" : with.path);
    if (options.use_stderr && !with.path.empty()) with.copy = STDERR_FILENO;
    with.date_format = options.log_date_format;
    return with;
}

loop_kind loop_of(loop_choice choice) {
    switch (choice) {
        case loop_choice::automatic: break;
        case loop_choice::uring: return loop_kind::uring;
        case loop_choice::epoll: return loop_kind::epoll;
    }
    return loop_kind::automatic;
}

fleet::options fleet_options(const settings& options) {
    fleet::options with;
    with.shards = options.workers;
    with.loop = loop_of(options.loop);
    with.pin = options.pin_cores;
    with.sizes.body_buffers =
        std::max<std::size_t>(1, options.buffer_pool_bytes / with.sizes.body_buffer_bytes);
    return with;
}

// Lives beside the shards' children from their start to their end, and decides when that is.
class keeper {
public:
    keeper(fleet& shards, server& front, const settings& options, log& out)
        : shards_(shards),
          front_(front),
          options_(options),
          out_(out),
          signals_(shards[0].loop, {SIGTERM, SIGINT, SIGQUIT, SIGHUP}) {}

    // `prepare` ends before anybody can connect.
    task<> run(task<> prepare) {
        co_await std::move(prepare);
        front_.start();
        out_.info(component, "listening on {}", fmt::join(front_.addresses(), ", "));
        const int number = co_await next_ending_signal();
        out_.info(component, "SIG{}: no new connections, {} s for what is running",
                  ::sigabbrev_np(number),
                  std::chrono::floor<std::chrono::seconds>(options_.drain_grace).count());
        co_await front_.close();
        co_await shards_.drain();
        if (!co_await emptied_in_time()) {
            co_await shards_.abort();
            co_await shards_.emptied();
        }
        out_.info(component, "ended");
    }

private:
    // SIGHUP does not end us: log rotation sends it. A reload of the settings is a restart for now.
    task<int> next_ending_signal() {
        for (;;) {
            const int number = co_await signals_.next();
            if (number != SIGHUP) co_return number;
            out_.reopen();
            out_.info(component, "SIGHUP: the log was reopened, the settings stay as they are");
        }
    }

    task<bool> emptied_in_time() {
        using namespace asio::experimental::awaitable_operators;
        if (options_.drain_grace.count() == 0) {
            const auto first = co_await (shards_.emptied() || next_ending_signal());
            co_return first.index() == 0;
        }
        const auto first = co_await (shards_.emptied() || next_ending_signal() ||
                                     async_sleep(shards_[0].loop, options_.drain_grace, or_throw));
        co_return first.index() == 0;
    }

    fleet& shards_;
    server& front_;
    const settings& options_;
    log& out_;
    signal_source signals_;
};

// What all shards share, and none changes.
struct shared_parts {
    const settings& options;
    const clock& time;
    const foundation& below;
    sqlite_pool& pool;
    std::span<const store_plan> places;
    digest_engine& hashing;
    worker_threads& blocking;
    const uri_filter& web_filter;
};

remote_check_options remote_options(const settings& options) {
    return {.json = options.remote_content_type == "application/json",
            .timeout = options.remote_timeout,
            .trust = {.ca_file = options.remote_ssl_ca_crt_file,
                      .insecure = !options.remote_ssl_verify_server_crt,
                      .certificate_file = options.remote_ssl_client_crt_file,
                      .key_file = options.remote_ssl_client_key_file}};
}

// The API on one shard.
struct shard_api {
    shard_api(shard& home, const shared_parts& with, shard_identity* first)
        : here(home),
          identity(home, with.below.identities, with.options, *with.below.rules, with.time, first),
          limits(with.options.use_keystone_limits
                     ? std::make_unique<shard_limits>(home, with.options, with.time)
                     : nullptr),
          database(home.loop, with.pool),
          web(home.loop),
          others(web, remote_options(with.options), home.out),
          places({.loop = home.loop,
                  .blocking = with.blocking,
                  .synchronous = with.options.store_synchronous,
                  .direct = with.options.store_direct,
                  .web = &web,
                  .web_filter = &with.web_filter},
                 with.places, home.out),
          recovery(home.loop, std::to_string(home.index), images, places, with.time, home.out),
          uploads{home.loop, home.buffers, with.hashing, images,  places,
                  recovery,  with.options, with.time,    home.out},
          app({home.loop, with.options, home.out, with.time, images, definitions, *with.below.rules,
               others, with.below.protections, identity.source(), with.below.identities.pipeline,
               *with.below.schema, places, uploads, limits ? &limits->limits() : nullptr}) {}

    // On the shard's own loop.
    void start() {
        here.children.start("putting back failed uploads",
                            recovery.keep_at_it(here.children, here.index == 0));
    }

    // On the shard's own loop.
    void close() {
        identity.close();
        if (limits) limits->close();
    }

    shard& here;
    shard_identity identity;
    std::unique_ptr<shard_limits> limits;
    sqlite_database database;
    catalog images{database};
    metadef_catalog definitions{database};
    http_client web;
    remote_checks others;
    stores places;
    upload_recovery recovery;
    upload_services uploads;
    api app;
};

uri_filter_lists filter_lists(const settings& options) {
    return {.allowed_schemes = options.import_allowed_schemes,
            .disallowed_schemes = options.import_disallowed_schemes,
            .allowed_hosts = options.import_allowed_hosts,
            .disallowed_hosts = options.import_disallowed_hosts,
            .allowed_ports = options.import_allowed_ports,
            .disallowed_ports = options.import_disallowed_ports};
}

// One for each processor that there is; the engine wakes no more of them than it has use for.
std::size_t hashing_threads(const fleet& shards) { return shards.size(); }

constexpr std::size_t blocking_threads = 2;

void serve_until_ended(const settings& options, const clock& time, const foundation& below,
                       sqlite_pool& pool, std::span<const store_plan> places, log& out) {
    fleet shards(fleet_options(options), out);
    digest_engine hashing(below.kernels, hashing_threads(shards));
    out.info(component, "images are hashed by {} on up to {} threads", below.kernels.name,
             hashing.threads());
    worker_threads blocking("blocking", blocking_threads);
    const uri_filter web_filter(filter_lists(options));
    const shared_parts shared{options, time, below, pool, places, hashing, blocking, web_filter};
    std::vector<std::unique_ptr<shard_api>> apps;
    std::vector<responder*> responders;
    for (std::size_t i = 0; i < shards.size(); ++i) {
        shard_identity* const first = i == 0 ? nullptr : &apps.front()->identity;
        apps.push_back(std::make_unique<shard_api>(shards[i], shared, first));
        responders.push_back(&apps.back()->app);
    }
    server front(shards, responders, options);
    const policy_files rule_files(options, below.protections.rules());
    policy_reload reload(shards, blocking, rule_files, below.rule_files, *below.rules, out);
    keeper keeps(shards, front, options, out);
    const auto prepare = [&]() -> task<> {
        co_await apps.front()->recovery.recover_dead();
        for (auto& each : apps)
            asio::post(each->here.loop.get_executor(), [&each] { each->start(); });
        shards[0].children.start("following the rules", reload.keep_at_it());
    };
    const auto whole = [&]() -> task<> {
        co_await keeps.run(prepare());
        for (auto& each : apps)
            asio::post(each->here.loop.get_executor(), [&each] { each->close(); });
    };
    shards.run(whole());
}

// Why there are no stores, or what is worth a line of the log.
bool report_places(const std::vector<store_plan>& places, log& out) {
    bool usable = true;
    for (const store_plan& each : places) {
        for (const auto& error : each.errors)
            out.write(severity::critical, component, {}, "cannot start: {}", error);
        usable = usable && each.errors.empty();
        for (const auto& warning : each.warnings) out.warning(component, "{}", warning);
    }
    return usable;
}

exit_status found_and_serve(settings options, const clock& time, log& out) {
    foundation below = make_foundation(options);
    if (!below.identities.pipeline.has(paste_filter::http_proxy_to_wsgi))
        options.enable_proxy_headers_parsing = false;  // what the pipeline does not name is off
    const database_choice chosen = choose_database(options);
    if (!chosen.error.empty()) below.errors.push_back(chosen.error);
    for (const auto& each : below.errors)
        out.write(severity::critical, component, {}, "cannot start: {}", each);
    if (!below.errors.empty()) return exit_status::configuration;
    for (const auto& each : below.warnings) out.warning(component, "{}", each);
    make_data_folder(options);
    sqlite_pool pool(chosen.sqlite, chosen.embedded);
    if (chosen.embedded && chosen.sqlite.path.empty())
        out.warning(component,
                    "images are kept in memory and lost at the end: neither [database] connection "
                    "nor [glimt] data_dir is set");
    const std::vector<store_plan> places = plan_stores(options);
    if (!report_places(places, out)) return exit_status::configuration;
    serve_until_ended(options, time, below, pool, places, out);
    return exit_status::done;
}

}  // namespace

exit_status serve(const loaded_settings& loaded) {
    for (const auto& [name, value] : loaded.environment) ::setenv(name.c_str(), value.c_str(), 1);
    raise_descriptor_limit();
    const real_clock time;
    try {
        log out(log_options(loaded.values), time);
        for (const auto& each : loaded.warnings) out.warning(component, "{}", each);
        try {
            return found_and_serve(loaded.values, time, out);
        } catch (const std::exception& e) {
            out.write(severity::critical, component, {}, "cannot start: {}", e.what());
        }
    } catch (const std::system_error& e) {
        std::fprintf(stderr, "glimt: cannot open the log: %s\n", e.what());
    }
    return exit_status::failed;
}

}  // namespace glimt
