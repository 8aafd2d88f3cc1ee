// SPDX-License-Identifier: Apache-2.0
// A change to an image waits for nobody who reads: not for long lists, not for another process that
// keeps its view of the database and never ends.
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>
#include <sqlite3.h>

#include <deque>
#include <memory>

namespace glimt::testing {

namespace {

std::string with_body(std::string_view line, std::string_view type, std::string_view body) {
    return request(line,
                   fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", type, body.size())) +
           std::string(body);
}

std::string creation(std::string_view id) {
    return with_body("POST /v2/images", "application/json", fmt::format(R"({{"id": "{}"}})", id));
}

std::string renaming(std::string_view id, int to) {
    return with_body(fmt::format("PATCH /v2/images/{}", id),
                     "application/openstack-images-v2.1-json-patch",
                     fmt::format(R"([{{"op": "replace", "path": "/name", "value": "n{}"}}])", to));
}

// Another process's transaction.
class long_reader {
public:
    explicit long_reader(const std::string& path) {
        sqlite3* opened = nullptr;
        EXPECT_EQ(sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr),
                  SQLITE_OK);
        database_.reset(opened);
        EXPECT_EQ(sqlite3_exec(opened, "BEGIN", nullptr, nullptr, nullptr), SQLITE_OK);
    }

    std::string name_of(std::string_view id) {
        std::string name = "nothing";
        const auto keep = [](void* to, int, char** columns, char**) {
            *static_cast<std::string*>(to) = columns[0] ? columns[0] : "NULL";
            return 0;
        };
        const auto asked = fmt::format("SELECT name FROM images WHERE id = '{}'", id);
        EXPECT_EQ(sqlite3_exec(database_.get(), asked.c_str(), keep, &name, nullptr), SQLITE_OK);
        return name;
    }

private:
    struct closer {
        void operator()(sqlite3* database) const { sqlite3_close(database); }
    };
    std::unique_ptr<sqlite3, closer> database_;
};

}  // namespace

TEST(readers_scenario, a_change_waits_for_no_reader) {
    constexpr std::string_view id = "00000000-0000-4000-8000-000000000000";
    const temporary_folder folder;
    const glimt_process server({.glimt = "data_dir = " + folder / ""});
    auto visitor = server.connect();
    visitor.send(creation(id));
    ASSERT_EQ(visitor.read_reply().status, 201u);
    for (int i = 1; i <= 200; ++i) visitor.send(creation(fmt::format("{:08x}{}", i, id.substr(8))));
    for (int i = 1; i <= 200; ++i) ASSERT_EQ(visitor.read_reply().status, 201u);

    long_reader other(folder / "glimt.sqlite");
    EXPECT_EQ(other.name_of(id), "NULL");  // from now on it keeps its view

    // More lists than the server has threads for; nobody reads what they answer.
    std::deque<client> guests;
    for (int i = 0; i < 8; ++i) {
        guests.push_back(server.connect());
        guests.back().send(repeated(get("/v2/images?limit=1000&sort=name:asc"), 20));
    }
    for (int i = 0; i < 50; ++i) {
        visitor.send(renaming(id, i));
        const reply changed = visitor.read_reply();
        ASSERT_EQ(changed.status, 200u) << changed.body;
    }
    visitor.send(get(fmt::format("/v2/images/{}", id)));
    EXPECT_NE(visitor.read_reply().body.find(R"("name": "n49")"), std::string::npos);
    EXPECT_EQ(other.name_of(id), "NULL");
    EXPECT_EQ(long_reader(folder / "glimt.sqlite").name_of(id), "n49");
}

}  // namespace glimt::testing
