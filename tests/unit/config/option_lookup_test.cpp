// SPDX-License-Identifier: Apache-2.0
#include "config/option_lookup.hpp"

#include <gtest/gtest.h>

#include <map>

namespace glimt {
namespace {

const std::vector<option_shape> shapes = {
    {"DEFAULT", "host", "DEFAULT.old_host DEFAULT.older_host", value_kind::text, "localhost"},
    {"DEFAULT", "port", "", value_kind::integer, "9292"},
    {"DEFAULT", "debug", "", value_kind::boolean, "False"},
    {"DEFAULT", "wait", "", value_kind::seconds, "1"},
    {"DEFAULT", "stores", "", value_kind::compound, ""},
    {"DEFAULT", "nothing", "", value_kind::integer, ""},
    {"store", "path", "", value_kind::text, "/var"},
    {"store", "port", "", value_kind::integer, "80"},
};

option_layers files(std::initializer_list<std::string_view> texts) {
    option_layers layers;
    for (const auto text : texts)
        layers.files.push_back(read_oslo_ini(text, "f" + std::to_string(layers.files.size() + 1)));
    return layers;
}

found_text find(const option_layers& layers, std::size_t shape = 0) {
    return option_lookup(layers, shapes)
        .find(shapes[shape])
        .value_or(found_text{"(unset)", "", ""});
}

TEST(option_lookup, later_files_and_later_lines_win) {
    const auto layers =
        files({"[DEFAULT]\nhost=1\nhost=2\n", "[DEFAULT]\nhost=3\n", "[x]\nhost=4"});
    EXPECT_EQ(find(layers).text, "3");
    EXPECT_EQ(find(layers).where, "f2:2");
    EXPECT_EQ(find(files({"[DEFAULT]\nhost=1\nhost=2\n", ""})).text, "2");
    EXPECT_EQ(find(files({"[store]\nhost=1"})).text, "(unset)");
}

TEST(option_lookup, an_older_name_gives_way_within_its_file_only) {
    EXPECT_EQ(find(files({"[DEFAULT]\nhost=new\nold_host=old\n"})).text, "new");
    EXPECT_EQ(find(files({"[DEFAULT]\nolder_host=older\nold_host=old\n"})).text, "old");
    EXPECT_EQ(find(files({"[DEFAULT]\nhost=new\n", "[DEFAULT]\nolder_host=x\n"})).text, "x");
}

TEST(option_lookup, the_command_line_beats_the_environment_beats_the_ini_beats_files) {
    auto layers = files({"[DEFAULT]\nport=1\n"});
    EXPECT_EQ(find(layers, 1).where, "f1:2");
    layers.ini.push_back({"DEFAULT", "port", "2", "ini:7"});
    EXPECT_EQ(find(layers, 1).where, "ini:7");
    layers.environment = [](std::string_view name) -> std::optional<std::string> {
        if (name == "OS_DEFAULT__PORT") return "3";
        return std::nullopt;
    };
    EXPECT_EQ(find(layers, 1).where, "OS_DEFAULT__PORT");
    EXPECT_EQ(find(layers, 0).text, "(unset)");
    layers.command_line.push_back({"DEFAULT", "port", "4", "--port"});
    layers.command_line.push_back({"DEFAULT", "port", "5", "--port"});
    EXPECT_EQ(find(layers, 1).text, "5");
}

TEST(option_lookup, references_are_replaced_as_oslo_does) {
    const struct {
        const char* what;
        const char* text;
        const char* expect;
    } cases[] = {
        {"a default", "$port", "9292"},
        {"in braces", "a${port}b", "a9292b"},
        {"a group", "${store.port}", "80"},
        {"without braces too", "$store.port/x", "80/x"},
        {"a number is normal", "$workers_like", "007"},
        {"a boolean is Python's", "$debug", "False"},
        {"none is empty", "<$nothing>", "<>"},
        {"an option only the file knows", "$state_path/x", "/s/x"},
        {"two dollars", "$$port", "$port"},
        {"a backslash and a dollar", "\\$port", "$port"},
        {"a dollar alone", "$", "$"},
        {"a dollar before what is no name", "$1 $- ${ ${} ${a-b}", "$1 $- ${ ${} ${a-b}"},
        {"an open brace", "${port", "${port"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        const auto found = find(files(
            {std::string("[DEFAULT]\nstate_path = /s\nworkers_like = 007\nhost = ") + c.text}));
        EXPECT_EQ(found.complaint, "");
        EXPECT_EQ(found.text, c.expect);
    }
}

TEST(option_lookup, a_name_is_looked_for_in_its_own_group_first) {
    const auto layers = files({"[store]\npath = $port $host\n[DEFAULT]\nport = 1"});
    EXPECT_EQ(find(layers, 6).text, "80 localhost");
}

TEST(option_lookup, a_reference_to_nothing_is_an_error) {
    const struct {
        const char* text;
        const char* complaint;
    } cases[] = {
        {"$nowhere", "$nowhere is not an option"},
        {"$port.", "$port. is not an option"},
        {"${store.nowhere}", "$store.nowhere is not an option"},
        {"${DEFAULT.port}", "is not an option"},
        {"$PORT", "$PORT is not an option"},
        {"$stores", "$stores holds several values"},
        {"$host", "leads in a circle"},
        {"$wait", "$wait is not a number"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.text);
        const auto found =
            find(files({std::string("[DEFAULT]\nstores = a\nwait = long\nhost = ") + c.text}));
        EXPECT_NE(found.complaint.find(c.complaint), std::string::npos) << found.complaint;
    }
}

TEST(option_lookup, a_pyramid_of_references_ends) {
    std::string text = "[DEFAULT]\nhost = $a0\n";
    for (int i = 0; i < 30; ++i) {
        const auto next = "$a" + std::to_string(i + 1);
        text += "a" + std::to_string(i) + " = " + next + next + "\n";
    }
    EXPECT_NE(find(files({text + "a30 =\n"})).complaint, "");
    const std::string block(600'000, 'x');
    EXPECT_EQ(find(files({"[DEFAULT]\nbig = " + block + "\nhost = $big$big\n"})).complaint,
              "grows beyond 1 MiB");
}

TEST(option_lookup, a_repeated_option_gathers_all_files_in_order) {
    const auto layers = files({"[DEFAULT]\nhost=1\nhost=$port\n", "[DEFAULT]\nhost=3\n"});
    std::string all;
    for (const auto& found : option_lookup(layers, shapes).find_all(shapes[0]))
        all += found.text + "@" + found.where + ";";
    EXPECT_EQ(all, "1@f1:2;9292@f1:3;3@f2:2;");
}

}  // namespace
}  // namespace glimt
