// SPDX-License-Identifier: Apache-2.0
#include "config/oslo_ini.hpp"

#include <gtest/gtest.h>

namespace glimt {
namespace {

std::string flat(const ini_file& file) {
    std::string out;
    for (const auto& e : file.entries)
        out += "[" + e.section + "]" + e.name + "=" + e.value + "@" + std::to_string(e.line) + ";";
    return out;
}

TEST(oslo_ini, a_file_reads_as_oslo_reads_it) {
    const struct {
        const char* what;
        std::string_view text;
        const char* expect;
    } cases[] = {
        {"nothing", "", ""},
        {"an assignment", "[DEFAULT]\na = b", "[DEFAULT]a=b@2;"},
        {"white space around", "[a]\nb \t=\t c d \t\n", "[a]b=c d@2;"},
        {"a colon before the sign", "[a]\nb: c=d\ne=f:g\n", "[a]b=c=d@2;[a]e=f:g@3;"},
        {"sections in lower case, but for DEFAULT", "[DEFAULT]\na=1\n[default]\na=2\n[Big]\na=3",
         "[DEFAULT]a=1@2;[default]a=2@4;[big]a=3@6;"},
        {"a continued value", "[a]\nb = c\n  d = e\n\t# f\n", "[a]b=c\nd = e\n# f@2;"},
        {"an empty value continued", "[a]\nb =\n c", "[a]b=\nc@2;"},
        {"comments", "# x\n[a]\n; y = z\nb=c # d\n", "[a]b=c # d@4;"},
        {"quotes around the first line", "[a]\nb = \"c d\"\ne='f\ng=\"\nh='i'\n \"j\"",
         "[a]b=c d@2;[a]e='f@3;[a]g=@4;[a]h=i\n\"j\"@5;"},
        {"repeated names", "[a]\nb=1\n[c]\n[a]\nb=2", "[a]b=1@2;[a]b=2@5;"},
        {"ends of lines", "[a]\r\nb=1\rc=2\r\n", "[a]b=1@2;[a]c=2@3;"},
        {"a no-break space at the end", "[a]\nb = c\xc2\xa0\n", "[a]b=c@2;"},
        {"an ideographic space in front",
         "[a]\nb =\xe3\x80\x80"
         "c\n",
         "[a]b=c@2;"},
        {"odd names of sections", "[ a ]\nb=1\n[[c]]\nd=2\n", "[ a ]b=1@2;[[c]]d=2@4;"},
        {"no value", "[a]\nb =\n", "[a]b=@2;"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        const auto file = read_oslo_ini(c.text, "f");
        EXPECT_EQ(flat(file), c.expect);
        for (const auto& e : file.errors) ADD_FAILURE() << to_string(e);
    }
}

TEST(oslo_ini, every_bad_line_is_told_at_once) {
    const auto file = read_oslo_ini(
        "early = 1\n"
        "[open\n"
        "[]\n"
        "[a]\n"
        "no sign\n"
        "= no name\n"
        "b = good\n"
        "\n"
        "  stray\n"
        "# comment\n"
        " after a comment\n"
        "c = also good\n",
        "x.conf");
    std::string errors;
    for (const auto& e : file.errors) errors += to_string(e) + "\n";
    EXPECT_EQ(errors,
              "x.conf:1: a [section] must come before the first value\n"
              "x.conf:2: a section must end with ']'\n"
              "x.conf:3: a section needs a name\n"
              "x.conf:5: expected 'name = value'\n"
              "x.conf:6: no name before the value\n"
              "x.conf:9: white space at the start, but no value above to continue\n"
              "x.conf:11: white space at the start, but no value above to continue\n");
    EXPECT_EQ(flat(file), "[a]b=good@7;[a]c=also good@12;");
}

}  // namespace
}  // namespace glimt
