// SPDX-License-Identifier: Apache-2.0
// Images with data in several places, of which some do not answer; and data that another server
// keeps.
#include "scenario/support/requests.hpp"
#include "scenario/support/server_with_data.hpp"
#include "scenario/support/web_server.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <charconv>
#include <filesystem>

namespace glimt::testing {

namespace {

using ::testing::HasSubstr;

constexpr std::size_t size = 1'500'000;  // some of the buffers that data pass through

// What somebody else's server is like. As bytes_of() has them, so every place is told apart from
// every other.
struct manner {
    bool knows_ranges = true;
    bool is_silent = false;  // ends connections without an answer
    std::string status = "200 OK";
};

class origin {
public:
    origin() : server_([this](std::string_view head) { return answer(head); }) {}

    std::string url() const { return server_.url("/blob"); }

    // To be said between requests.
    void behaves(manner how) { how_ = std::move(how); }

    unsigned asked() const { return asked_; }  // for data

private:
    std::string answer(std::string_view head) {
        const bool wants_data = head.starts_with("GET ");
        if (wants_data) ++asked_;
        if (how_.is_silent) return {};
        if (how_.status != "200 OK") return "HTTP/1.1 " + how_.status + "\r\n" + length(0);
        if (!wants_data) return "HTTP/1.1 200 OK\r\n" + length(size);
        constexpr std::string_view field = "\r\nRange: bytes=";
        const auto at = head.find(field);
        if (!how_.knows_ranges || at == head.npos)
            return "HTTP/1.1 200 OK\r\n" + length(size) + bytes_;
        return part(head.substr(at + field.size()));
    }

    std::string part(std::string_view range) const {
        std::size_t first = 0, last = size - 1;
        const auto [dash, ec] = std::from_chars(range.data(), range.data() + range.size(), first);
        if (ec == std::errc{}) std::from_chars(dash + 1, range.data() + range.size(), last);
        return "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes " + std::to_string(first) +
               '-' + std::to_string(last) + '/' + std::to_string(size) + "\r\n" +
               length(last + 1 - first) + bytes_.substr(first, last + 1 - first);
    }

    static std::string length(std::size_t bytes) {
        return "Content-Length: " + std::to_string(bytes) + "\r\n\r\n";
    }

    const std::string bytes_ = bytes_of(size);
    manner how_;
    std::atomic<unsigned> asked_ = 0;
    web_server server_;
};

glimt_process::options with_stores(int weight_of_files, int weight_of_web) {
    return {.defaults =
                "enabled_backends = files:file, web:http\nshow_multiple_locations = true\n"
                "[glance_store]\ndefault_backend = files\n[files]\nweight = " +
                std::to_string(weight_of_files) +
                "\n[web]\nweight = " + std::to_string(weight_of_web) +
                "\n[import_filtering_opts]\nallowed_hosts = [127.0.0.1]\n"
                "allowed_ports = []\n"};
}

class locations_scenario : public ::testing::Test {
protected:
    void start(int weight_of_files, int weight_of_web) {
        server.emplace(data, with_stores(weight_of_files, weight_of_web));
    }

    void add_location(std::string_view url) const {
        const auto body = R"([{"op": "add", "path": "/locations/-", "value": {"url": ")" +
                          std::string(url) + R"(", "metadata": {}}}])";
        const auto answered =
            server->ask(request("PATCH " + path_of(1),
                                "Content-Type: application/openstack-images-v2.1-json-patch\r\n"
                                "Content-Length: " +
                                    std::to_string(body.size()) + "\r\n") +
                        body);
        ASSERT_EQ(answered.status, 200u) << answered.body;
    }

    reply get_file(std::string_view range = {}) const {
        return server->ask(
            get(path_of(1) + "/file",
                range.empty() ? std::string() : "Range: " + std::string(range) + "\r\n"));
    }

    void expect_served() const {
        EXPECT_TRUE(get_file().body == bytes);
        const auto part = get_file("bytes=700000-700099");
        EXPECT_EQ(part.status, 206u);
        EXPECT_EQ(part.header("Content-Range"), "bytes 700000-700099/1500000");
        EXPECT_EQ(part.body, bytes.substr(700'000, 100));
    }

    // An image in the file store and at the other server.
    void create_in_two_places() const {
        server->create(1);
        ASSERT_EQ(server->ask(server_with_data::upload(1, bytes)).status, 204u);
        add_location(web.url());
    }

    const std::string bytes = bytes_of(size);
    const temporary_folder data;
    origin web;
    std::optional<server_with_data> server;
};

}  // namespace

TEST_F(locations_scenario, a_file_that_cannot_be_opened_is_fetched_from_the_next_place) {
    start(2, 1);
    create_in_two_places();
    const auto shown = server->ask(get(path_of(1))).body;
    EXPECT_THAT(shown, HasSubstr(R"("stores": "files,web")"));
    expect_served();
    EXPECT_EQ(web.asked(), 0u) << "the heaviest store comes first";
    const std::filesystem::path file = data / ("data/images/" + id_of(1));
    ASSERT_TRUE(std::filesystem::remove(file));
    expect_served();
    EXPECT_EQ(web.asked(), 2u);
    // Root may open every file, but nobody a folder.
    ASSERT_TRUE(std::filesystem::create_directory(file));
    expect_served();
    EXPECT_EQ(web.asked(), 4u);
    std::filesystem::remove(file);
}

TEST_F(locations_scenario, a_server_that_fails_is_replaced_by_the_file) {
    start(1, 2);
    create_in_two_places();
    expect_served();
    EXPECT_EQ(web.asked(), 2u);
    const manner failing[] = {{.is_silent = true},
                              {.status = "404 Not Found"},
                              {.status = "403 Forbidden"},
                              {.status = "500 Internal Server Error"},
                              {.status = "503 Service Unavailable"}};
    unsigned asked = web.asked();
    for (const auto& how : failing) {
        SCOPED_TRACE(how.status);
        web.behaves(how);
        expect_served();
        EXPECT_GE(web.asked(), asked + 2);
        asked = web.asked();
    }
}

// Contract 1.16: the last failure decides.
TEST_F(locations_scenario, when_every_place_fails_the_last_one_says_why) {
    start(2, 1);
    create_in_two_places();
    ASSERT_TRUE(std::filesystem::remove(data / ("data/images/" + id_of(1))));
    const struct {
        manner how;
        unsigned status;
    } cases[] = {{{.status = "404 Not Found"}, 204},
                 {{.status = "503 Service Unavailable"}, 503},
                 {{.is_silent = true}, 503},
                 {{.status = "403 Forbidden"}, 500}};
    for (const auto& [how, status] : cases) {
        web.behaves(how);
        EXPECT_EQ(get_file().status, status) << how.status;
        EXPECT_EQ(get_file("bytes=1-2").status, status) << how.status;
    }
}

TEST_F(locations_scenario, ranges_of_data_that_another_server_keeps) {
    start(1, 1);
    server->create(1);
    add_location(web.url());
    ASSERT_EQ(server->status(1), "active");
    const struct {
        std::string range;
        std::size_t first, last;
    } cases[] = {{"bytes=0-0", 0, 0},
                 {"bytes=1-1000000", 1, 1'000'000},
                 {"bytes=1499999-1499999", size - 1, size - 1},
                 {"bytes=700000-", 700'000, size - 1},
                 {"bytes=1499990-9999999", 1'499'990, size - 1},
                 {"bytes=-7", size - 7, size - 1},
                 {"bytes=-9999999", 0, size - 1}};
    for (const bool knows_ranges : {true, false}) {
        web.behaves({.knows_ranges = knows_ranges});
        EXPECT_TRUE(get_file().body == bytes);
        for (const auto& [range, first, last] : cases) {
            SCOPED_TRACE(range + (knows_ranges ? "" : ", of which that server knows nothing"));
            const auto part = get_file(range);
            EXPECT_EQ(part.status, 206u);
            EXPECT_EQ(part.header("Content-Range"),
                      "bytes " + std::to_string(first) + '-' + std::to_string(last) + "/1500000");
            EXPECT_TRUE(part.complete);
            EXPECT_TRUE(part.body == bytes.substr(first, last + 1 - first)) << part.body.size();
        }
    }
    const auto before = web.asked();
    for (const std::string range : {"bytes=1500000-", "bytes=1500000-1600000", "bytes=9-3"}) {
        const auto refused = get_file(range);
        EXPECT_EQ(refused.status, 416u) << range;
        EXPECT_EQ(refused.header("Content-Range"), "bytes */1500000") << range;
    }
    EXPECT_EQ(get_file("bytes=0-1,5-6").status, 400u);
    EXPECT_EQ(web.asked(), before) << "nobody is asked for what there is not";
}

}  // namespace glimt::testing
