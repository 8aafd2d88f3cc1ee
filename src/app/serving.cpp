// SPDX-License-Identifier: Apache-2.0
#include "app/serving.hpp"

#include "api/dispatch.hpp"
#include "app/foundation.hpp"
#include "core/operations.hpp"
#include "core/signals.hpp"
#include "server/server.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <fmt/ranges.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

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
          signals_(shards[0].loop, {SIGTERM, SIGINT, SIGHUP}) {}

    task<> run() {
        front_.start();
        out_.info(component, "listening on {}", fmt::join(front_.addresses(), ", "));
        const int number = co_await next_ending_signal();
        out_.info(component, "{}: no new connections, {} s for what is running",
                  number == SIGTERM ? "SIGTERM" : "SIGINT",
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

// The API on one shard.
struct shard_api {
    shard_api(shard& home, const settings& options, const clock& time, const foundation& below,
              sqlite_pool& pool)
        : database(home.loop, pool),
          app({home.loop, options, home.out, time, images, *below.rules, *below.identities.source,
               *below.schema}) {}

    sqlite_database database;
    catalog images{database};
    api app;
};

void serve_until_ended(const settings& options, const clock& time, const foundation& below,
                       sqlite_pool& pool, log& out) {
    fleet shards(fleet_options(options), out);
    std::vector<std::unique_ptr<shard_api>> apps;
    std::vector<responder*> responders;
    for (std::size_t i = 0; i < shards.size(); ++i) {
        apps.push_back(std::make_unique<shard_api>(shards[i], options, time, below, pool));
        responders.push_back(&apps.back()->app);
    }
    server front(shards, responders, options);
    keeper keeps(shards, front, options, out);
    shards.run(keeps.run());
}

exit_status found_and_serve(const settings& options, const clock& time, log& out) {
    foundation below = make_foundation(options);
    const database_choice chosen = choose_database(options);
    if (!chosen.error.empty()) below.errors.push_back(chosen.error);
    for (const auto& each : below.errors)
        out.write(severity::critical, component, {}, "cannot start: {}", each);
    if (!below.errors.empty()) return exit_status::configuration;
    for (const auto& each : below.warnings) out.warning(component, "{}", each);
    sqlite_pool pool(chosen.sqlite, chosen.embedded);
    if (chosen.embedded && chosen.sqlite.path.empty())
        out.warning(component,
                    "images are kept in memory and lost at the end: neither [database] connection "
                    "nor [glimt] data_dir is set");
    serve_until_ended(options, time, below, pool, out);
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
