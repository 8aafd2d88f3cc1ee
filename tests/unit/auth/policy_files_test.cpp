// SPDX-License-Identifier: Apache-2.0
#include "auth/policy_files.hpp"

#include "auth/policy_document.hpp"
#include "support/scratch_folder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace glimt {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string shown(const policy_rule_source& rule) {
    if (const auto* text = std::get_if<std::string>(&rule)) return "'" + *text + "'";
    return fmt::format("{}", std::get<policy_check_lists>(rule));
}

std::vector<std::string> read(std::string_view text) {
    auto document = read_policy_document(text, "f");
    if (!document.errors.empty()) return document.errors;
    std::vector<std::string> lines;
    for (const auto& each : document.rules)
        lines.push_back(fmt::format("{} {} {}", each.where, each.name, shown(each.rule)));
    return lines;
}

TEST(policy_document, is_names_and_rules) {
    EXPECT_THAT(read(""), IsEmpty());
    EXPECT_THAT(read("{}"), IsEmpty());
    EXPECT_THAT(read("# ours\n\"a\": \"role:x\"\nb: ''\nc:\n"),
                ElementsAre("f:2 a 'role:x'", "f:3 b ''", "f:4 c ''"));
    EXPECT_THAT(read("{\"a\": [[\"role:x\", \"role:y\"], [], \"@\"],\n \"b\": []}"),
                ElementsAre("f:1 a [[role:x, role:y], [], [@]]", "f:2 b []"));
    EXPECT_THAT(read("a: [null, '', [role:x]]"), ElementsAre("f:1 a [[], [], [role:x]]"));
}

TEST(policy_document, refuses_what_is_no_rule_with_its_line) {
    const std::pair<const char*, const char*> cases[] = {
        {"- a\n", "f:1: expected 'name: rule'"},
        {"just words", "f:1: expected 'name: rule'"},
        {"a: ''\nb: false\n", "f:2: policy rule b: it is neither a text nor a list"},
        {"b: 0\n", "f:1: policy rule b: it is neither a text nor a list"},
        {"b: {c: d}\n", "f:1: policy rule b: it is neither a text nor a list"},
        {"yes: '@'\n", "f:1: the name of a rule must be a text; put it in quotes"},
        {"a:\n- [role:x]\n- 1\n", "f:3: policy rule a: expected a check, or a list of checks"},
        {"a: [[[role:x]]]\n", "f:1: policy rule a: expected a check, or a list of checks"},
        {"a: [[1]]\n", "f:1: policy rule a: expected a check, or a list of checks"},
        {"a: !\n", "f:1: '!' without quotes is a tag"},
    };
    for (const auto& [text, error] : cases) EXPECT_THAT(read(text), ElementsAre(error)) << text;
}

struct policy_files_test : ::testing::Test {
    testing::scratch_folder folder;
    settings options;

    policy_files_test() { options.config_folders = {path("first"), path("second")}; }

    std::string path(const std::string& name) const { return folder.file(name); }

    void write(const std::string& name, std::string_view text) const {
        std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
        std::ofstream(path(name)) << text;
    }

    // "name=text" of every rule that is found.
    std::vector<std::string> rules() const {
        const policy_files files(options);
        std::vector<std::string> errors, lines;
        const auto read = files.read(files.look(), errors);
        for (const auto& each : read.overrides)
            lines.push_back(each.name + "=" + std::get<std::string>(each.rule));
        lines.insert(lines.end(), errors.begin(), errors.end());
        return lines;
    }
};

TEST_F(policy_files_test, are_found_as_oslo_finds_them) {
    EXPECT_THAT(rules(), IsEmpty());
    write("second/policy.json", R"({"a": "json"})");
    EXPECT_THAT(rules(), ElementsAre("a=json"));
    write("second/policy.yaml", "a: second");
    EXPECT_THAT(rules(), ElementsAre("a=second"));
    write("first/policy.yaml", "a: first");
    EXPECT_THAT(rules(), ElementsAre("a=first"));
    options.policy_file = "other.yaml";
    options.policy_file_is_named = true;
    EXPECT_THAT(rules(), IsEmpty());
    options.policy_file = path("second/policy.yaml");
    EXPECT_THAT(rules(), ElementsAre("a=second"));
    options.policy_file = path("gone.yaml");
    EXPECT_THAT(rules(),
                ElementsAre(path("gone.yaml") + ": cannot be read: No such file or directory"));
    options.policy_file = "";
    EXPECT_THAT(rules(), IsEmpty());
}

TEST_F(policy_files_test, a_file_that_was_named_has_no_older_form) {
    write("first/policy.json", R"({"a": "json"})");
    options.policy_file_is_named = true;
    EXPECT_THAT(rules(), IsEmpty());
}

TEST_F(policy_files_test, those_of_folders_count_after_it_by_name) {
    write("second/policy.d/20.yaml", "a: later");
    write("second/policy.d/10.json", R"({"a": "sooner"})");
    write("second/policy.d/.hidden", "a: hidden");
    write("second/policy.d/folder/x.yaml", "a: deeper");
    write("second/policy.yaml", "a: file");
    EXPECT_THAT(rules(), ElementsAre("a=file", "a=sooner", "a=later"));
    write("first/policy.d/1.yaml", "a: first folder");
    EXPECT_THAT(rules(), ElementsAre("a=file", "a=first folder"));
    options.policy_dirs = {"nowhere", path("second/policy.d/folder"), ""};
    EXPECT_THAT(rules(), ElementsAre("a=file", "a=deeper"));
}

TEST_F(policy_files_test, every_error_has_its_place) {
    write("first/policy.yaml", "a: b:c\nd: @");
    write("first/policy.d/x", "e: false");
    EXPECT_THAT(rules(), ElementsAre(HasSubstr("first/policy.yaml:2: found character"),
                                     HasSubstr("first/policy.d/x:1: policy rule e:")));
    write("first/policy.yaml", "ok: '@'\nget_image: role:x and\nrule_a: rule:nowhere\n");
    write("first/policy.d/x", "");
    const policy_files files(options);
    std::vector<std::string> errors;
    const policy_table table(files.read(files.look(), errors), errors);
    EXPECT_THAT(errors,
                ElementsAre(path("first/policy.yaml") + ":2: policy rule get_image: it ends where "
                                                        "a check is expected",
                            path("first/policy.yaml") + ":3: policy rule rule_a: there is no rule "
                                                        "nowhere"));
}

// Else whoever takes them from sight would take them out of force.
TEST_F(policy_files_test, rules_that_cannot_be_seen_are_an_error) {
    write("first/policy.yaml", "a: b:c");
    std::filesystem::create_directories(path("first/policy.d"));
    std::filesystem::create_symlink("loop", path("first/policy.d/loop"));
    EXPECT_THAT(rules(), ElementsAre("a=b:c", HasSubstr("first/policy.d/loop: cannot be read: ")));
    std::filesystem::remove_all(path("first/policy.d"));
    write("first/policy.d", "a file");
    EXPECT_THAT(rules(), ElementsAre("a=b:c", HasSubstr("first/policy.d: cannot be read: ")));
    std::filesystem::remove(path("first/policy.d"));
    write("first/policy.d/large", "d: e:f\n#" + std::string(1 << 20, '-'));
    EXPECT_THAT(rules(),
                ElementsAre("a=b:c", path("first/policy.d/large") + ": it is larger than 1 MiB"));
}

TEST_F(policy_files_test, a_change_is_seen) {
    const policy_files files(options);
    const auto none = files.look();
    EXPECT_EQ(files.look(), none);
    write("first/policy.yaml", "a: b:c");
    const auto one = files.look();
    EXPECT_NE(one, none);
    EXPECT_EQ(files.look(), one);
    write("first/policy.yaml", "a: b:cd");
    const auto other = files.look();
    EXPECT_NE(other, one);
    write("first/policy.d/x", "");
    EXPECT_NE(files.look(), other);
    std::filesystem::remove_all(path("first"));
    EXPECT_EQ(files.look(), none);
}

}  // namespace
}  // namespace glimt
