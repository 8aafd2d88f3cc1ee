// SPDX-License-Identifier: Apache-2.0
// What every database does with images, whoever keeps them (contract 4.3 to 4.5).
#include "unit/catalog/support/drivers.hpp"

#include <gmock/gmock.h>

namespace glimt::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class image_contract : public driver_fixture {
protected:
    catalog images{*here};

    // Writes any statement, to look behind the catalog or to be another process.
    task<sql_result> write(std::string text) {
        auto make = [text = std::move(text)] { return said(text); };
        return perform(*here, sql_access::write, std::move(make));
    }
    static script<sql_result> said(const std::string& text) {
        const sql_statement statement{text, {}};
        sql_result answer = co_await statement;
        co_return answer;
    }
};

TEST_P(image_contract, keeps_every_field) {
    auto body = [this]() -> task<> {
        image made = image_numbered(1);
        made.status = image_status::active;
        made.visibility = image_visibility::public_;
        made.is_protected = made.hidden = true;
        made.disk_format = "qcow2";
        made.container_format = "bare";
        made.min_ram_mb = 1;
        made.min_disk_gb = 2;
        made.size_bytes = 1LL << 40;
        made.virtual_size_bytes = 1LL << 41;
        made.checksum = std::string(32, 'c');
        made.os_hash_algo = "sha512";
        made.os_hash_value = std::string(128, 'h');
        made.updated_at = at(1) + std::chrono::microseconds(7);
        made.properties = {{"zebra", "1"}, {"ape", std::nullopt}, {"\xC3\xA4", "it's \"x\""}};
        made.tags = {"b", "a"};
        made.locations = {{.id = {}, .url = "file:///x", .metadata = {{"store", "fast"}}}};
        EXPECT_EQ(co_await images.insert(made), insert_outcome::inserted);
        const auto found = co_await images.find(made.id, admin);
        EXPECT_TRUE(found);
        if (!found) co_return;
        EXPECT_EQ(found->name, made.name);
        EXPECT_EQ(found->status, made.status);
        EXPECT_EQ(found->visibility, made.visibility);
        EXPECT_TRUE(found->is_protected && found->hidden);
        EXPECT_EQ(found->owner, "ours");
        EXPECT_EQ(found->disk_format, "qcow2");
        EXPECT_EQ(found->container_format, "bare");
        EXPECT_EQ(found->min_ram_mb, 1);
        EXPECT_EQ(found->min_disk_gb, 2);
        EXPECT_EQ(found->size_bytes, 1LL << 40);
        EXPECT_EQ(found->virtual_size_bytes, 1LL << 41);
        EXPECT_EQ(found->checksum, made.checksum);
        EXPECT_EQ(found->os_hash_algo, made.os_hash_algo);
        EXPECT_EQ(found->os_hash_value, made.os_hash_value);
        EXPECT_EQ(found->created_at, made.created_at);
        EXPECT_EQ(found->updated_at, made.updated_at);
        EXPECT_EQ(found->properties.size(), 3U);
        for (std::size_t i = 0; i < found->properties.size(); ++i) {
            EXPECT_EQ(found->properties[i].name, made.properties[i].name);
            EXPECT_EQ(found->properties[i].value, made.properties[i].value);
        }
        EXPECT_EQ(found->tags, made.tags);
        EXPECT_EQ(found->locations.size(), 1U);
        EXPECT_EQ(found->locations.front().url, "file:///x");
        EXPECT_EQ(found->locations.front().metadata, made.locations.front().metadata);
        EXPECT_TRUE(found->locations.front().id);
    };
    run(body());
}

TEST_P(image_contract, an_id_stays_taken_after_its_image_was_deleted) {
    auto body = [this]() -> task<> {
        const image made = image_numbered(1);
        EXPECT_EQ(co_await images.insert(made), insert_outcome::inserted);
        EXPECT_EQ(co_await images.insert(made), insert_outcome::duplicate);
        const image_removal removal{made.id, image_status::queued, false, at(9)};
        EXPECT_EQ(co_await images.remove(removal), save_outcome::saved);
        EXPECT_FALSE(co_await images.find(made.id, admin));
        EXPECT_EQ(co_await images.insert(made), insert_outcome::duplicate);
        EXPECT_EQ(co_await images.remove(removal), save_outcome::gone);
        EXPECT_EQ((co_await images.save(made, made, image_status::queued)).outcome,
                  save_outcome::gone);
    };
    run(body());
}

TEST_P(image_contract, a_refused_insert_leaves_nothing) {
    auto body = [this]() -> task<> {
        EXPECT_EQ(co_await images.insert(image_numbered(1)), insert_outcome::inserted);
        image again = image_numbered(1);
        again.tags = {"left behind"};
        EXPECT_EQ(co_await images.insert(again), insert_outcome::duplicate);
        EXPECT_THAT((co_await images.find(again.id, admin))->tags, IsEmpty());
    };
    run(body());
}

TEST_P(image_contract, saves_only_from_the_status_that_was_expected) {
    auto body = [this]() -> task<> {
        const image before = image_numbered(1);
        co_await images.insert(before);
        image after = before;
        after.status = image_status::active;
        after.tags = {"x"};
        EXPECT_EQ((co_await images.save(before, after, image_status::saving)).outcome,
                  save_outcome::conflict);
        EXPECT_THAT((co_await images.find(before.id, admin))->tags, IsEmpty());
        EXPECT_EQ((co_await images.save(before, after, image_status::queued)).outcome,
                  save_outcome::saved);
        EXPECT_EQ((co_await images.find(before.id, admin))->status, image_status::active);
        const image_removal removal{before.id, image_status::queued, false, at(9)};
        EXPECT_EQ(co_await images.remove(removal), save_outcome::conflict);
    };
    run(body());
}

TEST_P(image_contract, saves_the_difference_and_leaves_what_others_added) {
    auto body = [this]() -> task<> {
        image before = image_numbered(1);
        before.properties = {{"kept", "1"}, {"changed", "1"}, {"removed", "1"}};
        before.tags = {"kept", "removed"};
        co_await images.insert(before);
        image other = before;
        other.properties.push_back({"os_glance_import_task", "theirs"});
        other.tags.push_back("theirs");
        co_await images.save(before, other, image_status::queued);

        image after = before;
        after.properties = {{"kept", "1"}, {"changed", "2"}, {"added", std::nullopt}};
        after.tags = {"kept", "added"};
        after.updated_at = at(50);
        co_await images.save(before, after, image_status::queued);
        const auto found = co_await images.find(before.id, admin);
        std::vector<std::string> names;
        for (const auto& one : found->properties)
            names.push_back(one.name + "=" + one.value.value_or("(null)"));
        EXPECT_THAT(names, ElementsAre("kept=1", "changed=2", "os_glance_import_task=theirs",
                                       "added=(null)"));
        EXPECT_THAT(found->tags, ElementsAre("kept", "theirs", "added"));
        EXPECT_EQ(found->updated_at, at(50));
        EXPECT_EQ(found->created_at, at(1));
    };
    run(body());
}

// Neither knows of the other.
TEST_P(image_contract, two_who_change_different_attributes_both_have_their_way) {
    auto body = [this]() -> task<> {
        const image before = image_numbered(1);
        co_await images.insert(before);
        image named = before, hidden = before;
        named.name = "new";
        named.min_disk_gb = 5;
        named.updated_at = at(10);
        hidden.visibility = image_visibility::community;
        hidden.hidden = hidden.is_protected = true;
        hidden.owner.reset();
        hidden.updated_at = at(11);
        for (const image* each : {&named, &hidden})
            EXPECT_EQ((co_await images.save(before, *each, before.status)).outcome,
                      save_outcome::saved);
        const auto found = co_await images.find(before.id, admin);
        EXPECT_EQ(found->name, "new");
        EXPECT_EQ(found->min_disk_gb, 5);
        EXPECT_EQ(found->visibility, image_visibility::community);
        EXPECT_TRUE(found->hidden && found->is_protected);
        EXPECT_EQ(found->owner, std::nullopt);
        EXPECT_EQ(found->updated_at, at(11));
    };
    run(body());
}

// Data must not come to an image as one format, and be handed out as another.
TEST_P(image_contract, who_changes_the_status_does_so_for_the_formats_that_it_saw) {
    auto body = [this]() -> task<> {
        image before = image_numbered(1);
        before.disk_format = "raw";
        before.container_format = "bare";
        co_await images.insert(before);
        image changed = before, active = before;
        changed.disk_format = "qcow2";
        changed.container_format.reset();
        changed.name = "new";
        active.status = image_status::active;
        co_await images.save(before, changed, image_status::queued);
        co_await images.save(before, active, image_status::queued);
        const auto found = co_await images.find(before.id, admin);
        EXPECT_EQ(found->status, image_status::active);
        EXPECT_EQ(found->disk_format, "raw");
        EXPECT_EQ(found->container_format, "bare");
        EXPECT_EQ(found->name, "new");
    };
    run(body());
}

// A name has one row for ever: its unique key knows no `deleted`.
TEST_P(image_contract, a_removed_property_comes_back_in_its_old_row) {
    auto body = [this]() -> task<> {
        image with = image_numbered(1);
        with.properties = {{"p", "1"}};
        co_await images.insert(with);
        const image without = image_numbered(1);
        co_await images.save(with, without, image_status::queued);
        EXPECT_THAT((co_await images.find(with.id, admin))->properties, IsEmpty());
        with.properties = {{"p", "2"}};
        co_await images.save(without, with, image_status::queued);
        const auto found = co_await images.find(with.id, admin);
        EXPECT_EQ(found->properties.at(0).value, "2");
        const auto rows = co_await write(
            "SELECT COUNT(*), COUNT(deleted_at) FROM image_properties WHERE name = 'p'");
        EXPECT_EQ(number_in(rows.rows[0][0]), 1);
        EXPECT_EQ(number_in(rows.rows[0][1]), 0);
    };
    run(body());
}

TEST_P(image_contract, a_tag_that_came_back_is_a_new_row_and_lives_once) {
    auto body = [this]() -> task<> {
        const image without = image_numbered(1);
        image with = without;
        with.tags = {"t"};
        co_await images.insert(with);
        co_await images.save(with, without, image_status::queued);
        co_await images.save(without, with, image_status::queued);
        co_await images.save(without, with, image_status::queued);  // who had not seen it
        EXPECT_THAT((co_await images.find(with.id, admin))->tags, ElementsAre("t"));
    };
    run(body());
}

TEST_P(image_contract, locations_keep_their_ids) {
    auto body = [this]() -> task<> {
        const image queued = image_numbered(1);
        co_await images.insert(queued);
        image two = queued;
        two.status = image_status::active;
        two.locations = {location_at("a"), location_at("b")};
        const auto saved = co_await images.save(queued, two, image_status::queued);
        const auto found = co_await images.find(queued.id, admin);
        EXPECT_EQ(found->locations.size(), 2U);
        EXPECT_EQ(found->locations[0].id, saved.saved.locations[0].id);
        EXPECT_EQ(found->locations[1].id, saved.saved.locations[1].id);

        image one = *found;
        one.locations.erase(one.locations.begin());
        one.locations[0].metadata["store"] = "slow";
        co_await images.save(*found, one, image_status::active);
        const auto last = co_await images.find(queued.id, admin);
        EXPECT_EQ(last->locations.size(), 1U);
        EXPECT_EQ(last->locations[0].id, found->locations[1].id);
        EXPECT_EQ(last->locations[0].metadata.at("store"), "slow");
        const auto rows = co_await write("SELECT status, deleted FROM image_locations ORDER BY id");
        EXPECT_EQ(text_in(rows.rows[0][0]), "deleted");
        EXPECT_EQ(number_in(rows.rows[0][1]), 1);
        EXPECT_EQ(rows.rows.size(), 2U);
    };
    run(body());
}

// Two remove a location each, and neither knows of the other.
TEST_P(image_contract, the_last_location_is_not_lost_between_two_who_remove_one) {
    auto body = [&]() -> task<> {
        image made = image_numbered(1);
        made.locations = {location_at("a"), location_at("b")};
        co_await images.insert(made);
        const image before = (co_await images.find(id_of(1), admin)).value();
        image without_a = before, without_b = before;
        without_a.locations.erase(without_a.locations.begin());
        without_b.locations.pop_back();
        EXPECT_EQ((co_await images.save(before, without_a, before.status)).outcome,
                  save_outcome::saved);
        EXPECT_EQ((co_await images.save(before, without_b, before.status)).outcome,
                  save_outcome::conflict);
        EXPECT_EQ((co_await images.find(id_of(1), admin))->locations.size(), 1U);
    };
    run(body());
}

TEST_P(image_contract, everything_of_an_image_is_deleted_at_one_time) {
    auto body = [this]() -> task<> {
        image made = image_numbered(1);
        made.properties = {{"p", "1"}};
        made.tags = {"t"};
        made.locations = {location_at("a")};
        co_await images.insert(made);
        const image_member member{made.id, "theirs", member_status::pending, at(2), at(2)};
        co_await images.add_member(member);
        const image_removal removal{made.id, image_status::queued, true, at(9)};
        co_await images.remove(removal);
        const char* tables[] = {"images", "image_properties", "image_tags", "image_locations",
                                "image_members"};
        for (const std::string table : tables) {
            const auto rows =
                co_await write("SELECT deleted, deleted_at, updated_at FROM " + table);
            EXPECT_EQ(rows.rows.size(), 1U) << table;
            EXPECT_EQ(number_in(rows.rows[0][0]), 1) << table;
            EXPECT_EQ(text_in(rows.rows[0][1]), "2026-01-01 00:00:09.000000") << table;
            EXPECT_EQ(text_in(rows.rows[0][2]), "2026-01-01 00:00:09.000000") << table;
        }
        const auto status = co_await write(
            "SELECT images.status, image_locations.status FROM images, image_locations");
        EXPECT_EQ(text_in(status.rows[0][0]), "pending_delete");
        EXPECT_EQ(text_in(status.rows[0][1]), "pending_delete");
    };
    run(body());
}

TEST_P(image_contract, is_found_by_those_who_may_see_it) {
    struct seen_case {
        image_visibility visibility;
        bool shared;
        bool by_ours, by_theirs, by_nobody;
    };
    const seen_case cases[] = {
        {image_visibility::public_, false, true, true, true},
        {image_visibility::community, false, true, true, true},
        {image_visibility::private_, true, true, false, false},
        {image_visibility::shared, false, true, false, false},
        {image_visibility::shared, true, true, true, false},
    };
    auto body = [&]() -> task<> {
        int number = 0;
        for (const seen_case& c : cases) {
            image made = image_numbered(++number);
            made.visibility = c.visibility;
            co_await images.insert(made);
            const image_member member{made.id, "theirs", member_status::rejected, at(2), at(2)};
            if (c.shared) co_await images.add_member(member);
            const catalog_viewer nobody;
            EXPECT_TRUE(co_await images.find(made.id, admin)) << number;
            EXPECT_EQ((co_await images.find(made.id, ours)).has_value(), c.by_ours) << number;
            EXPECT_EQ((co_await images.find(made.id, theirs)).has_value(), c.by_theirs) << number;
            EXPECT_EQ((co_await images.find(made.id, nobody)).has_value(), c.by_nobody) << number;
        }
    };
    run(body());
}

// As in Glance: without an owner there is nobody to hide it for.
TEST_P(image_contract, is_found_by_everybody_when_nobody_owns_it) {
    auto body = [&]() -> task<> {
        image made = image_numbered(1);
        made.visibility = image_visibility::private_;
        made.owner.reset();
        co_await images.insert(made);
        EXPECT_TRUE(co_await images.find(made.id, ours));
        EXPECT_TRUE(co_await images.find(made.id, catalog_viewer{}));
    };
    run(body());
}

INSTANTIATE_TEST_SUITE_P(drivers, image_contract,
                         ::testing::ValuesIn(catalog_drivers().begin(), catalog_drivers().end()),
                         driver_name);

}  // namespace
}  // namespace glimt::testing
