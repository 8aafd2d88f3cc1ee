// SPDX-License-Identifier: Apache-2.0
// How many statements a show and a page are: each is a way to the database server and back, where
// the database is one.
#include "catalog/sqlite_connection.hpp"
#include "unit/catalog/support/catalog_fixture.hpp"

#include <gtest/gtest.h>

namespace glimt::testing {
namespace {

// Runs the script as a driver does.
template <class T>
std::size_t statements_of(sqlite_connection& on, script<T> asked) {
    std::size_t count = 0;
    sql_conversation talk;
    for (asked.start(talk); talk.asked; asked.go_on(talk)) {
        ++count;
        sql_result answer;
        EXPECT_EQ(on.execute(*talk.asked, answer), sqlite_connection::outcome::done);
        talk.answer = std::move(answer);
    }
    return count;
}

struct statements_test : loop_fixture {
    scratch_folder directory;
    const std::string path = directory.file("glance.sqlite");
    sqlite_pool pool{{.path = path, .synchronous = false}, true};
    sqlite_connection on{{.path = path}};

    // 30 images of one project; the first has the smallest id and is the oldest.
    void insert_images() {
        sqlite_database here(loop, pool);
        catalog images(here);
        auto body = [&]() -> task<> {
            for (int i = 1; i <= 30; ++i) co_await images.insert(image_numbered(i));
        };
        run(body());
    }
};

TEST_F(statements_test, a_show_is_two) {
    insert_images();
    const struct {
        const char* what;
        std::string id;
        catalog_viewer viewer;
        std::size_t expect;
    } cases[] = {
        {"by its owner", id_of(1), ours, 2},
        {"by an admin", id_of(1), admin, 2},
        {"by a stranger", id_of(1), theirs, 1},
        {"of none", id_of(99), admin, 1},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        EXPECT_EQ(statements_of(on, find_image(c.id, c.viewer)), c.expect);
    }
}

TEST_F(statements_test, a_page_is_three_at_most) {
    insert_images();
    const std::vector<image_order> by_name = {{image_column::name, false}};
    const struct {
        const char* what;
        catalog_viewer viewer;
        std::vector<image_order> order;
        std::optional<std::string> marker;
        std::size_t expect;
    } cases[] = {
        {"full, by age, of the few the caller sees", ours, {}, {}, 3},
        {"full, by name", ours, by_name, {}, 2},
        {"full, of an admin", admin, {}, {}, 2},
        {"the last one", ours, {}, id_of(6), 3},
        {"behind the last", ours, {}, id_of(1), 3},
        {"behind the last, by name", ours, by_name, id_of(9), 2},
        {"behind none", ours, {}, id_of(99), 3},
        {"behind what is not for the caller", theirs, {}, id_of(1), 3},
        {"nothing to see", theirs, {}, {}, 2},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        image_query query;
        query.viewer = c.viewer;
        query.order = c.order;
        query.marker = c.marker;
        EXPECT_EQ(statements_of(on, list_images(query)), c.expect);
    }
}

}  // namespace
}  // namespace glimt::testing
