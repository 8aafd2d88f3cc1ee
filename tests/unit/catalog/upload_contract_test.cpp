// SPDX-License-Identifier: Apache-2.0
// What every database does with images whose data is on its way (contract 1.14, 4.5).
#include "image/attributes.hpp"
#include "unit/catalog/support/drivers.hpp"

#include <gmock/gmock.h>

namespace glimt::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class upload_contract : public driver_fixture {
protected:
    catalog images{*here};

    const std::string mark = images.process() + ".0.1";

    static image saving_image() {
        image made = image_numbered(1);
        made.properties = {{"os", "any"}};
        return made;
    }

    task<image> begin() {
        image made = saving_image();
        co_await images.insert(made);
        made.status = image_status::saving;
        made.updated_at = at(5);
        EXPECT_EQ(co_await images.begin_upload(made, mark), save_outcome::saved);
        co_return *co_await images.find(made.id, admin);
    }

    static image with_data(image of) {
        of.status = image_status::active;
        of.size_bytes = 3;
        of.checksum = std::string(32, 'c');
        of.locations = {location_at("file:///x")};
        std::erase_if(of.properties,
                      [](const auto& each) { return each.name == uploader_property; });
        return of;
    }
};

TEST_P(upload_contract, who_begins_is_known_until_the_end) {
    auto body = [this]() -> task<> {
        const image before = co_await begin();
        EXPECT_EQ(before.status, image_status::saving);
        const auto begun = co_await images.begun_uploads();
        EXPECT_THAT(begun, SizeIs(1));
        if (begun.empty()) co_return;
        EXPECT_EQ(begun.front().image_id, id_of(1));
        EXPECT_EQ(begun.front().upload, mark);
        EXPECT_EQ(begun.front().status, image_status::saving);

        const auto done = co_await images.finish_upload(before, with_data(before));
        EXPECT_EQ(done.outcome, save_outcome::saved);
        EXPECT_THAT(co_await images.begun_uploads(), IsEmpty());
        const auto found = co_await images.find(id_of(1), admin);
        EXPECT_EQ(found->status, image_status::active);
        EXPECT_THAT(found->properties, SizeIs(1));
        EXPECT_THAT(found->locations, SizeIs(1));
    };
    run(body());
}

// An upload may take hours.
TEST_P(upload_contract, what_is_changed_while_data_comes_stays_changed) {
    auto body = [this]() -> task<> {
        const image before = co_await begin();
        image changed = before;
        changed.name = "new";
        changed.visibility = image_visibility::community;
        changed.min_ram_mb = 512;
        changed.tags = {"new"};
        changed.properties.front().value = "another";
        changed.properties.push_back({"added", "1"});
        EXPECT_EQ((co_await images.save(before, changed, image_status::saving)).outcome,
                  save_outcome::saved);

        co_await images.finish_upload(before, with_data(before));
        const auto found = co_await images.find(id_of(1), admin);
        EXPECT_EQ(found->status, image_status::active);
        EXPECT_EQ(found->size_bytes, 3);
        EXPECT_EQ(found->name, "new");
        EXPECT_EQ(found->visibility, image_visibility::community);
        EXPECT_EQ(found->min_ram_mb, 512);
        EXPECT_THAT(found->tags, ElementsAre("new"));
        EXPECT_THAT(found->properties, SizeIs(2));
        EXPECT_EQ(found->properties.front().value, "another");
    };
    run(body());
}

TEST_P(upload_contract, only_one_begins) {
    auto body = [this]() -> task<> {
        image again = co_await begin();
        EXPECT_EQ(co_await images.begin_upload(again, "1"), save_outcome::conflict);
        EXPECT_EQ((co_await images.begun_uploads()).front().upload, mark);
        again.id = id_of(2);
        EXPECT_EQ(co_await images.begin_upload(again, "1"), save_outcome::gone);
    };
    run(body());
}

TEST_P(upload_contract, an_abandoned_one_is_queued_and_can_begin_again) {
    auto body = [this]() -> task<> {
        image before = co_await begin();
        EXPECT_EQ(co_await images.abandon_upload(before.id, mark, at(9)), save_outcome::saved);
        EXPECT_THAT(co_await images.begun_uploads(), IsEmpty());
        auto found = co_await images.find(before.id, admin);
        EXPECT_EQ(found->status, image_status::queued);
        EXPECT_EQ(found->size_bytes, std::nullopt);
        EXPECT_EQ(found->updated_at, at(9));
        EXPECT_EQ(found->properties.size(), 1U);
        found->status = image_status::saving;
        EXPECT_EQ(co_await images.begin_upload(*found, mark), save_outcome::saved);
        EXPECT_EQ(co_await images.abandon_upload(before.id, mark, at(10)), save_outcome::saved);
        EXPECT_EQ(co_await images.abandon_upload(before.id, mark, at(11)), save_outcome::gone);
    };
    run(body());
}

// Who came late knows nothing of the one who is at it.
TEST_P(upload_contract, only_who_has_begun_abandons) {
    auto body = [this]() -> task<> {
        const image before = co_await begin();
        EXPECT_EQ(co_await images.abandon_upload(before.id, "another", at(9)), save_outcome::gone);
        EXPECT_EQ((co_await images.find(before.id, admin))->status, image_status::saving);
        EXPECT_THAT(co_await images.begun_uploads(), SizeIs(1));
    };
    run(body());
}

TEST_P(upload_contract, one_of_several_heirs_has_it) {
    auto body = [this]() -> task<> {
        const image before = co_await begin();
        EXPECT_EQ(co_await images.claim_upload(before.id, mark, "1.2.3"), save_outcome::saved);
        EXPECT_EQ(co_await images.claim_upload(before.id, mark, "4.5.6"), save_outcome::gone);
        EXPECT_EQ((co_await images.begun_uploads()).front().upload, "1.2.3");
        EXPECT_EQ((co_await images.find(before.id, admin))->status, image_status::saving);
        EXPECT_EQ(co_await images.abandon_upload(before.id, mark, at(9)), save_outcome::gone);
        EXPECT_EQ(co_await images.abandon_upload(before.id, "1.2.3", at(9)), save_outcome::saved);
    };
    run(body());
}

// An acknowledged image is not taken back.
TEST_P(upload_contract, a_finished_one_cannot_be_abandoned) {
    auto body = [this]() -> task<> {
        const image before = co_await begin();
        co_await images.finish_upload(before, with_data(before));
        EXPECT_EQ(co_await images.abandon_upload(before.id, mark, at(9)), save_outcome::gone);
        EXPECT_EQ((co_await images.find(before.id, admin))->status, image_status::active);
    };
    run(body());
}

// Its data is still somebody's to remove.
TEST_P(upload_contract, an_image_deleted_meanwhile_is_still_known_by_who_began) {
    auto body = [this]() -> task<> {
        const image before = co_await begin();
        const image_removal removal{before.id, image_status::saving, false, at(9)};
        EXPECT_EQ(co_await images.remove(removal), save_outcome::saved);
        const auto begun = co_await images.begun_uploads();
        EXPECT_THAT(begun, SizeIs(1));
        if (begun.empty()) co_return;
        EXPECT_EQ(begun.front().status, std::nullopt);
        EXPECT_EQ((co_await images.finish_upload(before, with_data(before))).outcome,
                  save_outcome::gone);
        EXPECT_EQ(co_await images.abandon_upload(before.id, mark, at(10)), save_outcome::gone);
        EXPECT_THAT(co_await images.begun_uploads(), IsEmpty());
    };
    run(body());
}

TEST_P(upload_contract, a_process_is_alive_while_it_is_there) {
    auto body = [this]() -> task<> {
        EXPECT_TRUE(co_await images.is_alive(images.process()));
        for (const auto* name : {"", "1", "x", "-1", "99999999999999999999"})
            EXPECT_FALSE(co_await images.is_alive(name)) << name;
    };
    run(body());
}

INSTANTIATE_TEST_SUITE_P(drivers, upload_contract, ::testing::ValuesIn(catalog_drivers()),
                         driver_name);

TEST(sqlite_presence, others_see_each_other_come_and_go) {
    const scratch_folder folder;
    const sqlite_presence here(folder.file("db"));
    std::string name;
    {
        const sqlite_presence there(folder.file("db"));
        name = there.name();
        EXPECT_NE(name, here.name());
        EXPECT_TRUE(here.is_alive(name));
        EXPECT_TRUE(there.is_alive(here.name()));
    }
    EXPECT_FALSE(here.is_alive(name));
}

}  // namespace
}  // namespace glimt::testing
