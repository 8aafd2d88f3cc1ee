// SPDX-License-Identifier: Apache-2.0
// What every database does with members (contract 1.21, 4.3) and quotas (4.4).
#include "unit/catalog/support/drivers.hpp"

#include <gmock/gmock.h>

namespace glimt::testing {
namespace {

class member_contract : public driver_fixture {
protected:
    catalog images{*here};

    static image_member member(std::string project, int when) {
        return {id_of(1), std::move(project), member_status::pending, at(when), at(when)};
    }
};

TEST_P(member_contract, are_shown_to_the_owner_and_each_to_itself) {
    auto body = [this]() -> task<> {
        co_await images.insert(image_numbered(1));
        EXPECT_TRUE(co_await images.add_member(member("theirs", 1)));
        EXPECT_TRUE(co_await images.add_member(member("others", 2)));
        EXPECT_EQ((co_await images.members(id_of(1), ours)).size(), 2U);
        EXPECT_EQ((co_await images.members(id_of(1), admin)).size(), 2U);
        EXPECT_EQ((co_await images.members(id_of(1), catalog_viewer())).size(), 0U);
        const auto own = co_await images.members(id_of(1), theirs);
        EXPECT_EQ(own.size(), 1U);
        EXPECT_EQ(own.at(0).project, "theirs");
        EXPECT_EQ(own.at(0).created_at, at(1));
        EXPECT_TRUE(co_await images.find_member(id_of(1), "theirs", theirs));
        EXPECT_FALSE(co_await images.find_member(id_of(1), "others", theirs));
        EXPECT_EQ(co_await images.count_members(id_of(1)), 2);
    };
    run(body());
}

TEST_P(member_contract, one_that_was_removed_comes_back_in_its_row) {
    auto body = [this]() -> task<> {
        co_await images.insert(image_numbered(1));
        EXPECT_TRUE(co_await images.add_member(member("theirs", 1)));
        EXPECT_FALSE(co_await images.add_member(member("theirs", 2)));
        image_member accepted = member("theirs", 3);
        accepted.status = member_status::accepted;
        EXPECT_TRUE(co_await images.update_member(accepted));
        const auto updated = co_await images.find_member(id_of(1), "theirs", admin);
        EXPECT_EQ(updated->status, member_status::accepted);
        EXPECT_EQ(updated->created_at, at(1));
        EXPECT_EQ(updated->updated_at, at(3));
        EXPECT_TRUE(co_await images.remove_member(id_of(1), "theirs", at(4)));
        EXPECT_FALSE(co_await images.remove_member(id_of(1), "theirs", at(4)));
        EXPECT_FALSE(co_await images.update_member(accepted));
        EXPECT_EQ(co_await images.count_members(id_of(1)), 0);
        const auto revived = co_await images.add_member(member("theirs", 5));
        EXPECT_EQ(revived->status, member_status::pending);
        EXPECT_EQ(revived->created_at, at(1));
        EXPECT_EQ(revived->updated_at, at(5));
        EXPECT_EQ(co_await images.count_members(id_of(1)), 1);
    };
    run(body());
}

TEST_P(member_contract, usage_counts_what_is_kept) {
    auto body = [this]() -> task<> {
        const image_status statuses[] = {image_status::active, image_status::saving,
                                         image_status::importing, image_status::queued,
                                         image_status::killed};
        for (int i = 0; i < 5; ++i) {
            image made = image_numbered(i + 1);
            made.status = statuses[i];
            made.size_bytes = 10 << i;
            made.locations = {location_at("a"), location_at("b")};
            if (i == 0) made.properties = {{"os_glance_importing_to_stores", "slow"}};
            if (i == 3) made.size_bytes.reset();
            co_await images.insert(made);
        }
        co_await images.insert([] {
            image foreign = image_numbered(9);
            foreign.owner = "theirs";
            return foreign;
        }());
        const image_usage used = co_await images.usage("ours");
        EXPECT_EQ(used.images, 4);
        EXPECT_EQ(used.uploading, 3);
        EXPECT_EQ(used.stored_bytes, 2 * (10 + 20 + 40));
        EXPECT_EQ(used.staged_bytes, 10 + 40);
        EXPECT_EQ((co_await images.usage("nobody")).images, 0);
    };
    run(body());
}

INSTANTIATE_TEST_SUITE_P(drivers, member_contract,
                         ::testing::ValuesIn(catalog_drivers().begin(), catalog_drivers().end()),
                         driver_name);

}  // namespace
}  // namespace glimt::testing
