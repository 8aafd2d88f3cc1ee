// SPDX-License-Identifier: Apache-2.0
#include "proto/query.hpp"

#include <gtest/gtest.h>

namespace glimt {
namespace {

// "name>value|name>value" in order, or why there are none.
std::string text_of(std::string_view raw) {
    const auto parameters = query_parameters::parse(raw);
    if (!parameters) return "(not utf-8)";
    if (parameters->all().empty()) return "(none)";
    std::string text;
    for (const auto& [name, value] : parameters->all()) {
        text += (text.empty() ? "" : "|") + name + '>' + value;
    }
    return text;
}

struct query_case {
    std::string_view raw;
    std::string_view parameters;
};

// What webob 1.8.6 on Python 3.11 made of it; the rows after the first 60 are from a random
// generator.
TEST(query, reads_what_webob_reads) {
    const query_case cases[] = {
        {"", "(none)"},
        {"a", "a>"},
        {"a=", "a>"},
        {"=", ">"},
        {"=x", ">x"},
        {"a=1", "a>1"},
        {"a=1&b=2", "a>1|b>2"},
        {"a=1;b=2", "a>1|b>2"},
        {"a=1&a=2&a=3", "a>1|a>2|a>3"},
        {"a=1&;&;b=2", "a>1|b>2"},
        {"&&&", "(none)"},
        {";", "(none)"},
        {"a==b", "a>=b"},
        {"a=b=c", "a>b=c"},
        {"a+b=c+d", "a b>c d"},
        {"a=%2B", "a>+"},
        {"%61%3D=%26%3b", "a=>&;"},
        {"a=%C3%A9", "a>\303\251"},
        {"a=%c3%a9", "a>\303\251"},
        {"a=\303\251", "a>\303\251"},
        {"a=%00", std::string_view("a>\000", 3)},
        {"a=%zz", "a>%zz"},
        {"a=%z4", "a>%z4"},
        {"a=%4z", "a>%4z"},
        {"a=%", "a>%"},
        {"a=%&b=%25", "a>%|b>%"},
        {"a=%%41", "a>%A"},
        {"a=%25%34%31", "a>%41"},
        {"a=%FF", "(not utf-8)"},
        {"a=\351", "(not utf-8)"},
        {"%FF=a", "(not utf-8)"},
        {"a=%ED%9F%BF", "a>\355\237\277"},
        {"a=%ED%A0%80", "(not utf-8)"},
        {"a=%ED%BF%BF", "(not utf-8)"},
        {"a=%EE%80%80", "a>\356\200\200"},
        {"a=%F4%8F%BF%BF", "a>\364\217\277\277"},
        {"a=%F4%90%80%80", "(not utf-8)"},
        {"a=%F5%80%80%80", "(not utf-8)"},
        {"a=%C0%80", "(not utf-8)"},
        {"a=%C1%BF", "(not utf-8)"},
        {"a=%C2%80", "a>\302\200"},
        {"a=%E0%80%80", "(not utf-8)"},
        {"a=%E0%9F%BF", "(not utf-8)"},
        {"a=%E0%A0%80", "a>\340\240\200"},
        {"a=%F0%80%80%80", "(not utf-8)"},
        {"a=%F0%8F%BF%BF", "(not utf-8)"},
        {"a=%F0%90%80%80", "a>\360\220\200\200"},
        {"a=%C3", "(not utf-8)"},
        {"a=%E2%82", "(not utf-8)"},
        {"a=%E2%82%AC", "a>\342\202\254"},
        {"a=%E2%28%A1", "(not utf-8)"},
        {"a=%F0%9F%98", "(not utf-8)"},
        {"a=%F0%9F%98%80", "a>\360\237\230\200"},
        {"a=%80", "(not utf-8)"},
        {"a=%BF%BF", "(not utf-8)"},
        {"limit=2&name=a%20b", "limit>2|name>a b"},
        {"name=%E2%82%AC&tag=a+b&empty=&x&a=b%26c", "name>\342\202\254|tag>a b|empty>|x>|a>b&c"},
        {"sort=name:asc,status:desc", "sort>name:asc,status:desc"},
        {"created_at=gt:2020-01-01T00:00:00Z", "created_at>gt:2020-01-01T00:00:00Z"},
        {"name=in:%22a,b%22,c", "name>in:\"a,b\",c"},
        {"a=1?b=2#frag", "a>1?b=2#frag"},
        {"a b=c", "a b>c"},
        {"a=\015\012", "a>\015\012"},
        {"a=%0d%0a", "a>\015\012"},
        {"&%C3b=\303\251=", "(not utf-8)"},
        {"b1;b=%A9", "(not utf-8)"},
        {"=+=\303\251%A9b=", "(not utf-8)"},
        {"b%C3b+", "(not utf-8)"},
        {"\303\251", "\303\251>"},
        {"&%41%A9&\303\251=%41\303\251&=;%26=\303\251", "(not utf-8)"},
        {"=b;z\303\251%A9%3D%E2%82%AC%E2%82%AC%26%41+", "(not utf-8)"},
        {"&+=%411z%3D%E2%82%AC%41==1%A9", "(not utf-8)"},
        {"%3D&z", "=>|z>"},
        {"b=\303\251%3D%3D%26z", "b>\303\251==&z"},
        {"%E2%82%AC==%z=b%41%E2%82%AC%41", "\342\202\254>=%z=bA\342\202\254A"},
        {"%C3%26a%E2%82%AC%26&=zb;%41&", "(not utf-8)"},
        {"+%C3%C3z=&%E2%82%AC%C3\303\251%&%A9", "(not utf-8)"},
        {"\303\251%%A9%26%C3+&=&&++az", "(not utf-8)"},
        {"&%%41a&%A9\303\251%26%3D&1b%E2%82%AC\303\251", "(not utf-8)"},
        {"%C3%C3%C3=z%C3b", "(not utf-8)"},
        {"=;%E2%82%AC&", ">|\342\202\254>"},
        {"%3Db", "=b>"},
        {"a&", "a>"},
        {"=%26a=;%C3&%%26", "(not utf-8)"},
        {"%26z==z%E2%82%ACzz%41=", "&z>=z\342\202\254zzA="},
        {"=%3D%", ">=%"},
        {"&1a;1%26&\303\251", "1a>|1&>|\303\251>"},
        {"1", "1>"},
        {"+\303\251\303\2511%3D+", " \303\251\303\2511= >"},
        {";+%C3+;1z%26aa", "(not utf-8)"},
        {"%z%;%26%E2%82%AC%26%26=+=+z", "%z%>|&\342\202\254&&> = z"},
        {"%3D;za", "=>|za>"},
        {"%26==%C3;z&%A9", "(not utf-8)"},
        {"%3D=%C3%E2%82%AC%C3=&&&a&%E2%82%AC&", "(not utf-8)"},
        {"z%26&\303\251\303\251&aa=1", "z&>|\303\251\303\251>|aa>1"},
        {"&%A9;;a%;%411+%3D%", "(not utf-8)"},
        {"%A9&b%26%E2%82%AC1%A91&", "(not utf-8)"},
        {"&11a%E2%82%AC&a&&", "11a\342\202\254>|a>"},
        {"z=\303\251", "z>\303\251"},
        {"%3D", "=>"},
        {"=1%E2%82%AC\303\251a=%E2%82%AC%3D11;%%E2%82%AC",
         ">1\342\202\254\303\251a=\342\202\254=11|%\342\202\254>"},
        {"\303\251z1+1%\303\251;%E2%82%AC", "\303\251z1 1%\303\251>|\342\202\254>"},
        {"%A9=%C3", "(not utf-8)"},
        {"%3D=+%A9=;%41=", "(not utf-8)"},
        {"&%26&%&%E2%82%AC+=%C3z&+&", "(not utf-8)"},
        {"%A91%C3%3D%A9;%26%3D=%26a%3D", "(not utf-8)"},
        {"%E2%82%AC%E2%82%ACa%C3%3D1%411=", "(not utf-8)"},
        {"+=", " >"},
        {"%%", "%%>"},
        {"&", "(none)"},
        {"&%A9%%C3&", "(not utf-8)"},
        {"a=%=+", "a>%= "},
        {"%=", "%>"},
        {"a%3D\303\251%A9%&b1", "(not utf-8)"},
        {"1&%%26a%ba", "(not utf-8)"},
        {";1z+%E2%82%AC=%A9z\303\251", "(not utf-8)"},
        {"%C31%41;+%3D;&%C3%26b&a=", "(not utf-8)"},
        {"%%A9&b=%C31%41+%41b", "(not utf-8)"},
        {"&&%%E2%82%ACa%%26%3D", "%\342\202\254a%&=>"},
        {"%3D+b%41;%26&a%3D", "= bA>|&>|a=>"},
        {"a=%=&%C3b%C3a%41%41+=", "(not utf-8)"},
        {"1&%C3%3Dz&%41&b1", "(not utf-8)"},
        {"%A91&11a+=ab&", "(not utf-8)"},
        {"%26=%C3%E2%82%AC\303\251ba\303\251+z%", "(not utf-8)"},
        {"%E2%82%AC", "\342\202\254>"},
        {"=1\303\251=1=z%=%+;+", ">1\303\251=1=z%=% | >"},
        {"%E2%82%ACz%C3=z%41b;=&%3D%", "(not utf-8)"},
        {"%41&azbz%=;z%41", "A>|azbz%>|zA>"},
        {"1%41%E2%82%AC%E2%82%AC%E2%82%AC=\303\251;%41=za",
         "1A\342\202\254\342\202\254\342\202\254>\303\251|A>za"},
        {"%E2%82%AC=1%E2%82%AC%", "\342\202\254>1\342\202\254%"},
        {";;==&1%", ">=|1%>"},
        {"&1%=%26+", "1%>& "},
        {"z%C3a&az%E2%82%AC%C3", "(not utf-8)"},
        {"&%A9%26%C3%3D", "(not utf-8)"},
        {"%3Da", "=a>"},
        {"%3D%C3=;a%41", "(not utf-8)"},
        {"%26=%C3%C3=", "(not utf-8)"},
        {"%41&+%%A91%3D;%26%A9a%C3\303\251\303\251", "(not utf-8)"},
        {"=b%A9%E2%82%AC", "(not utf-8)"},
        {"&%41zb\303\251&&z%A9%3D", "(not utf-8)"},
        {"%41%%%C3+", "(not utf-8)"},
        {"z\303\251%C3=&", "(not utf-8)"},
        {"&=;1z\303\251+%E2%82%AC%3D%E2%82%AC%A9", "(not utf-8)"},
        {"\303\251;+", "\303\251>| >"},
        {"&%3D", "=>"},
        {"=%3D+%26%;a%A9%C3", "(not utf-8)"},
        {"1;%C3%%3Dbz", "(not utf-8)"},
        {"%26&11;", "&>|11>"},
        {"%+", "% >"},
        {"%C3%E2%82%AC%A9%41a&b", "(not utf-8)"},
        {"zza=%C31%E2%82%AC", "(not utf-8)"},
        {"+=+&&1=%E2%82%AC", " > |1>\342\202\254"},
        {"\303\251b", "\303\251b>"},
        {"b%41&%", "bA>|%>"},
        {"%A9===%411;%C3%", "(not utf-8)"},
        {"aa\303\251%41", "aa\303\251A>"},
        {"%%3D+z1+\303\251+", "%= z1 \303\251 >"},
        {"%A9", "(not utf-8)"},
        {"%41ba;z%A9=%+%A9%26+", "(not utf-8)"},
        {"b%3D%A9%26%C3;a%41", "(not utf-8)"},
        {"1=;z;%41;+%E2%82%AC+%%41", "1>|z>|A>| \342\202\254 %A>"},
        {"z&", "z>"},
        {"z%A9b&", "(not utf-8)"},
        {"b;a&%A9bb", "(not utf-8)"},
        {"%C3%E2%82%AC%3D", "(not utf-8)"},
        {"==&%3D;&1%E2%82%ACb%41%C3%26", "(not utf-8)"},
        {"%E2%82%AC&=a=%", "\342\202\254>|>a=%"},
        {"%26%A9", "(not utf-8)"},
        {"\303\251;", "\303\251>"},
        {"%26%41%A9=bz;", "(not utf-8)"},
        {"\303\251%E2%82%AC;%3D%26z", "\303\251\342\202\254>|=&z>"},
        {"%C3b%C3b", "(not utf-8)"},
        {"=b%;=%3D%26%", ">b%|>=&%"},
        {"b%%3D%%41a", "b%=%Aa>"},
        {"=a+=z%E2%82%AC%C3%%A9z&z", "(not utf-8)"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.raw);
        EXPECT_EQ(text_of(c.raw), c.parameters);
    }
}

// Here webob falls into int()'s tolerance for white space and short numbers.
TEST(query, keeps_an_escape_that_is_none) {
    EXPECT_EQ(text_of("a=%4"), "a>%4");
    EXPECT_EQ(text_of("a=%4&b=%"), "a>%4|b>%");
    EXPECT_EQ(text_of("a=%+41"), "a>% 41");
    EXPECT_EQ(text_of("a=%-1"), "a>%-1");
}

TEST(query, finds_the_last_and_the_first_of_a_name) {
    const auto parameters = query_parameters::parse("limit=1&Limit=2&limit=3&b");
    ASSERT_TRUE(parameters);
    EXPECT_EQ(parameters->last("limit"), "3");
    EXPECT_EQ(parameters->first("limit"), "1");
    EXPECT_EQ(parameters->last("b"), "");
    EXPECT_EQ(parameters->last("c"), std::nullopt);
    EXPECT_EQ(parameters->first("c"), std::nullopt);
}

TEST(query, counts_its_parameters) {
    std::string raw;
    for (std::size_t i = 0; i < query_parameters::count_max; ++i) raw += "a&";
    ASSERT_TRUE(query_parameters::parse(raw));
    EXPECT_EQ(query_parameters::parse(raw)->all().size(), query_parameters::count_max);
    EXPECT_FALSE(query_parameters::parse(raw + "a"));
}

}  // namespace
}  // namespace glimt
