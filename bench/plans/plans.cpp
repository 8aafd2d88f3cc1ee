// SPDX-License-Identifier: Apache-2.0
// How SQLite executes the statements of a show and of list pages: `glimt_plans FILE` prints for
// each kind of caller and query what EXPLAIN QUERY PLAN says, how many rows there were, and how
// long it took. FILE has Glance's tables; bench/load/metadata.py --seed makes one.
#include "catalog/image_rows.hpp"
#include "catalog/image_sql.hpp"
#include "catalog/list_sql.hpp"
#include "catalog/sqlite_connection.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <stdexcept>

namespace glimt {
namespace {

sql_result ask(sqlite_connection& on, const sql_statement& statement) {
    sql_result answer;
    if (on.execute(statement, answer) != sqlite_connection::outcome::done)
        throw std::runtime_error("the database is locked");
    return answer;
}

// The best of a few, so that what else the machine does counts less.
double milliseconds(sqlite_connection& on, const sql_statement& statement) {
    double best = 1e9;
    for (int i = 0; i < 5; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        ask(on, statement);
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - begin;
        best = std::min(best, took.count());
    }
    return best;
}

void print(sqlite_connection& on, const char* what, const sql_statement& statement) {
    const std::size_t rows = ask(on, statement).rows.size();
    std::printf("  %-14s %4zu rows %9.3f ms\n", what, rows, milliseconds(on, statement));
    sql_statement plan = statement;
    plan.text.insert(0, "EXPLAIN QUERY PLAN ");
    const sql_result steps = ask(on, plan);
    for (const sql_row& step : steps.rows)
        std::printf("      %s\n", text_in(step[3]).value_or("").c_str());
}

struct query_case {
    const char* what;
    image_query query;
};

std::string first_id(const sql_result& answer) {
    return answer.rows.empty() ? std::string() : text_in(answer.rows.back()[0]).value();
}

// The id of an image that `viewer` sees and that has `offset` newer ones before it.
std::string marker_of(sqlite_connection& on, const catalog_viewer& viewer, std::size_t offset) {
    image_query query;
    query.viewer = viewer;
    query.limit = offset;
    return first_id(ask(on, page_statement(query, list_plan::anywhere)));
}

image_query query_of(const catalog_viewer& viewer, visibility_filter visibility = {}) {
    image_query query;
    query.viewer = viewer;
    query.visibility = visibility;
    return query;
}

std::vector<query_case> cases(sqlite_connection& on) {
    const catalog_viewer admin{.project = "cloud", .is_admin = true};
    const catalog_viewer project{.project = "project-07", .is_admin = false};
    const catalog_viewer newcomer{.project = "nobody", .is_admin = false};
    std::vector<query_case> all;
    const struct {
        const char* what;
        const catalog_viewer& viewer;
    } callers[] = {{"admin", admin}, {"project", project}, {"newcomer", newcomer}};
    for (const auto& [what, viewer] : callers) {
        all.push_back({what, query_of(viewer)});
        image_query deep = query_of(viewer);
        deep.marker = marker_of(on, viewer, 1500);
        all.push_back({"  after 1500", deep});
        all.push_back({"  visibility=public", query_of(viewer, image_visibility::public_)});
        all.push_back({"  visibility=private", query_of(viewer, image_visibility::private_)});
        all.push_back({"  visibility=shared", query_of(viewer, image_visibility::shared)});
        all.push_back({"  visibility=community", query_of(viewer, image_visibility::community)});
        all.push_back({"  visibility=all", query_of(viewer, every_visibility{})});
        image_query by_name = query_of(viewer);
        by_name.order = {{image_column::name, false}};
        all.push_back({"  sort=name:asc", by_name});
        image_query by_size = query_of(viewer);
        by_size.order = {{image_column::size, true}};
        by_size.marker = deep.marker;
        all.push_back({"  sort=size:desc, marker", by_size});
        image_query by_change = query_of(viewer);
        by_change.order = {{image_column::updated_at, true}};
        all.push_back({"  sort=updated_at:desc", by_change});
        image_query named = query_of(viewer);
        named.texts = {{image_column::name, {"ubuntu-00077"}}};
        all.push_back({"  name=", named});
        image_query tagged = query_of(viewer);
        tagged.tags = {"stable"};
        all.push_back({"  tag=", tagged});
        image_query with_property = query_of(viewer);
        with_property.properties = {{"build", "77"}};
        all.push_back({"  build=77", with_property});
        image_query owned = query_of(viewer);
        owned.texts = {{image_column::owner, {"project-08"}}};
        all.push_back({"  owner=", owned});
    }
    return all;
}

void print_page(sqlite_connection& on, const query_case& one) {
    std::printf("%s\n", one.what);
    sql_result found;
    if (first_plan(one.query) == list_plan::among_recent) {
        const sql_statement recent = page_statement(one.query, list_plan::among_recent);
        print(on, "among recent", recent);
        found = ask(on, recent);
    }
    if (found.rows.size() < one.query.limit) {
        const sql_statement anywhere = page_statement(one.query, list_plan::anywhere);
        print(on, "anywhere", anywhere);
    }
}

void print_all(sqlite_connection& on) {
    const catalog_viewer admin{.project = "cloud", .is_admin = true};
    const catalog_viewer project{.project = "project-07", .is_admin = false};
    const std::string id = marker_of(on, project, 20);
    std::printf("show\n");
    print(on, "admin", find_statement(id, admin));
    print(on, "project", find_statement(id, project));
    const std::vector<std::string> one{id};
    print(on, "its children", children_statement(one));
    const sql_result page = ask(on, page_statement(query_of(admin), list_plan::anywhere));
    std::vector<std::string> ids;
    for (const sql_row& row : page.rows) ids.push_back(text_in(row[0]).value());
    print(on, "25 children", children_statement(ids));
    for (const query_case& each : cases(on)) print_page(on, each);
}

}  // namespace
}  // namespace glimt

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: glimt_plans FILE\n");
        return 2;
    }
    glimt::sqlite_connection on({.path = argv[1]});
    glimt::print_all(on);
    return 0;
}
