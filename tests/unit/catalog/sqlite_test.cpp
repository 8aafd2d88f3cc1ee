// SPDX-License-Identifier: Apache-2.0
// What is SQLite's own: the schema, several processes on one file, what survives a crash.
#include "catalog/list_sql.hpp"
#include "catalog/schema.hpp"
#include "catalog/sqlite_connection.hpp"
#include "core/nursery.hpp"
#include "core/problem.hpp"
#include "unit/catalog/support/catalog_fixture.hpp"

#include <gmock/gmock.h>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <set>

namespace glimt::testing {
namespace {

sql_result ask(sqlite_connection& on, std::string text) {
    sql_result answer;
    const sql_statement statement{std::move(text), {}};
    EXPECT_EQ(on.execute(statement, answer), sqlite_connection::outcome::done);
    return answer;
}

// White space is one blank, and none beside a parenthesis; alembic leaves quotes around a name.
std::string plain(std::string_view sql) {
    std::string out;
    for (const char c : sql) {
        const bool blank = c == ' ' || c == '\n' || c == '\t';
        if (c == '"' || (blank && (out.empty() || out.back() == ' ' || out.back() == '(')))
            continue;
        if (c == ')' && !out.empty() && out.back() == ' ') out.pop_back();
        out += blank ? ' ' : c;
    }
    return out;
}

std::string refusal_of(const std::string& path, bool create) {
    try {
        const sqlite_pool pool({.path = path}, create);
        return {};
    } catch (const problem& refused) {
        EXPECT_EQ(refused.why(), reason::unavailable);
        return refused.detail();
    }
}

struct sqlite_file : loop_fixture {
    scratch_folder directory;
    const std::string path = directory.file("glance.sqlite");
};

// tests/data/catalog/glance_25_1_schema.sql says how it was recorded.
TEST_F(sqlite_file, the_schema_is_what_glance_manage_makes_and_the_tables_of_the_cache) {
    const sqlite_pool pool({.path = path}, true);
    sqlite_connection on({.path = path});
    std::set<std::string> ours, glances;
    const auto made = ask(on, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL");
    for (const sql_row& row : made.rows) ours.insert(plain(*text_in(row[0])));
    std::ifstream golden(GLIMT_TEST_DATA "/catalog/glance_25_1_schema.sql");
    for (std::string line; std::getline(golden, line);)
        if (!line.starts_with("--")) glances.insert(plain(line));
    EXPECT_GT(glances.size(), 40U);
    for (const std::string& one : glances) EXPECT_TRUE(ours.contains(one)) << one;
    std::vector<std::string> more;
    for (const std::string& one : ours)
        if (!glances.contains(one)) more.push_back(one.substr(0, one.find(" (")));
    EXPECT_THAT(
        more, ::testing::ElementsAre("CREATE TABLE cached_images", "CREATE TABLE node_reference"));
    const auto revision = ask(on, "SELECT version_num FROM alembic_version");
    EXPECT_EQ(text_in(revision.rows.at(0)[0]), schema_revision);
}

TEST_F(sqlite_file, is_refused_when_it_is_not_a_glance_database_that_we_know) {
    EXPECT_NE(refusal_of(path, false).find("empty"), std::string::npos);
    EXPECT_EQ(refusal_of(path, true), "");
    EXPECT_EQ(refusal_of(path, false), "");
    {
        sqlite_connection on({.path = path});
        ask(on, "UPDATE alembic_version SET version_num = '2031_1_contract01'");
    }
    EXPECT_NE(refusal_of(path, true).find("2031_1_contract01"), std::string::npos);
    {
        sqlite_connection on({.path = path});
        ask(on, "DROP TABLE alembic_version");
    }
    EXPECT_NE(refusal_of(path, true).find("not Glance's"), std::string::npos);
    std::ofstream(directory.file("text")) << std::string(4096, 'x');
    EXPECT_NE(refusal_of(directory.file("text"), true), "");
    EXPECT_NE(refusal_of(directory.file("no/such/directory"), true), "");
}

// Forks before any thread is started here; `work` runs in the child, which never returns.
template <class Work>
pid_t in_child(Work work) {
    const pid_t child = ::fork();
    if (child == 0) {
        work();
        ::_exit(0);
    }
    return child;
}

TEST_F(sqlite_file, of_two_processes_one_wins_each_status) {
    {
        sqlite_pool pool({.path = path}, true);
        sqlite_database here(loop, pool);
        catalog images(here);
        auto body = [&]() -> task<> { co_await images.insert(image_numbered(1)); };
        run(body());
    }
    // Both take the image from queued to saving and back, 50 times each, and count what they won.
    constexpr int rounds = 50;
    const auto race = [&](char who) {
        ring_context own(make_ring(loop_under_test()));
        sqlite_pool pool({.path = path}, false);
        sqlite_database here(own, pool);
        catalog images(here);
        auto body = [&]() -> task<> {
            const image queued = image_numbered(1);
            image saving = queued;
            saving.status = image_status::saving;
            saving.checksum = std::string(1, who);
            for (int won = 0; won < rounds;) {
                const auto taken = co_await images.save(queued, saving, image_status::queued);
                if (taken.outcome != save_outcome::saved) continue;
                const auto seen = co_await images.find(queued.id, admin);
                if (seen->checksum != saving.checksum) ::_exit(9);
                co_await images.save(saving, queued, image_status::saving);
                ++won;
            }
        };
        asio::co_spawn(own.get_executor(), body(), [](std::exception_ptr failed) {
            if (failed) ::_exit(8);
        });
        own.run();
    };
    const pid_t children[] = {in_child([&] { race('a'); }), in_child([&] { race('b'); })};
    for (const pid_t child : children) {
        int status = -1;
        EXPECT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
}

TEST_F(sqlite_file, what_was_acknowledged_survives_a_kill) {
    int pipes[2];
    ASSERT_EQ(::pipe(pipes), 0);
    const pid_t child = in_child([&] {
        ring_context own(make_ring(loop_under_test()));
        sqlite_pool pool({.path = path}, true);
        sqlite_database here(own, pool);
        catalog images(here);
        auto body = [&]() -> task<> {
            for (int i = 1;; ++i) {
                image made = image_numbered(i);
                made.tags = {"whole"};
                co_await images.insert(made);
                if (::write(pipes[1], &i, sizeof i) != sizeof i) ::_exit(7);
            }
        };
        asio::co_spawn(own.get_executor(), body(), [](std::exception_ptr) { ::_exit(8); });
        own.run();
    });
    int acknowledged = 0;
    while (acknowledged < 20)
        ASSERT_EQ(::read(pipes[0], &acknowledged, sizeof acknowledged), int{sizeof acknowledged});
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(pipes[1]);
    for (int last; ::read(pipes[0], &last, sizeof last) == int{sizeof last};) acknowledged = last;
    ::close(pipes[0]);
    sqlite_pool pool({.path = path}, false);
    sqlite_database here(loop, pool);
    catalog images(here);
    auto body = [&]() -> task<> {
        for (int i = 1; i <= acknowledged + 1; ++i) {
            const auto found = co_await images.find(id_of(i), admin);
            EXPECT_TRUE(found || i > acknowledged) << i;
            if (found) EXPECT_THAT(found->tags, ::testing::ElementsAre("whole"));  // all or nothing
        }
    };
    run(body());
}

TEST_F(sqlite_file, a_write_waits_for_no_reader_and_a_reader_for_no_writer) {
    sqlite_pool pool({.path = path, .patience = std::chrono::milliseconds(0)}, true);
    sqlite_database here(loop, pool);
    catalog images(here);
    sqlite_connection other({.path = path});
    auto body = [&]() -> task<> {
        co_await images.insert(image_numbered(1));
        ask(other, "BEGIN");
        ask(other, "SELECT * FROM images");  // holds its view of the database
        EXPECT_EQ(co_await images.insert(image_numbered(2)), insert_outcome::inserted);
        EXPECT_EQ(ask(other, "SELECT * FROM images").rows.size(), 1U);
        ask(other, "COMMIT");

        ask(other, "BEGIN IMMEDIATE");
        ask(other, "DELETE FROM images");
        EXPECT_TRUE(co_await images.find(id_of(2), admin));
        image_query query;
        query.viewer = admin;
        EXPECT_EQ(ids_of(co_await images.list(query)).size(), 2U);
        ask(other, "ROLLBACK");
    };
    run(body());
}

// Answers are kept only as long as the database stays as it was.
TEST_F(sqlite_file, what_others_have_committed_is_read_at_once) {
    sqlite_pool pool({.path = path}, true);
    sqlite_database here(loop, pool);
    catalog images(here);
    sqlite_connection other({.path = path});
    auto body = [&]() -> task<> {
        image made = image_numbered(1);
        made.properties = {{"colour", "none"}};
        co_await images.insert(made);
        image_query query;
        query.viewer = admin;
        for (int i = 0; i < 20; ++i) {
            const std::string name = "name " + std::to_string(i);
            ask(other, "UPDATE images SET name = '" + name + "'");
            for (int again = 0; again < 3; ++again) {
                EXPECT_EQ((co_await images.find(made.id, admin))->name, name);
                EXPECT_EQ((co_await images.list(query))->images.at(0).name, name);
            }
            ask(other, "UPDATE image_properties SET value = '" + name + "'");
            EXPECT_EQ((co_await images.find(made.id, admin))->properties.at(0).value, name);
            ask(other, "BEGIN IMMEDIATE");
            ask(other, "UPDATE images SET name = 'not yet'");
            EXPECT_EQ((co_await images.find(made.id, admin))->name, name);
            ask(other, "ROLLBACK");
            EXPECT_EQ((co_await images.find(made.id, admin))->name, name);
        }
        ask(other, "UPDATE images SET deleted = 1");
        EXPECT_FALSE(co_await images.find(made.id, admin));
        EXPECT_TRUE((co_await images.list(query))->images.empty());
    };
    run(body());
}

TEST(sqlite_in_memory, what_was_written_is_read_by_the_same_connection) {
    sqlite_connection on({});
    const sql_statement question{"SELECT a FROM t", {}};
    on.execute_all("CREATE TABLE t (a); INSERT INTO t VALUES (0)");
    struct question_job : sql_job {
        explicit question_job(const sql_statement& what) : asked(what) {}
        const sql_statement* begin() override { return &asked; }
        const sql_statement* next(sql_result answer) override {
            if (!answer.rows.empty()) seen = number_in(answer.rows[0][0]);
            return nullptr;
        }
        const sql_statement& asked;
        std::optional<std::int64_t> seen;
    };
    const std::atomic<bool> never{false};
    const auto does = [&](const sql_statement& what, sql_access how) {
        question_job job(what);
        EXPECT_EQ(run_transaction(on, job, how, never), transaction_end::ended);
        return job.seen;
    };
    for (int i = 1; i < 5; ++i) {
        does({"UPDATE t SET a = a + 1", {}}, sql_access::write);
        EXPECT_EQ(does(question, sql_access::read), i);
        EXPECT_EQ(does(question, sql_access::read), i);
    }
}

TEST_F(sqlite_file, a_lock_that_lasts_is_a_problem_and_changes_nothing) {
    sqlite_pool pool({.path = path, .patience = std::chrono::milliseconds(30)}, true);
    sqlite_database here(loop, pool);
    catalog images(here);
    sqlite_connection other({.path = path});
    auto body = [&]() -> task<> {
        ask(other, "BEGIN IMMEDIATE");
        reason why = reason::internal;
        try {
            co_await images.insert(image_numbered(1));
        } catch (const problem& locked) {
            why = locked.why();
        }
        EXPECT_EQ(why, reason::unavailable);
        ask(other, "ROLLBACK");
        EXPECT_EQ(co_await images.insert(image_numbered(1)), insert_outcome::inserted);
    };
    run(body());
}

TEST_F(sqlite_file, a_row_that_glance_could_not_have_written_is_our_fault) {
    sqlite_pool pool({.path = path}, true);
    sqlite_database here(loop, pool);
    catalog images(here);
    sqlite_connection other({.path = path});
    auto body = [&]() -> task<> {
        co_await images.insert(image_numbered(1));
        for (const std::string column : {"status", "visibility", "created_at"}) {
            ask(other,
                "UPDATE images SET status = 'queued', visibility = 'public', "
                "created_at = '2026-01-01 00:00:00'");
            EXPECT_TRUE(co_await images.find(id_of(1), admin));
            ask(other, "UPDATE images SET " + column + " = 'odd'");
            EXPECT_THROW(co_await images.find(id_of(1), admin), std::runtime_error) << column;
            image_query query;
            query.viewer = admin;
            EXPECT_THROW(co_await images.list(query), std::runtime_error) << column;
        }
        EXPECT_EQ(co_await images.insert(image_numbered(2)), insert_outcome::inserted);
    };
    run(body());
}

// The cost of a page shall not grow with the table: by age along an index to its end, or by the
// indexes of whoever sees little. Without statistics, as Glance never makes any.
TEST_F(sqlite_file, pages_are_read_along_indexes) {
    const sqlite_pool pool({.path = path}, true);
    sqlite_connection on({.path = path});
    const auto plan_of = [&](const image_query& query, list_plan plan) {
        sql_statement asked = page_statement(query, plan);
        asked.text.insert(0, "EXPLAIN QUERY PLAN ");
        sql_result answer;
        EXPECT_EQ(on.execute(asked, answer), sqlite_connection::outcome::done);
        std::string steps;
        for (const sql_row& row : answer.rows) steps += *text_in(row[3]) + "\n";
        return steps;
    };
    struct plan_case {
        const char* what;
        catalog_viewer viewer;
        visibility_filter visibility;
        const char* anywhere;
    };
    const image_order orders[] = {{image_column::created_at, true},
                                  {image_column::created_at, false},
                                  {image_column::updated_at, true}};
    const plan_case cases[] = {
        {"default", ours, {}, "MULTI-INDEX OR"},
        {"shared", ours, image_visibility::shared, "MULTI-INDEX OR"},
        {"private", ours, image_visibility::private_, "owner_image_idx"},
        {"public", ours, image_visibility::public_, "visibility_image_idx"},
        {"all of an admin", admin, every_visibility{}, "created_at_image_idx"},
        {"admin", admin, {}, "created_at_image_idx"},
    };
    for (const plan_case& c : cases) {
        for (const bool next_page : {false, true}) {
            SCOPED_TRACE(std::string(c.what) + (next_page ? ", next page" : ""));
            image_query query;
            query.viewer = c.viewer;
            query.visibility = c.visibility;
            if (next_page) query.marker = id_of(1);
            const std::string anywhere = plan_of(query, list_plan::anywhere);
            if (!next_page) EXPECT_THAT(anywhere, ::testing::HasSubstr(c.anywhere));
            for (const image_order& order : orders) {
                const bool made = order.column == image_column::created_at;
                query.order = {order};
                const std::string recent = plan_of(query, list_plan::among_recent);
                EXPECT_THAT(recent, ::testing::StartsWith(
                                        std::string("SEARCH images USING INDEX ") +
                                        (made ? "created_at_image_idx" : "updated_at_image_idx")));
                EXPECT_THAT(recent, ::testing::Not(::testing::HasSubstr("SCAN images")));
                EXPECT_THAT(recent, ::testing::HasSubstr("RIGHT PART OF ORDER BY"));
            }
        }
    }
}

// Few: more than fit on a page, but no more than 100, and among no more than 1000 members.
TEST_F(sqlite_file, who_sees_few_is_not_asked_for_the_newest) {
    const sqlite_pool pool({.path = path}, true);
    sqlite_connection on({.path = path});
    const auto found = [&](std::optional<std::string> project, visibility_filter visibility = {}) {
        image_query query;
        query.viewer.project = std::move(project);
        query.visibility = visibility;
        sql_result answer;
        EXPECT_EQ(on.execute(page_statement(query, list_plan::among_recent), answer),
                  sqlite_connection::outcome::done);
        return answer.rows.size();
    };
    const auto fill = [&](int from, int to, const std::string& visibility) {
        on.execute_all(
            "INSERT INTO images (id, status, visibility, owner, created_at, updated_at, deleted, "
            "min_disk, min_ram, protected, os_hidden) WITH RECURSIVE numbers(n) AS (VALUES (" +
            std::to_string(from) + ") UNION ALL SELECT n + 1 FROM numbers WHERE n < " +
            std::to_string(to) + ") SELECT '" + visibility + "' || n, 'active', '" + visibility +
            "', 'ours', t, t, 0, 0, 0, 0, 0 FROM numbers, (SELECT '2026-01-01 00:00:00.000000' "
            "AS t)");
    };
    fill(1, 100, "private");
    EXPECT_EQ(found("ours"), 0U);
    fill(101, 101, "private");
    EXPECT_EQ(found("ours"), 25U);
    EXPECT_EQ(found("theirs"), 0U);
    EXPECT_EQ(found({}), 0U);
    fill(1, 101, "community");
    EXPECT_EQ(found("theirs"), 0U);
    EXPECT_EQ(found("theirs", image_visibility::community), 25U);
    EXPECT_EQ(found("theirs", every_visibility{}), 25U);
    fill(1, 101, "public");
    EXPECT_EQ(found("theirs"), 25U);
    EXPECT_EQ(found({}), 25U);
}

// Another process writes; ours wait in the queue, more of them than fit, and are cancelled.
TEST_F(sqlite_file, waiting_can_be_cancelled_at_every_place_and_leaves_nothing) {
    sqlite_pool pool({.path = path, .patience = std::chrono::minutes(5)}, true);
    sqlite_database here(loop, pool);
    catalog images(here);
    sqlite_connection other({.path = path});
    nursery children(loop, [](std::string_view, std::exception_ptr) { ADD_FAILURE(); });
    auto insert = [&](int number) -> task<> { co_await images.insert(image_numbered(number)); };
    auto body = [&]() -> task<> {
        ask(other, "BEGIN IMMEDIATE");
        for (int i = 1; i <= 200; ++i) children.start("insert", insert(i));
        co_await pause(std::chrono::milliseconds(20));
        EXPECT_EQ(children.size(), 200U);
        children.abort();
        co_await children.join();
        ask(other, "ROLLBACK");
        EXPECT_EQ(co_await images.insert(image_numbered(201)), insert_outcome::inserted);
        const auto left = ask(other, "SELECT id FROM images");
        EXPECT_EQ(left.rows.size(), 1U);
    };
    run(body());
}

TEST_F(sqlite_file, many_at_once_all_end) {
    sqlite_pool pool({.path = path, .synchronous = false}, true);
    sqlite_database here(loop, pool);
    catalog images(here);
    nursery children(loop, [](std::string_view, std::exception_ptr) { ADD_FAILURE(); });
    int listed = 0;
    auto one = [&](int number) -> task<> {
        co_await images.insert(image_numbered(number));
        image_query query;
        query.viewer = admin;
        query.limit = 1000;
        const auto page = co_await images.list(query);
        const auto ids = ids_of(page);
        EXPECT_NE(std::ranges::find(ids, id_of(number)), ids.end());
        ++listed;
    };
    auto body = [&]() -> task<> {
        for (int i = 1; i <= 200; ++i) children.start("one", one(i));
        co_await children.join();
    };
    run(body());
    EXPECT_EQ(listed, 200);
}

}  // namespace
}  // namespace glimt::testing
