// SPDX-License-Identifier: Apache-2.0
#include "auth/yaml.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace glimt {
namespace {

// "{a: [1!, 'x', ~]}": texts in quotes, other words with '!'.
std::string shown(const yaml_value& value) {
    std::string items;
    for (const auto& each : value.items) items += (items.empty() ? "" : " ") + shown(each);
    switch (value.type) {
        case yaml_value::kind::nothing: return "~";
        case yaml_value::kind::text: return "'" + value.text + "'";
        case yaml_value::kind::other: return value.text + "!";
        case yaml_value::kind::list: return "[" + items + "]";
        case yaml_value::kind::map: return "{" + items + "}";
    }
    return "?";
}

std::string read(std::string_view text) {
    const auto out = read_yaml(text);
    if (!out.error.empty()) return fmt::format("{}: {}", out.line, out.error);
    return shown(out.root);
}

TEST(yaml, reads_what_pyyaml_reads) {
    const std::pair<const char*, const char*> cases[] = {
        {"", "~"},
        {"# only a comment\n", "~"},
        {"---\n", "~"},
        {"a: b", "{'a' 'b'}"},
        {"a: b # c\n\"d\":   'e'\n", "{'a' 'b' 'd' 'e'}"},
        {R"({"a":"b","c":[["d"],"e"]})", "{'a' 'b' 'c' [['d'] 'e']}"},
        {"{\n\t\"a\": \"b\\/\\u00e9\"\n}\n", "{'a' 'b/é'}"},
        {"a:\n  - b\n  - [c, d]\n  -\n", "{'a' ['b' ['c' 'd'] ~]}"},
        {"a: >\n  b\n  c\n", "{'a' 'b c\n'}"},
        {"a: role:x or\n   role:y\n", "{'a' 'role:x or role:y'}"},
        {"a: &x [b]\nc: *x\n", "{'a' ['b'] 'c' ['b']}"},
        {"a: b\na: c\n", "{'a' 'b' 'a' 'c'}"},
        {"[yes, No, ON, y, n, true, TRUE, tRue]", "[yes! No! ON! 'y' 'n' true! TRUE! 'tRue']"},
        {"[0, 07, 08, 1_0, -1, +1, 0x1f, 0b1, 1:30, 1:99]",
         "[0! 07! '08' 1_0! -1! +1! 0x1f! 0b1! 1:30! '1:99']"},
        {"[1.5, .5, 1., 1e3, 1.0e+3, .inf, -.INF, .nan, 1:30.5, .]",
         "[1.5! .5! 1.! '1e3' 1.0e+3! .inf! -.INF! .nan! 1:30.5! '.']"},
        {"[2001-12-14, 2001-1-1, '2001-12-14', =]", "[2001-12-14! '2001-1-1' '2001-12-14' =!]"},
        {"[null, ~, Null, nULL, '', 'null']", "[~ ~ ~ 'nULL' '' 'null']"},
    };
    for (const auto& [text, value] : cases) EXPECT_EQ(read(text), value) << text;
}

TEST(yaml, says_what_is_wrong_and_where) {
    const std::pair<const char*, const char*> cases[] = {
        {"a: b\nc: @\n", "2: found character that cannot start any token"},
        {"a: [b\n", "2: did not find expected ',' or ']'"},
        {"a: b\n\tc: d\n", "2: found a tab character that violates indentation"},
        {"a: b\n---\nc: d\n", "2: there is more than one document"},
        {"a: b\nc: !\n", "2: '!' without quotes is a tag"},
        {"a: !!str b\n", "1: 'tag:yaml.org,2002:str' without quotes is a tag"},
        {"a: *x\n", "1: there is no &x before this"},
        {"a: &x [*x]\n", "1: there is no &x before this"},
        {"a: \"\\ud83d\"\n", "1: found invalid Unicode character escape code"},
        {"a: \xff\n", "1: invalid leading UTF-8 octet"},
    };
    for (const auto& [text, complaint] : cases) EXPECT_EQ(read(text), complaint) << text;
}

TEST(yaml, is_bounded) {
    EXPECT_EQ(read(std::string(15, '[') + std::string(15, ']')).front(), '[');
    EXPECT_EQ(read(std::string(17, '[')), "1: more than 16 levels");
    EXPECT_EQ(read(std::string((1 << 20) + 1, ' ')), "1: it is larger than 1 MiB");
    std::string many = "[";
    for (int i = 0; i < 20'000; ++i) many += "a,";
    EXPECT_EQ(read(many + "a]"), "1: more than 20000 values");
    std::string laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 10; ++i) {
        laughs += fmt::format("a{}: &a{} [", i, i);
        for (int j = 0; j < 10; ++j) laughs += fmt::format("*a{},", i - 1);
        laughs += "]\n";
    }
    EXPECT_EQ(read(laughs), "5: more than 20000 values");
    const auto shouts = [](int times) {
        std::string text = "[&a " + std::string(100'000, 'x');
        for (int i = 0; i < times; ++i) text += ", *a";
        return text + "]";
    };
    EXPECT_EQ(read(shouts(9)).front(), '[');
    EXPECT_EQ(read(shouts(10)), "1: more than 1 MiB with what is repeated");
}

}  // namespace
}  // namespace glimt
