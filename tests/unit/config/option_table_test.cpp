// SPDX-License-Identifier: Apache-2.0
#include "config/option_table.hpp"

#include "config/option_documents.hpp"
#include "config/oslo_ini.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace glimt {
namespace {

TEST(option_table, every_default_reads_back_as_itself) {
    const settings defaults;
    for (const auto& o : option_table()) {
        SCOPED_TRACE(o.name);
        settings read;
        EXPECT_EQ(set_option(o, text_of(o, defaults), read), "");
        EXPECT_EQ(text_of(o, read), text_of(o, defaults));
        EXPECT_EQ(o.help.back(), '.');
    }
}

TEST(option_table, the_sample_names_every_option_with_its_default) {
    const settings defaults;
    const auto sample = sample_ini();
    std::string text;
    for (std::string_view rest = sample; !rest.empty();) {
        const auto line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(line.size() + 1);
        // "#name = default" is an option; "# words" are not.
        const bool commented = line.starts_with('#') && !line.starts_with("# ");
        text.append(line.substr(commented ? 1 : 0)).append("\n");
        if (!commented) EXPECT_LE(line.size(), 100u) << line;
    }
    const auto file = read_oslo_ini(text, "sample");
    ASSERT_EQ(file.errors.size(), 0u);
    ASSERT_EQ(file.entries.size(), option_table().size());
    for (std::size_t i = 0; i < file.entries.size(); ++i) {
        const auto& o = option_table()[i];
        SCOPED_TRACE(o.name);
        EXPECT_EQ(file.entries[i].section, o.group);
        EXPECT_EQ(file.entries[i].name, o.name);
        EXPECT_EQ(file.entries[i].value, text_of(o, defaults));
    }
}

TEST(option_table, the_reference_page_is_up_to_date) {
    std::ifstream in(GLIMT_TEST_DATA "/../../docs/reference/options.md");
    const std::string page{std::istreambuf_iterator<char>(in), {}};
    EXPECT_TRUE(page == option_reference())
        << "docs/reference/options.md is not what the table says; run\n"
           "  glimt config reference > docs/reference/options.md";
}

TEST(option_table, a_misspelt_option_has_a_near_match) {
    const struct {
        const char* section;
        const char* name;
        const char* expect;
    } cases[] = {
        {"DEFAULT", "bind-port", "[DEFAULT] bind_port"},
        {"DEFAULT", "bnid_hsot", ""},
        {"DEFAULT", "backlogs", "[DEFAULT] backlog"},
        {"glimt", "drain_grase", "[glimt] drain_grace"},
        {"DEFAULT", "drain_grace", "[glimt] drain_grace"},
        {"default", "bind_port", "[DEFAULT] bind_port"},
        {"DEFAULT", "transport_url", ""},
        {"keystone_authtoken", "memcache_pool_maxsize", ""},
        {"glimt", "look", ""},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        EXPECT_EQ(near_match(c.section, c.name), c.expect);
    }
}

TEST(option_table, older_names_are_options_too) {
    EXPECT_TRUE(is_option("DEFAULT", "bind_port"));
    EXPECT_TRUE(is_option("DEFAULT", "sql_connection"));
    EXPECT_TRUE(is_option("sql", "connection"));
    EXPECT_FALSE(is_option("DEFAULT", "connection"));
    EXPECT_FALSE(is_option("default", "bind_port"));
}

}  // namespace
}  // namespace glimt
