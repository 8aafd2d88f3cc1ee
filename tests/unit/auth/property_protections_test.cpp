// SPDX-License-Identifier: Apache-2.0
#include "auth/property_protections.hpp"

#include "core/problem.hpp"
#include "support/scratch_folder.hpp"
#include "unit/auth/asking.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace glimt {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto create = property_operation::create;
constexpr auto read = property_operation::read;
constexpr auto update = property_operation::update;
constexpr auto remove_ = property_operation::remove;

property_protections parsed(std::string_view text, bool by_policies = false) {
    std::vector<std::string> errors;
    auto made = parse_property_protections(text, "f", by_policies, errors);
    EXPECT_THAT(errors, IsEmpty());
    return made;
}

std::vector<std::string> errors_of(std::string_view text, bool by_policies = false) {
    std::vector<std::string> errors;
    parse_property_protections(text, "f", by_policies, errors);
    return errors;
}

request_context caller_with(std::vector<std::string> roles,
                            std::vector<std::string> service_roles = {}) {
    request_context caller;
    caller.roles = std::move(roles);
    caller.service_roles = std::move(service_roles);
    return caller;
}

property_access access_of(const property_protections& to, const request_context& caller,
                          policy_options options = {}) {
    options.overrides.insert(options.overrides.end(), to.rules().begin(), to.rules().end());
    const auto rules = testing::permissions_of(options);
    property_access access;
    const auto keep = [&]() -> task<> { access = co_await to.access_of(rules, caller); };
    testing::now(keep());
    return access;
}

// "cru-": what may be done with it.
std::string may(const property_access& access, std::string_view name) {
    std::string shown;
    for (const auto& [what, letter] : {std::pair(create, 'c'), std::pair(read, 'r'),
                                       std::pair(update, 'u'), std::pair(remove_, 'd')})
        shown += access.may(what, name) ? letter : '-';
    return shown;
}

std::string section(std::string_view name, std::string_view creators, std::string_view readers,
                    std::string_view updaters, std::string_view removers) {
    return fmt::format("[{}]\ncreate = {}\nread = {}\nupdate = {}\ndelete = {}\n", name, creators,
                       readers, updaters, removers);
}

TEST(property_protections, without_a_file_everybody_may_do_everything) {
    const property_protections none;
    EXPECT_FALSE(none.protects());
    EXPECT_EQ(may(access_of(none, {}), "x"), "crud");
}

TEST(property_protections, the_first_section_that_is_found_in_a_name_decides) {
    const auto made = parsed(section("^x_", "admin", "admin, Member", "!", "") +
                             section("secret", "admin", "admin", "admin", "admin") +
                             section(".*", "@", "@", "member", "nobody"));
    const auto admin = access_of(made, caller_with({"admin"}));
    const auto member = access_of(made, caller_with({"member"}));
    const struct {
        const char* name;
        const char* for_admin;
        const char* for_member;
    } cases[] = {
        {"x_1", "cr--", "-r--"},          {"x_secret", "cr--", "-r--"},
        {"my_secret_x_", "crud", "----"}, {"other", "cr--", "cru-"},
        {"os_glance_x", "crud", "crud"},
    };
    for (const auto& c : cases) {
        EXPECT_EQ(may(admin, c.name), c.for_admin) << c.name;
        EXPECT_EQ(may(member, c.name), c.for_member) << c.name;
    }
}

TEST(property_protections, what_no_section_matches_is_nobodys) {
    const auto made = parsed(section("^x$", "@", "@", "@", "@"));
    EXPECT_EQ(may(access_of(made, caller_with({"admin"})), "x"), "crud");
    EXPECT_EQ(may(access_of(made, caller_with({"admin"})), "xy"), "----");
}

TEST(property_protections, roles_of_the_asking_service_count) {
    const auto made = parsed(section(".*", "service", "@", "service", "!"));
    EXPECT_EQ(may(access_of(made, caller_with({"member"})), "a"), "-r--");
    EXPECT_EQ(may(access_of(made, caller_with({"member"}, {"service"})), "a"), "cru-");
}

TEST(property_protections, policies_are_the_operators_rules) {
    const auto made = parsed(section("^x_", "makers", "@", "makers", "!") +
                                 section(".*", "everybody", "everybody", "everybody", "everybody"),
                             true);
    policy_options options;
    options.overrides = {{"makers", "role:maker or user_id:boss"}, {"everybody", "@"}};
    auto boss = caller_with({"member"});
    boss.user_id = "boss";
    EXPECT_EQ(may(access_of(made, boss, options), "x_1"), "cru-");
    EXPECT_EQ(may(access_of(made, caller_with({"maker"}), options), "x_1"), "cru-");
    EXPECT_EQ(may(access_of(made, caller_with({"member"}), options), "x_1"), "-r--");
    EXPECT_EQ(may(access_of(made, caller_with({}), options), "y"), "crud");
}

TEST(property_protections, a_policy_that_is_nowhere_is_an_error_of_the_rules) {
    const auto made = parsed(section("a", "gone", "@", "@", "@"), true);
    std::vector<std::string> errors;
    const policy_table table({.overrides = made.rules()}, errors);
    EXPECT_THAT(errors, ElementsAre("f: policy rule a:create: there is no rule gone"));
}

TEST(property_protections, values_may_stand_in_default_and_names_have_no_case) {
    const auto made = parsed(
        "[DEFAULT]\nread: @\ndelete = !\n# why\n[a]\nCreate = admin,\n  x\n"
        "update =\n[b]\ncreate = x\nupdate = x\nDELETE = x\n");
    EXPECT_EQ(may(access_of(made, caller_with({"x"})), "a"), "cr--");
    EXPECT_EQ(may(access_of(made, caller_with({"x"})), "b"), "crud");
}

TEST(property_protections, says_what_is_wrong) {
    const struct {
        std::string text;
        bool by_policies;
        const char* error;
    } cases[] = {
        {"", false, "f: it has no [section]"},
        {"[DEFAULT]\nread = @\n", false, "f: it has no [section]"},
        {"[a]\ncreate = x\nread = x\nupdate = x\n", false, "f: [a] does not say who may delete"},
        {section("a", "@,!", "x", "x", "x"), false,
         "f: [a] create: '@' and '!' exclude each other"},
        {section("a", "x", "x", "%x", "x"), false, "f: [a] update: '%' is not for names"},
        {section("a", "x", "x,y", "x", "x"), true,
         "f: [a] read: more than one policy; a policy can name others"},
        {section("(a", "x", "x", "x", "x"), false,
         "f: [(a] is no regular expression that RE2 knows: missing ): (a"},
        {section("(?!a)", "x", "x", "x", "x"), false,
         "f: [(?!a)] is no regular expression that RE2 knows: invalid perl operator: (?!"},
        {section("a", "x", "x", "x", "x") + "[a]\n", false, "f:6: this section is there already"},
    };
    for (const auto& c : cases)
        EXPECT_THAT(errors_of(c.text, c.by_policies), ElementsAre(c.error)) << c.text;
}

TEST(property_protections, a_file_that_is_named_must_be_there) {
    const testing::scratch_folder folder;
    settings options;
    options.config_folders = {folder.path()};
    std::vector<std::string> errors;
    EXPECT_FALSE(read_property_protections(options, errors).protects());
    EXPECT_THAT(errors, IsEmpty());
    options.property_protection_file = "protections.conf";
    read_property_protections(options, errors);
    EXPECT_THAT(errors, ElementsAre("property_protection_file: there is no file protections.conf"));
    std::ofstream(folder.file("protections.conf")) << section("a", "@", "@", "@", "@");
    errors.clear();
    EXPECT_TRUE(read_property_protections(options, errors).protects());
    EXPECT_THAT(errors, IsEmpty());
}

// What is cut off would protect nothing.
TEST(property_protections, a_file_that_is_too_large_is_refused_with_its_name) {
    const testing::scratch_folder folder;
    settings options;
    options.property_protection_file = folder.file("protections.conf");
    const auto first = section("a", "@", "@", "@", "@") + "# ";
    constexpr std::size_t bytes_max = 1 << 20;
    std::vector<std::string> errors;
    std::ofstream(options.property_protection_file)
        << first << std::string(bytes_max - first.size(), '-');
    EXPECT_TRUE(read_property_protections(options, errors).protects());
    EXPECT_THAT(errors, IsEmpty());
    std::ofstream(options.property_protection_file, std::ios::app)
        << "\n"
        << section("b", "!", "!", "!", "!");
    EXPECT_FALSE(read_property_protections(options, errors).protects());
    EXPECT_THAT(errors,
                ElementsAre(options.property_protection_file + ": it is larger than 1 MiB"));
}

TEST(property_access, refuses_in_glances_words_and_hides) {
    const auto made =
        parsed(section("secret", "!", "!", "!", "!") + section(".*", "@", "@", "@", "@"));
    const auto access = access_of(made, {});
    image shown;
    shown.properties = {{"a", "1"}, {"secret_b", "2"}, {"c", "3"}};
    access.hide_unreadable(shown);
    ASSERT_EQ(shown.properties.size(), 2u);
    EXPECT_EQ(shown.properties[1].name, "c");
    try {
        access.enforce(create, "secret");
        ADD_FAILURE() << "was allowed";
    } catch (const problem& why) {
        EXPECT_EQ(why.why(), reason::forbidden);
        EXPECT_EQ(why.detail(), "Attribute 'secret' is reserved.");
        EXPECT_EQ(why.how(), layout::text_only);
    }
}

}  // namespace
}  // namespace glimt
