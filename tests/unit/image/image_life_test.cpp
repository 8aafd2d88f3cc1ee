// SPDX-License-Identifier: Apache-2.0
#include "image/image_life.hpp"

#include "core/problem.hpp"

#include <gtest/gtest.h>

#include <array>
#include <functional>

namespace glimt {
namespace {

using enum image_status;

constexpr std::array all_statuses = {queued,    saving,    active,         killed,     deleted,
                                     uploading, importing, pending_delete, deactivated};

// The text of the problem, with its reason as a number in front; empty when there is none.
std::string refusal(const std::function<void()>& attempt) {
    try {
        attempt();
    } catch (const problem& why) {
        const std::string_view name = why.why() == reason::conflict    ? "conflict: "
                                      : why.why() == reason::forbidden ? "forbidden: "
                                                                       : "invalid: ";
        return std::string(name) + why.detail();
    }
    return {};
}

image in(image_status status) {
    image made;
    made.status = status;
    made.disk_format = "raw";
    made.container_format = "bare";
    made.size_bytes = made.virtual_size_bytes = 5;
    return made;
}

TEST(image_life, goes_only_the_ways_there_are) {
    for (const image_status from : all_statuses) {
        for (const image_status to : all_statuses) {
            SCOPED_TRACE(std::string(to_string(from)) + " " + std::string(to_string(to)));
            image one = in(from);
            const std::string why = refusal([&] { become(one, to); });
            const bool may = may_become(from, to);
            EXPECT_EQ(one.status, may ? to : from);
            EXPECT_EQ(why, may ? ""
                               : "conflict: Image status transition from " +
                                     std::string(to_string(from)) + " to " +
                                     std::string(to_string(to)) + " is not allowed");
        }
    }
}

TEST(image_life, has_no_sizes_when_it_is_queued_again) {
    image one = in(saving);
    become(one, queued);
    EXPECT_FALSE(one.size_bytes || one.virtual_size_bytes);
    one = in(saving);
    become(one, active);
    EXPECT_TRUE(one.size_bytes && one.virtual_size_bytes);
}

TEST(image_life, needs_both_formats_before_data_comes) {
    const struct {
        image_status from, to;
        std::optional<std::string> disk, container;
        std::string_view expected;
    } cases[] = {
        {queued,
         saving,
         {},
         {},
         "invalid: Properties disk_format, container_format must be set prior to saving data."},
        {queued, active, "", "",
         "invalid: Properties disk_format, container_format must be set prior to saving data."},
        {queued,
         importing,
         "raw",
         {},
         "invalid: Property container_format must be set prior to saving data."},
        {uploading,
         importing,
         {},
         "bare",
         "invalid: Property disk_format must be set prior to saving data."},
        {queued, uploading, {}, {}, ""},
        {queued, deleted, {}, {}, ""},
        {uploading, queued, {}, {}, ""},
        {importing, active, {}, {}, ""},
        {queued, active, "raw", "bare", ""},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.expected);
        image one = in(each.from);
        one.disk_format = each.disk;
        one.container_format = each.container;
        EXPECT_EQ(refusal([&] { become(one, each.to); }), each.expected);
        EXPECT_EQ(one.status, each.expected.empty() ? each.to : each.from);
    }
}

TEST(image_life, is_deactivated_and_reactivated) {
    for (const image_status from : all_statuses) {
        SCOPED_TRACE(to_string(from));
        const bool may = from == active || from == deactivated;
        image off = in(from), on = in(from);
        const std::string why =
            may ? "" : " image in status '" + std::string(to_string(from)) + "'";
        EXPECT_EQ(refusal([&] { deactivate(off); }),
                  may ? "" : "forbidden: Not allowed to deactivate" + why);
        EXPECT_EQ(refusal([&] { reactivate(on); }),
                  may ? "" : "forbidden: Not allowed to reactivate" + why);
        EXPECT_EQ(off.status, may ? deactivated : from);
        EXPECT_EQ(on.status, may ? active : from);
    }
}

}  // namespace
}  // namespace glimt
