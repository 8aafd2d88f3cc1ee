// SPDX-License-Identifier: Apache-2.0
// A thousand uploads that hardly move cost little memory and nobody else's time; when they give up,
// nothing of them stays.
#include "scenario/support/requests.hpp"
#include "scenario/support/server_with_data.hpp"

#include <gmock/gmock.h>

#include <sys/resource.h>

#include <deque>
#include <mutex>
#include <thread>

namespace glimt::testing {

using ::testing::UnorderedElementsAre;

namespace {

constexpr int slow_count = 1'000;  // also what one page of a list holds
constexpr std::size_t resident_bytes_max = 128 << 20;

std::string with_length(int number, std::string bytes) {
    return server_with_data::uwsgi_upload_head(number, {{"CONTENT_LENGTH", std::move(bytes)}});
}

// Clients of every kind, each of which sends a byte now and then, from a thread of its own.
class slow_crowd {
public:
    void add(client peer, std::string_view head, std::string_view morsel) {
        peer.send(std::string(head) + std::string(morsel));
        const std::lock_guard lock(mutex_);
        members_.push_back({std::move(peer), morsel});
    }

    void leave() {
        const std::lock_guard lock(mutex_);
        members_.clear();
    }

private:
    struct member {
        client peer;
        std::string_view morsel;
    };

    void trickle(const std::stop_token& end) {
        while (!end.stop_requested()) {
            std::this_thread::sleep_for(1s);  // that is what makes them slow
            const std::lock_guard lock(mutex_);
            for (auto& each : members_) each.peer.send(each.morsel);
        }
    }

    std::mutex mutex_;
    std::deque<member> members_;
    std::jthread trickling_{[this](const std::stop_token& end) { trickle(end); }};
};

int count_of(const server_with_data& server, std::string_view status) {
    const auto page = server.ask(get("/v2/images?limit=1000&status=" + std::string(status)));
    EXPECT_EQ(page.status, 200u);
    const auto shown = "\"status\": \"" + std::string(status) + '"';
    int count = 0;
    for (auto at = page.body.find(shown); at != page.body.npos; at = page.body.find(shown, at + 1))
        ++count;
    return count;
}

bool count_becomes(const server_with_data& server, std::string_view status, int wanted) {
    const auto end = std::chrono::steady_clock::now() + 30s;
    while (count_of(server, status) != wanted)
        if (std::chrono::steady_clock::now() > end) return false;
    return true;
}

}  // namespace

TEST(slow_uploads_scenario, a_thousand_leave_everybody_else_alone_and_no_trace) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < 3 * slow_count) GTEST_SKIP() << "too few descriptors here";
    const temporary_folder data;
    server_with_data server(data, {.glimt = "body_bytes_per_second_min = 0"});
    for (int number = 1; number <= slow_count; ++number) server.create(number);

    slow_crowd crowd;
    for (int number = 1; number <= slow_count; ++number) {
        if (number % 3 == 0)
            crowd.add(server->connect(), with_length(number, "1000000"), "x");
        else if (number % 3 == 1)
            crowd.add(server->connect(), server.upload_head(number, "Content-Length: 1000000"),
                      "x");
        else
            crowd.add(server->connect(), server.upload_head(number, "Transfer-Encoding: chunked"),
                      "1\r\nx\r\n");
    }
    ASSERT_TRUE(count_becomes(server, "saving", slow_count)) << count_of(server, "saving");

    const std::string bytes = bytes_of(5'000'000);
    const int over_http = slow_count + 1, over_uwsgi = slow_count + 2;
    for (const int number : {over_http, over_uwsgi}) server.create(number);
    EXPECT_EQ(server.ask(server.upload(over_http, bytes)).status, 204u);
    EXPECT_EQ(server.ask(with_length(over_uwsgi, std::to_string(bytes.size())) + bytes).status,
              204u);
    for (const int number : {over_http, over_uwsgi}) {
        EXPECT_EQ(server.status(number), "active");
        EXPECT_TRUE(server.data_of(number) == bytes);
    }
    const auto resident = server->process().resident_bytes();
    RecordProperty("resident_bytes", static_cast<int>(resident));
    if (!glimt_is_sanitized()) EXPECT_LT(resident, resident_bytes_max);
    EXPECT_EQ(count_of(server, "saving"), slow_count);  // they were there all the time

    crowd.leave();
    EXPECT_TRUE(count_becomes(server, "queued", slow_count)) << count_of(server, "queued");
    EXPECT_THAT(server.files(), UnorderedElementsAre(id_of(over_http), id_of(over_uwsgi)));
}

}  // namespace glimt::testing
