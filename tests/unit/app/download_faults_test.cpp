// SPDX-License-Identifier: Apache-2.0
//
// A download meets one fault at each operation of the ring that it takes. Then it is whole, an
// error, or cut so that its reader can tell; never other bytes. Nothing stays behind, and the next
// one is whole.
#include "app/foundation.hpp"

#include "api/dispatch.hpp"
#include "outbound/http_client.hpp"
#include "outbound/uri_filter.hpp"
#include "support/scratch_folder.hpp"
#include "unit/server/session_fixture.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <variant>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

const std::string content = stream_bytes(0, 600'000);

struct download {
    const char* what;
    std::string bytes;
    unsigned status;
    std::string body;
};

// `range` is nothing, or the value of a header.
std::string over_http(std::string_view path, std::string_view range) {
    const auto line = range.empty() ? std::string() : fmt::format("Range: {}\r\n", range);
    return fmt::format("GET {} HTTP/1.1\r\nHost: h\r\n{}Connection: close\r\n\r\n", path, line);
}

std::string over_uwsgi(std::string_view path, std::string_view range) {
    std::string pairs;
    const auto add = [&pairs](std::string_view text) {
        pairs += static_cast<char>(text.size());
        pairs += '\0';
        pairs += text;
    };
    for (const std::string_view each : {std::string_view("REQUEST_METHOD"), std::string_view("GET"),
                                        std::string_view("PATH_INFO"), path})
        add(each);
    if (!range.empty()) add("HTTP_RANGE"), add(range);
    return std::string(1, '\0') + static_cast<char>(pairs.size()) + std::string(2, '\0') + pairs;
}

// The API of one shard, and an image in it.
struct download_faults_test : session_fixture {
    download_faults_test() {
        options.body_idle_timeout = options.header_timeout = 5s;
        store_settings& kept = options.stores.emplace_back();
        kept.driver = "file";
        kept.is_default = true;
        kept.filesystem_store_datadir = folder.file("images");
        plans = plan_stores(options);
        places = std::make_unique<stores>(store_environment{here.loop, workers}, plans, journal);
        below = std::make_unique<foundation>(make_foundation(options));
        source = make_identity_source(below->identities, options, *below->rules);
        recovery =
            std::make_unique<upload_recovery>(here.loop, "0", images, *places, time, journal);
        uploads.reset(new upload_services{here.loop, here.buffers, hashing, images, *places,
                                          *recovery, options, time, journal});
        whole_api = std::make_unique<api>(
            services{here.loop, options, journal, time, images, definitions, *below->rules, others,
                     below->protections, *source, below->identities.pipeline, *below->schema,
                     *places, *uploads});
        app.script = [this](request& asked) { return whole_api->answer(asked); };
    }

    task<> have_an_image() {
        const auto document =
            fmt::format(R"({{"id": "{}", "disk_format": "raw", "container_format": "bare"}})", id);
        co_await ask(fmt::format("POST /v2/images HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                                 "Content-Length: {}\r\n\r\n{}",
                                 document.size(), document),
                     201);
        co_await ask(fmt::format("PUT {} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                                 "Content-Type: application/octet-stream\r\n"
                                 "Content-Length: {}\r\n\r\n{}",
                                 path, content.size(), content),
                     204);
    }

    task<> ask(std::string bytes, unsigned expected) {
        auto peer = connect();
        co_await peer.send(std::move(bytes));
        EXPECT_EQ((co_await peer.answer()).status, expected);
        peer.close();
        co_await until([&] { return here.children.size() == 0; });
    }

    // Out of the page cache where the kernel does what it is asked, so that the ring has to read.
    void chill() const {
        const descriptor file(::open(folder.file("images/" + id).c_str(), O_RDONLY | O_CLOEXEC));
        EXPECT_EQ(::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED), 0);
    }

    static std::ptrdiff_t descriptors() {
        const std::filesystem::directory_iterator all("/proc/self/fd");
        return std::distance(begin(all), end(all));
    }

    // Whether all of it came.
    task<bool> play(const download& each) {
        chill();
        const auto before = descriptors();
        auto peer = connect(over::unix_pair);  // which holds less: the answer has to wait
        co_await peer.send(each.bytes);
        const auto got = co_await peer.answer();
        if (got.status == each.status) {
            EXPECT_TRUE(got.says(fmt::format("\r\nContent-Length: {}\r\n", each.body.size())));
            EXPECT_TRUE(each.body.starts_with(got.body));
            EXPECT_EQ(got.whole, got.body.size() == each.body.size());
        } else {
            EXPECT_TRUE(got.status == 0 || got.status == 500) << got.status;
        }
        peer.close();
        // What is closed by the ring is closed soon. The seam meets these timers as well.
        const auto is_over = [&] { return !here.children.size() && descriptors() == before; };
        for (int i = 0; i < 5000 && !is_over(); ++i) co_await async_sleep(here.loop, 1ms, or_error);
        EXPECT_EQ(here.children.size(), 0u);
        EXPECT_EQ(descriptors(), before);
        EXPECT_EQ(here.buffers.lent(), 0u);
        co_return got.status == each.status&& got.whole;
    }

    // Each of as many operations of the kind as the download takes meets the fault.
    task<> sweep(const download& each, operation_kind kind, fault_action action, std::size_t seen) {
        const bool fails = std::holds_alternative<fail_with>(action);
        for (unsigned nth = 1; nth <= seen; ++nth) {
            SCOPED_TRACE(fmt::format("operation {}", nth));
            plan->add(kind, nth, action);
            const bool whole = co_await play(each);
            plan->clear();
            EXPECT_TRUE(whole || fails);
            if (!whole) EXPECT_TRUE(co_await play(each));
        }
    }

    const std::string id = "00000000-0000-4000-8000-000000000001";
    const std::string path = "/v2/images/" + id + "/file";
    scratch_folder folder;
    // The failures are expected, so nobody counts their lines.
    glimt::log journal{{.least = severity::critical}, time};
    worker_threads workers{"test", 1};
    digest_engine hashing{best_kernels(), 1};
    sqlite_pool pool{{.path = folder.file("db")}, true};
    sqlite_database database{here.loop, pool};
    catalog images{database};
    metadef_catalog definitions{database};
    const uri_filter filter{{}};
    http_client web{here.loop};
    remote_checks others{web, {}, journal};
    std::vector<store_plan> plans;
    std::unique_ptr<stores> places;
    std::unique_ptr<foundation> below;
    std::unique_ptr<identity_source> source;
    std::unique_ptr<upload_recovery> recovery;
    std::unique_ptr<upload_services> uploads;
    std::unique_ptr<api> whole_api;
};

TEST_F(download_faults_test, each_operation_that_fails_once_costs_its_own_download_at_most) {
    const std::string part = content.substr(100'000, 400'000);
    const download downloads[] = {
        {"whole, HTTP", over_http(path, ""), 200, content},
        {"a range, HTTP", over_http(path, "bytes=100000-499999"), 206, part},
        {"whole, uwsgi", over_uwsgi(path, ""), 200, content},
        {"a range, uwsgi", over_uwsgi(path, "bytes=100000-499999"), 206, part},
    };
    const fault_action actions[] = {fail_with{EIO}, at_most{1}, late_by{3ms}};
    run([](auto& test, auto all, auto faults) -> task<> {
        co_await test.have_an_image();
        for (const download& each : all) {
            const fault_plan before = *test.plan;
            EXPECT_TRUE(co_await test.play(each));
            const fault_plan after = *test.plan;
            for (std::size_t i = 0; i < operation_kinds; ++i) {
                const auto kind = static_cast<operation_kind>(i);
                const auto seen = after.seen(kind) - before.seen(kind);
                for (const fault_action& action : faults) {
                    SCOPED_TRACE(
                        fmt::format("{}: kind {}, fault {}", each.what, i, action.index()));
                    co_await test.sweep(each, kind, action, seen);
                }
            }
            for (const auto kind :
                 {operation_kind::recv, operation_kind::open, operation_kind::statx,
                  operation_kind::send, operation_kind::poll, operation_kind::close})
                EXPECT_GT(after.seen(kind), before.seen(kind)) << std::size_t(kind);
        }
    }(*this, std::span(downloads), std::span(actions)));
    errors_expected = out.written() + out.dropped();
}

}  // namespace
