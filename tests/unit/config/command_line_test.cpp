// SPDX-License-Identifier: Apache-2.0
#include "config/command_line.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace glimt {
namespace {

command parse(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "glimt");
    return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

std::string flat(const command& c) {
    constexpr const char* names[] = {
        "serve", "check", "sample", "reference", "db sync", "db load-metadefs", "print"};
    std::string out = names[static_cast<int>(c.what)];
    for (const auto& s : c.sources) out += (s.directory ? " dir=" : " file=") + s.path;
    if (!c.ini.empty()) out += " ini=" + c.ini;
    for (const auto& o : c.overrides) out += " " + o.group + "." + o.name + "=" + o.text;
    for (const auto& s : c.ini_settings) out += " " + s.name + ":" + s.value;
    if (!c.metadefs.path.empty()) out += " path=" + c.metadefs.path;
    if (c.metadefs.merge) out += " merge";
    if (c.metadefs.prefer_new) out += " prefer_new";
    if (c.metadefs.overwrite) out += " overwrite";
    return out + (c.strict ? " strict" : "");
}

TEST(command_line, what_is_asked_is_understood) {
    const struct {
        std::vector<const char*> arguments;
        const char* expect;
    } cases[] = {
        {{}, "serve"},
        {{"serve"}, "serve"},
        {{"check"}, "check"},
        {{"config", "sample"}, "sample"},
        {{"config", "reference"}, "reference"},
        {{"db", "sync", "--config-file", "a"}, "db sync file=a"},
        {{"db", "load-metadefs"}, "db load-metadefs"},
        {{"db", "load-metadefs", "--config-file", "a", "/d"}, "db load-metadefs file=a path=/d"},
        {{"db", "load-metadefs", "--path", "/d", "--merge"}, "db load-metadefs path=/d merge"},
        {{"db", "load-metadefs", "/d", "--merge", "--prefer_new"},
         "db load-metadefs path=/d merge prefer_new"},
        {{"db", "load-metadefs", "--overwrite", "--merge", "/d", "--config-file", "a"},
         "db load-metadefs file=a path=/d merge overwrite"},
        {{"--config-file", "a", "serve"}, "serve file=a"},
        {{"serve", "--config-file", "a"}, "serve file=a"},
        {{"check", "--config-file=a", "--config-dir", "d", "--config-file", "b"},
         "check file=a dir=d file=b"},
        {{"--config-dir", "d", "check", "--config-file", "a"}, "check dir=d file=a"},
        {{"--loop=epoll"}, "serve glimt.loop=epoll"},
        {{"--loop", "uring", "--loop", "epoll"}, "serve glimt.loop=epoll"},
        {{"serve", "--listen", ":1", "--listen", "unix:/s"}, "serve glimt.listen=:1,unix:/s"},
        {{"--data-dir", "/d"}, "serve glimt.data_dir=/d"},
        {{"--ini", "a.ini:x"}, "serve ini=a.ini:x"},
        {{"a.ini"}, "serve ini=a.ini"},
        {{"serve", "a.ini"}, "serve ini=a.ini"},
        {{"--config-file", "a", "b.ini"}, "serve file=a ini=b.ini"},
        {{"--listen", ":1", "b.ini", "--listen", ":2"}, "serve ini=b.ini glimt.listen=:1,:2"},
        {{"--procname-prefix", "glance-api", "--ini", "a.ini", "--venv", "/v"},
         "serve ini=a.ini procname-prefix:glance-api venv:/v"},
        {{"--http-socket", ":9292", "--processes", "4", "--strict"},
         "serve http-socket::9292 processes:4 strict"},
    };
    for (const auto& c : cases) {
        const auto got = parse(c.arguments);
        SCOPED_TRACE(c.expect);
        EXPECT_EQ(flat(got), c.expect) << got.text;
        EXPECT_EQ(got.text, "");
    }
}

TEST(command_line, help_and_version_are_texts_to_print) {
    for (const std::vector<const char*>& arguments :
         {std::vector<const char*>{"--help"}, {"-h"}, {"help"}, {"serve", "--help"}}) {
        const auto help = parse(arguments);
        EXPECT_EQ(help.what, command::action::print);
        EXPECT_EQ(help.status, exit_status::done);
        for (const char* word : {"serve", "check", "config", "--config-file", "--config-dir",
                                 "--ini", "--loop", "--listen", "Examples:"})
            EXPECT_NE(help.text.find(word), std::string::npos) << word;
    }
    const auto version = parse({"--version"});
    EXPECT_EQ(version.text, "glimt " GLIMT_VERSION "\n");
    EXPECT_EQ(version.status, exit_status::done);
}

TEST(command_line, a_usage_error_is_told_with_status_two) {
    const std::vector<const char*> cases[] = {
        {"--no-such-option"},
        {"serve", "check"},
        {"srve"},
        {"--config-file"},
        {"config"},
        {"a.ini", "b.ini"},
        {"config", "x"},
        {"--strict=maybe"},
        {"a.ini", "--ini", "b.ini"},
        {"db"},
        {"db", "upgrade"},
        {"db", "load-metadefs", "/d", "/e"},
        {"db", "load-metadefs", "--prefer_new"},
        {"db", "load-metadefs", "--overwrite"},
        {"db", "load-metadefs", "--merge", "--overwrite", "--prefer-new"},
        {"sync"},
    };
    for (const auto& arguments : cases) {
        const auto got = parse(arguments);
        SCOPED_TRACE(arguments.front());
        EXPECT_EQ(flat(got), "print");
        EXPECT_EQ(got.status, exit_status::usage);
        EXPECT_TRUE(got.text.starts_with("glimt: ")) << got.text;
        EXPECT_TRUE(got.text.ends_with('\n'));
    }
}

}  // namespace
}  // namespace glimt
