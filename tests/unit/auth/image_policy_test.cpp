// SPDX-License-Identifier: Apache-2.0
#include "auth/image_policy.hpp"

#include "core/problem.hpp"
#include "unit/auth/asking.hpp"
#include "unit/auth/golden.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <type_traits>

namespace glimt {
namespace {

using testing::now;
using testing::permissions_of;

constexpr auto shared = image_visibility::shared;
constexpr auto private_ = image_visibility::private_;
constexpr auto public_ = image_visibility::public_;
constexpr auto community = image_visibility::community;

request_context caller_of(std::optional<std::string> project, std::vector<std::string> roles) {
    request_context caller;
    caller.project_id = std::move(project);
    caller.roles = std::move(roles);
    caller.is_admin = permissions_of().table().is_admin(caller);
    return caller;
}

const auto admin = caller_of("p0", {"admin"});
const auto member = caller_of("p1", {"member", "reader"});
const auto reader = caller_of("p1", {"reader"});
const auto stranger = caller_of("p2", {"member", "reader"});
const auto nobody = caller_of("p1", {});

image image_of(std::optional<std::string> owner, image_visibility visibility) {
    image made;
    made.id = "an-id";
    made.owner = std::move(owner);
    made.visibility = visibility;
    return made;
}

// "ok", or the reason and the text of the problem.
template <class Ask>
std::string outcome(Ask ask) {
    try {
        if constexpr (std::is_void_v<decltype(ask())>) {
            ask();
        } else {
            now(ask());
        }
    } catch (const problem& why) {
        const auto status = why.why() == reason::forbidden   ? "403"
                            : why.why() == reason::not_found ? "404"
                                                             : "?";
        const auto how = why.how() == layout::sentence_first ? ", behind the sentence" : "";
        return fmt::format("{} {}{}", status, why.detail(), how);
    }
    return "ok";
}

constexpr auto unknown = "404 No image found with ID an-id";

TEST(image_policy, forbids_what_the_caller_may_see_and_hides_what_not) {
    const struct {
        const char* what;
        const request_context& caller;
        const char* owner;
        image_visibility visibility;
        action asked;
        const char* outcome;
    } cases[] = {
        {"an admin", admin, "p1", private_, "delete_image", "ok"},
        {"a member of the owner", member, "p1", private_, "delete_image", "ok"},
        {"a reader sees", reader, "p1", private_, "get_image", "ok"},
        {"a reader changes nothing", reader, "p1", private_, "modify_image",
         "403 You are not authorized to complete modify_image action."},
        {"a reader downloads nothing", reader, "p1", private_, "download_image",
         "403 You are not authorized to complete download_image action."},
        {"another's private image", stranger, "p1", private_, "modify_image", unknown},
        {"another's private image, seen", stranger, "p1", private_, "get_image", unknown},
        {"another's public image", stranger, "p1", public_, "modify_image",
         "403 You are not authorized to complete modify_image action."},
        {"another's public image, read", stranger, "p1", public_, "download_image", "ok"},
        {"another's community image", stranger, "p1", community, "download_image", "ok"},
        {"found through a membership", stranger, "p1", shared, "download_image", "ok"},
        {"its members, by a member", stranger, "p1", shared, "get_members", "ok"},
        {"one's membership", stranger, "p1", shared, "modify_member", "ok"},
        {"one's own image has no membership", member, "p1", shared, "modify_member",
         "403 You are not authorized to complete modify_member action."},
        {"without a role not even one's own", nobody, "p1", private_, "get_image", unknown},
        {"without a role not even public ones", nobody, "p1", public_, "get_image", unknown},
    };
    const auto rules = permissions_of();
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        const auto target = image_of(c.owner, c.visibility);
        const image_policy asked(rules, c.caller, target);
        EXPECT_EQ(outcome([&] { return asked.enforce(c.asked); }), c.outcome);
    }
}

// What record_image_policy.py wrote: what Glance's API lets callers do to images.
struct golden {
    std::vector<request_context> callers;
    std::vector<image> images;
    std::vector<std::vector<std::string>> rest;

    golden() {
        for (auto& line : lines_of("image_policy_golden.txt")) {
            if (line[0] == "caller") {
                callers.push_back(glimt::caller_of(std::span(line).subspan(2)));
            } else if (line[0] == "image") {
                auto owner = line[2] == "-" ? std::nullopt : std::optional(line[2]);
                images.push_back(image_of(std::move(owner), *image_visibility_of(line[3])));
            } else {
                rest.push_back(std::move(line));
            }
        }
    }

    std::string cells(const permissions& rules, action asked) const {
        std::string cells;
        for (auto caller : callers) {
            caller.is_admin = rules.table().is_admin(caller);
            for (const auto& target : images) {
                const image_policy asking(rules, caller, target);
                const auto done = outcome([&]() -> task<> {
                    if (asked.name().ends_with("_member") || asked.name().ends_with("_members"))
                        co_await asking.enforce("get_image");
                    co_await asking.enforce(asked);
                });
                cells += done == "ok" ? 'o' : done.starts_with("403") ? 'f' : 'n';
            }
        }
        return cells;
    }
};

TEST(image_policy, lets_callers_do_what_glance_lets_them) {
    const golden recorded;
    const auto with_new = permissions_of(),
               with_old = permissions_of({.enforce_new_defaults = false});
    for (const auto& line : recorded.rest) {
        SCOPED_TRACE(line[0] + " " + line[1]);
        const auto found = std::ranges::find(policy_defaults, line[1], &policy_default::name);
        ASSERT_NE(found, policy_defaults.end());
        const auto asked = action::at(static_cast<std::size_t>(found - policy_defaults.begin()));
        EXPECT_EQ(recorded.cells(line[0] == "new" ? with_new : with_old, asked), line[2]);
    }
    EXPECT_EQ(recorded.rest.size(), 32u);
}

TEST(image_policy, a_token_of_the_whole_cloud_sees_no_image) {
    auto caller = admin;
    caller.system_scope = "all";
    const auto target = image_of("p1", public_);
    const auto rules = permissions_of();
    const image_policy asked(rules, caller, target);
    EXPECT_EQ(outcome([&] { return asked.enforce("get_image"); }), unknown);
}

TEST(image_policy, with_the_old_rules_the_owner_changes_an_image_and_nobody_else_does) {
    const auto rules = permissions_of({.enforce_new_defaults = false});
    constexpr auto not_owner = "403 You do not own this image";
    const struct {
        const request_context& caller;
        std::optional<std::string> owner;
        action asked;
        const char* outcome;
    } cases[] = {
        {nobody, "p1", "modify_image", "ok"},
        {stranger, "p1", "modify_image", not_owner},
        {stranger, "p1", "delete_image", not_owner},
        {stranger, "p1", "upload_image", not_owner},
        {stranger, "p1", "deactivate", not_owner},
        {stranger, "p1", "reactivate", not_owner},
        {stranger, "p1", "delete_image_location", not_owner},
        {stranger, "p1", "download_image", "ok"},
        {stranger, std::nullopt, "modify_image", not_owner},
        {caller_of(std::nullopt, {}), std::nullopt, "modify_image", not_owner},
        {admin, std::nullopt, "modify_image", "ok"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.asked.name());
        const auto target = image_of(c.owner, public_);
        const image_policy asked(rules, c.caller, target);
        EXPECT_EQ(outcome([&] { return asked.enforce(c.asked); }), c.outcome);
    }
}

TEST(image_policy, a_way_into_the_open_has_its_own_rule) {
    const auto rules = permissions_of();
    const auto target = image_of("p1", private_);
    const auto publish = [&](const request_context& caller, image_visibility wanted) {
        const image_policy asked(rules, caller, target);
        return outcome([&] { return asked.enforce_visibility(wanted); });
    };
    EXPECT_EQ(publish(admin, public_), "ok");
    EXPECT_EQ(publish(member, public_),
              "403 You are not authorized to complete publicize_image action.");
    EXPECT_EQ(publish(member, community), "ok");
    EXPECT_EQ(publish(reader, community),
              "403 You are not authorized to complete communitize_image action.");
    EXPECT_EQ(publish(member, shared), "ok");
    EXPECT_EQ(publish(reader, shared),
              "403 You are not authorized to complete modify_image action.");
    EXPECT_EQ(publish(stranger, shared), unknown);
}

TEST(image_policy, an_image_is_made_for_the_callers_project_except_by_an_admin) {
    const struct {
        const char* what;
        const request_context& caller;
        std::optional<std::string> owner;
        image_visibility visibility;
        const char* with_new;
        const char* with_old;
    } cases[] = {
        {"one's own", member, "p1", shared, "ok", "ok"},
        {"by a reader", reader, "p1", shared,
         "403 You are not authorized to complete add_image action.", "ok"},
        {"another's", member, "p2", private_,
         "403 You are not permitted to create images owned by 'p2', behind the sentence",
         "403 You are not permitted to create images owned by 'p2'."},
        {"nobody's", member, std::nullopt, private_,
         "403 You are not permitted to create images owned by 'None', behind the sentence",
         "403 You are not permitted to create images owned by 'None'."},
        {"another's, by an admin", admin, "p2", public_, "ok", "ok"},
        {"public", member, "p1", public_,
         "403 You are not authorized to complete publicize_image action.",
         "403 You are not authorized to complete publicize_image action."},
        {"community", member, "p1", community, "ok", "ok"},
    };
    const auto with_new = permissions_of(),
               with_old = permissions_of({.enforce_new_defaults = false});
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        const auto make = [&](const permissions& rules) {
            return outcome([&] { return enforce_create(rules, c.caller, c.owner, c.visibility); });
        };
        EXPECT_EQ(make(with_new), c.with_new);
        EXPECT_EQ(make(with_old), c.with_old);
    }
}

TEST(image_policy, rules_see_an_image_under_glances_names) {
    auto target = image_of("p1", shared);
    target.status = image_status::active;
    target.name = "a name";
    target.disk_format = "raw";
    target.size_bytes = 12'345'678'901'234'567;
    target.min_ram_mb = 512;
    target.is_protected = true;
    target.properties = {{"os_distro", "arch"}, {"empty", std::nullopt}, {"owner", "spoofed"}};
    const struct {
        const char* name;
        std::optional<std::string_view> text;
    } cases[] = {
        {"id", "an-id"},
        {"image_id", "an-id"},
        {"owner", "p1"},
        {"project_id", "p1"},
        {"member_id", "p2"},
        {"member", "p2"},
        {"status", "active"},
        {"visibility", "shared"},
        {"name", "a name"},
        {"disk_format", "raw"},
        {"container_format", "None"},
        {"size", "12345678901234567"},
        {"virtual_size", "None"},
        {"min_ram", "512"},
        {"min_disk", "0"},
        {"protected", "True"},
        {"os_hidden", "False"},
        {"os_distro", "arch"},
        {"empty", "None"},
        {"absent", std::nullopt},
        {"tags", std::nullopt},
        {"created_at", std::nullopt},
    };
    const image_target seen(target, stranger);
    for (const auto& c : cases) {
        std::string scratch;
        EXPECT_EQ(seen.find(c.name, scratch), c.text) << c.name;
    }
}

TEST(image_policy, a_membership_is_seen_only_where_there_is_one) {
    std::string scratch;
    const auto member_of = [&](const request_context& caller, image_visibility visibility) {
        const auto target = image_of("p1", visibility);
        return std::string(*image_target(target, caller).find("member_id", scratch));
    };
    EXPECT_EQ(member_of(stranger, shared), "p2");
    EXPECT_EQ(member_of(member, shared), "None");
    EXPECT_EQ(member_of(stranger, public_), "None");
    EXPECT_EQ(member_of(caller_of(std::nullopt, {}), shared), "None");
}

TEST(request_context, who_may_only_read_changes_nothing) {
    request_context caller;
    EXPECT_EQ(outcome([&] { refuse_read_only(caller); }), "ok");
    caller.read_only = true;
    EXPECT_EQ(outcome([&] { refuse_read_only(caller); }),
              "403 Read-only access, behind the sentence");
}

}  // namespace
}  // namespace glimt
