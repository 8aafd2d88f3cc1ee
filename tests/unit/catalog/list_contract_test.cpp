// SPDX-License-Identifier: Apache-2.0
// What every database answers to a list of images (contract 1.8).
#include "unit/catalog/support/drivers.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace glimt::testing {
namespace {

using ::testing::ElementsAre;

class list_contract : public driver_fixture {
protected:
    catalog images{*here};

    // The numbers of the images in a page, or -1 alone when the marker is unknown.
    task<std::vector<int>> list(image_query query) {
        const auto page = co_await images.list(std::move(query));
        std::vector<int> numbers;
        if (!page) numbers.push_back(-1);
        for (const std::string& id : ids_of(page)) numbers.push_back(id[35] - '0');
        co_return numbers;
    }
};

image_query of(const catalog_viewer& viewer) {
    image_query query;
    query.viewer = viewer;
    return query;
}

TEST_P(list_contract, shows_to_each_what_is_meant_for_it) {
    struct listed_case {
        const char* what;
        catalog_viewer viewer;
        visibility_filter visibility;
        std::optional<member_status> membership;
        std::vector<int> expect;
    };
    const auto accepted = member_status::accepted;
    const visibility_filter none, all = every_visibility{}, shared = image_visibility::shared;
    const catalog_viewer nobody;
    const listed_case cases[] = {
        {"owner", ours, none, accepted, {5, 4, 3, 2, 1}},
        {"owner, private", ours, image_visibility::private_, accepted, {2}},
        {"owner, shared", ours, shared, accepted, {5, 4}},
        {"member", theirs, none, accepted, {4, 1}},
        {"member, pending", theirs, none, member_status::pending, {5, 1}},
        {"member, any answer", theirs, none, std::nullopt, {5, 4, 1}},
        {"member, shared", theirs, shared, std::nullopt, {5, 4}},
        {"member, private", theirs, image_visibility::private_, accepted, {}},
        {"member, community", theirs, image_visibility::community, accepted, {3}},
        {"member, all", theirs, all, accepted, {4, 3, 1}},
        {"member, public", theirs, image_visibility::public_, accepted, {1}},
        {"no project", nobody, none, accepted, {1}},
        {"no project, all", nobody, all, accepted, {3, 1}},
        {"admin", admin, none, accepted, {5, 4, 2, 1}},
        {"admin, all", admin, all, accepted, {5, 4, 3, 2, 1}},
        {"admin, community", admin, image_visibility::community, accepted, {3}},
        {"admin of the owner", {"ours", true}, none, accepted, {5, 4, 3, 2, 1}},
    };
    auto body = [&]() -> task<> {
        const image_visibility visibilities[] = {
            image_visibility::public_, image_visibility::private_, image_visibility::community,
            image_visibility::shared, image_visibility::shared};
        for (int i = 0; i < 5; ++i) {
            image made = image_numbered(i + 1);
            made.visibility = visibilities[i];
            co_await images.insert(made);
        }
        const image_member yes{id_of(4), "theirs", member_status::accepted, at(1), at(1)};
        const image_member open{id_of(5), "theirs", member_status::pending, at(1), at(1)};
        const image_member hidden{id_of(2), "theirs", member_status::accepted, at(1), at(1)};
        for (const image_member& member : {yes, open, hidden}) co_await images.add_member(member);
        for (const listed_case& c : cases) {
            SCOPED_TRACE(c.what);
            image_query query = of(c.viewer);
            query.visibility = c.visibility;
            query.membership = c.membership;
            EXPECT_EQ(co_await list(query), c.expect);
            // The same without the look at the newest.
            query.order = {{image_column::status, true}, {image_column::created_at, true}};
            EXPECT_EQ(co_await list(query), c.expect);
        }
    };
    run(body());
}

// Images 1 to 6, of which an even one has a name, and each a size of its number but 6.
task<> insert_six(catalog& images) {
    for (int i = 1; i <= 6; ++i) {
        image made = image_numbered(i);
        made.status = i < 5 ? image_status::active : image_status::queued;
        made.name = i % 2 == 0 ? std::optional("even") : std::nullopt;
        if (i < 6) made.size_bytes = i;
        made.hidden = i == 3;
        made.is_protected = i == 2;
        made.updated_at = at(10 - i);
        made.properties = {{"parity", i % 2 == 0 ? "even" : "odd"}, {"n", std::to_string(i)}};
        made.tags = {"all", i < 3 ? "low" : "high"};
        co_await images.insert(made);
    }
}

TEST_P(list_contract, filters) {
    struct filter_case {
        const char* what;
        void (*set)(image_query&);
        std::vector<int> expect;
    };
    using q = image_query;
    using enum sql_comparison;
    using c = image_column;
    const filter_case cases[] = {
        {"none", [](q&) {}, {6, 5, 4, 2, 1}},
        {"hidden", [](q& x) { x.hidden = true; }, {3}},
        {"hidden or not", [](q& x) { x.hidden.reset(); }, {6, 5, 4, 3, 2, 1}},
        {"protected", [](q& x) { x.is_protected = true; }, {2}},
        {"not protected", [](q& x) { x.is_protected = false; }, {6, 5, 4, 1}},
        {"name", [](q& x) { x.texts = {{c::name, {"even"}}}; }, {6, 4, 2}},
        {"ids", [](q& x) { x.texts = {{c::id, {id_of(1), id_of(4), "x"}}}; }, {4, 1}},
        {"no text", [](q& x) { x.texts = {{c::id, {}}}; }, {}},
        {"status in", [](q& x) { x.texts = {{c::status, {"queued", "killed"}}}; }, {6, 5}},
        {"owner", [](q& x) { x.texts = {{c::owner, {"theirs"}}}; }, {}},
        {"size_min", [](q& x) { x.numbers = {{c::size, greater_or_equal, 4}}; }, {5, 4}},
        {"size_max", [](q& x) { x.numbers = {{c::size, less_or_equal, 2}}; }, {2, 1}},
        {"size", [](q& x) { x.numbers = {{c::size, equal, 4}}; }, {4}},
        {"created gt", [](q& x) { x.times = {{c::created_at, greater, at(4)}}; }, {6, 5}},
        {"created neq", [](q& x) { x.times = {{c::created_at, not_equal, at(4)}}; }, {6, 5, 2, 1}},
        {"updated lt", [](q& x) { x.times = {{c::updated_at, less, at(6)}}; }, {6, 5}},
        {"tag", [](q& x) { x.tags = {"low"}; }, {2, 1}},
        {"tags", [](q& x) { x.tags = {"all", "high"}; }, {6, 5, 4}},
        {"tags of none", [](q& x) { x.tags = {"low", "high"}; }, {}},
        {"property", [](q& x) { x.properties = {{"parity", "odd"}}; }, {5, 1}},
        {"properties", [](q& x) { x.properties = {{"parity", "odd"}, {"n", "5"}}; }, {5}},
        {"limit", [](q& x) { x.limit = 2; }, {6, 5}},
        {"limit 0", [](q& x) { x.limit = 0; }, {}},
    };
    auto body = [&]() -> task<> {
        co_await insert_six(images);
        for (const filter_case& one : cases) {
            SCOPED_TRACE(one.what);
            image_query query = of(ours);
            one.set(query);
            EXPECT_EQ(co_await list(query), one.expect);
            query.order = {{image_column::visibility, true}, {image_column::created_at, true}};
            EXPECT_EQ(co_await list(query), one.expect);
        }
    };
    run(body());
}

TEST_P(list_contract, pages_meet_without_a_gap_in_every_order) {
    auto body = [&]() -> task<> {
        co_await insert_six(images);
        using c = image_column;
        const std::vector<image_order> orders[] = {
            {},
            {{c::created_at, false}},
            {{c::name, false}},
            {{c::name, true}, {c::size, false}},
            {{c::size, true}},
            {{c::status, false}, {c::updated_at, true}},
            {{c::disk_format, true}},
            {{c::id, false}},
        };
        for (const auto& order : orders) {
            image_query query = of(ours);
            query.hidden.reset();
            query.order = order;
            const std::vector<int> whole = co_await list(query);
            EXPECT_EQ(whole.size(), 6U);
            query.limit = 2;
            std::vector<int> joined;
            for (int page = 0; page < 4; ++page) {
                const std::vector<int> next = co_await list(query);
                EXPECT_EQ(next.size(), page < 3 ? 2U : 0U);
                joined.insert(joined.end(), next.begin(), next.end());
                if (!next.empty()) query.marker = id_of(next.back());
            }
            EXPECT_EQ(joined, whole);
        }
    };
    run(body());
}

TEST_P(list_contract, equal_times_are_told_apart_by_the_id) {
    auto body = [&]() -> task<> {
        for (int i = 1; i <= 5; ++i) {
            image made = image_numbered(i);
            made.created_at = at(0);
            co_await images.insert(made);
        }
        image_query query = of(ours);
        query.limit = 2;
        EXPECT_THAT(co_await list(query), ElementsAre(5, 4));
        query.marker = id_of(4);
        EXPECT_THAT(co_await list(query), ElementsAre(3, 2));
    };
    run(body());
}

TEST_P(list_contract, a_marker_has_to_be_visible) {
    auto body = [&]() -> task<> {
        co_await images.insert(image_numbered(1));
        image_query query = of(ours);
        query.marker = id_of(1);
        EXPECT_THAT(co_await list(query), ElementsAre());
        query.marker = id_of(2);
        EXPECT_THAT(co_await list(query), ElementsAre(-1));
        query.marker = id_of(1);
        query.viewer = theirs;
        EXPECT_THAT(co_await list(query), ElementsAre(-1));
    };
    run(body());
}

TEST_P(list_contract, a_page_has_the_properties_tags_and_locations_of_each) {
    auto body = [&]() -> task<> {
        co_await insert_six(images);
        image located = image_numbered(7);
        located.locations = {location_at("x")};
        co_await images.insert(located);
        const auto page = co_await images.list(of(ours));
        EXPECT_EQ(page->images.size(), 6U);
        EXPECT_EQ(page->images[0].locations.size(), 1U);
        EXPECT_THAT(page->images[5].tags, ElementsAre("all", "low"));
        EXPECT_EQ(page->images[1].properties.at(1).value, "6");
    };
    run(body());
}

// With so many images, all of them deleted, that a page is looked for among the newest first.
class crowded_sqlite final : public tested_sqlite {
public:
    crowded_sqlite() : tested_sqlite(false) {
        sqlite_connection on({.path = path()});
        on.execute_all(
            "INSERT INTO images (id, status, visibility, owner, created_at, updated_at, "
            "deleted_at, deleted, min_disk, min_ram, protected, os_hidden) "
            "WITH RECURSIVE numbers(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers "
            "WHERE n < 500) SELECT 'gone-' || n, 'deleted', CASE WHEN n % 2 THEN 'public' ELSE "
            "'community' END, 'nobody', t, t, t, 1, 0, 0, 0, 0 FROM numbers, "
            "(SELECT '2026-01-01 00:00:03.000000' AS t)");
    }
};

std::unique_ptr<tested_database> crowded() { return std::make_unique<crowded_sqlite>(); }

INSTANTIATE_TEST_SUITE_P(crowd, list_contract,
                         ::testing::Values(catalog_driver{"sqlite_file", crowded}), driver_name);
INSTANTIATE_TEST_SUITE_P(drivers, list_contract,
                         ::testing::ValuesIn(catalog_drivers().begin(), catalog_drivers().end()),
                         driver_name);

}  // namespace
}  // namespace glimt::testing
