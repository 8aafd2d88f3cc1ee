// SPDX-License-Identifier: Apache-2.0
#include "config/uwsgi_ini.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace glimt {
namespace {

std::optional<std::string> environment(std::string_view name) {
    if (name == "PORT") return "8080";
    return std::nullopt;
}

std::string flat(const uwsgi_ini& ini) {
    std::string out;
    for (const auto& s : ini.settings) out += s.name + "=" + s.value + "@" + s.where + ";";
    for (const auto& e : ini.errors) out += to_string(e) + ";";
    return out;
}

std::string flat(const uwsgi_outcome& outcome) {
    std::string out;
    for (const auto& o : outcome.overrides) out += o.group + "." + o.name + "=" + o.text + ";";
    for (const auto& e : outcome.errors) out += "error " + to_string(e) + ";";
    for (const auto& w : outcome.warnings) out += "warning " + w + ";";
    for (const auto& u : outcome.unknown) out += "unknown " + u + ";";
    return out;
}

TEST(uwsgi_ini, a_section_reads_as_uwsgi_reads_it) {
    const struct {
        const char* what;
        const char* text;
        const char* expect;
    } cases[] = {
        {"a setting", "[uwsgi]\nsocket = :1\n", "socket=:1@/e/a.ini:2;"},
        {"indented, with a comment", "[uwsgi]\n  # x\n  a = b ; c # d\n",
         "a=b ; c # d@/e/a.ini:3;"},
        {"a name alone", "[uwsgi]\nmaster\n", "master=true@/e/a.ini:2;"},
        {"repeated", "[uwsgi]\na=1\na=2\n", "a=1@/e/a.ini:2;a=2@/e/a.ini:3;"},
        {"other sections", "x=0\n[other]\na=1\n[uwsgi]\nb=2\n[third]\nc=3\n", "b=2@/e/a.ini:5;"},
        {"the file's names", "[uwsgi]\na=%d|%p|%s|%n|%%|%z\n",
         "a=/e/|/e/a.ini|a.ini|a|%|%z@/e/a.ini:2;"},
        {"the environment", "[uwsgi]\na=:$(PORT)/$(NO)\n", "a=:8080/$(NO)@/e/a.ini:2;"},
        {"a name of the file", "[uwsgi]\nbase=/srv\na=%(base)/x%(no)%(\n",
         "base=/srv@/e/a.ini:2;a=/srv/x%(no)%(@/e/a.ini:3;"},
        {"no such section", "[other]\na=1\n", "/e/a.ini: has no section [uwsgi];"},
        {"an open section", "[uwsgi\na=1\n", "a=1@/e/a.ini:2;"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        EXPECT_EQ(flat(read_uwsgi_ini(c.text, "/e/a.ini", "uwsgi", environment)), c.expect);
    }
}

TEST(uwsgi_ini, placeholders_that_double_come_to_an_end) {
    std::string text = "[uwsgi]\na0 = xxxxxxxx\n";
    for (int i = 1; i < 60; ++i) {
        const auto before = "%(a" + std::to_string(i - 1) + ")";
        text += "a" + std::to_string(i) + " = " + before + before + "\n";
    }
    const auto ini = read_uwsgi_ini(text, "/a.ini", "uwsgi", environment);
    for (const auto& setting : ini.settings) EXPECT_LE(setting.value.size(), 200'000u);
}

TEST(uwsgi_ini, the_section_may_follow_the_file) {
    using pair = std::pair<std::string, std::string>;
    EXPECT_EQ(split_ini_argument("a.ini"), (pair{"a.ini", "uwsgi"}));
    EXPECT_EQ(split_ini_argument("/e/a.ini:glance"), (pair{"/e/a.ini", "glance"}));
    EXPECT_EQ(split_ini_argument("/odd:dir/a.ini"), (pair{"/odd:dir/a.ini", "uwsgi"}));
}

TEST(uwsgi_ini, each_setting_does_its_part) {
    const struct {
        const char* what;
        std::vector<uwsgi_setting> settings;
        const char* expect;
    } cases[] = {
        {"a TCP socket",
         {{"http-socket", "127.0.0.1:60999", "f:1"}},
         "glimt.listen=127.0.0.1:60999;"},
        {"several sockets",
         {{"http", ":80", "f:1"}, {"socket", "/run/u", "f:2"}},
         "glimt.listen=:80, unix:/run/u;"},
        {"a mode after its socket",
         {{"uwsgi-socket", "u.sock", "f:1"},
          {"socket", ":1", "f:2"},
          {"chmod-socket", "660", "f:3"},
          {"chown-socket", "www-data:glance", "f:4"}},
         "glimt.listen=unix:u.sock?mode=660&owner=www-data:glance, :1;"},
        {"a mode without a number",
         {{"socket", "/u", "f:1"}, {"chmod-socket", "true", "f:2"}},
         "glimt.listen=unix:/u?mode=666;"},
        {"a bad mode",
         {{"chmod-socket", "rw", "f:2"}},
         "error f:2: chmod-socket: mode is octal, 0 to 777;"},
        {"a bad address", {{"socket", "a:b", "f:1"}}, "error f:1: socket: the port is 0 to 65535;"},
        {"more processes than cores", {{"processes", "64", "f:1"}}, "DEFAULT.workers=4;"},
        {"fewer processes", {{"workers", "2", "f:1"}}, "DEFAULT.workers=2;"},
        {"no processes",
         {{"processes", "0", "f:1"}},
         "error f:1: processes: is not a count of processes;"},
        {"a small head", {{"buffer-size", "4096", "f:1"}}, "glimt.head_bytes_max=8192;"},
        {"a large head", {{"buffer-size", "65535", "f:1"}}, "glimt.head_bytes_max=65535;"},
        {"patience",
         {{"socket-timeout", "10", "f:1"},
          {"worker-reload-mercy", "80", "f:2"},
          {"listen", "100", "f:3"}},
         "glimt.body_idle_timeout=10;glimt.drain_grace=80;DEFAULT.backlog=100;"},
        {"keep-alive off", {{"http-keepalive", "false", "f:1"}}, "DEFAULT.http_keepalive=false;"},
        {"keep-alive of some seconds",
         {{"http-keepalive", "30", "f:1"}},
         "DEFAULT.http_keepalive=true;"},
        {"Glance's application",
         {{"module", "glance.wsgi.api:application", "f:1"},
          {"wsgi-file", "/usr/bin/glance-wsgi-api", "f:2"}},
         ""},
        {"another application",
         {{"module", "nova.wsgi.osapi_compute:application", "f:1"}},
         "error f:1: module: nova.wsgi.osapi_compute:application is not Glance's API, which is all "
         "glimt serves;"},
        {"kolla's static map", {{"static-map", "/static=/var/www", "f:1"}}, ""},
        {"a static map",
         {{"static-map", "/=/srv", "f:1"}},
         "error f:1: static-map: glimt serves no files;"},
        {"the hook of a graceful end",
         {{"hook-master-start", "unix_signal:15 gracefully_kill_them_all", "f:1"}},
         ""},
        {"another hook",
         {{"hook-master-start", "exec:rm", "f:1"}},
         "warning f:1: hook-master-start: glimt runs no hooks;"},
        {"a demon",
         {{"daemonize", "/log", "f:1"}},
         "error f:1: daemonize: glimt stays in the foreground; let systemd supervise it;"},
        {"what needs no counterpart", {{"thunder-lock", "true", "f:1"}}, ""},
        {"what will be missed",
         {{"post-buffering", "1", "f:1"}},
         "warning f:1: post-buffering: bodies are streamed, never gathered first;"},
        {"a variable", {{"start-time", "now", "f:1"}}, "unknown f:1: start-time;"},
        {"an environment without a name",
         {{"env", "=1", "f:1"}},
         "error f:1: env: expected NAME=VALUE;"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        EXPECT_EQ(flat(apply_uwsgi(c.settings, 4)), c.expect);
    }
}

// The ini of Glance's HTTPD guide (contract 2.4): nothing to warn of, nothing unknown.
TEST(uwsgi_ini, the_ini_of_glances_guide_is_understood) {
    std::ifstream in(GLIMT_TEST_DATA "/config/glance-guide-uwsgi.ini");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto ini = read_uwsgi_ini(text, "glance-guide-uwsgi.ini", "uwsgi", environment);
    EXPECT_EQ(flat(apply_uwsgi(ini.settings, 2)),
              "glimt.body_idle_timeout=10;glimt.head_bytes_max=65535;DEFAULT.workers=2;"
              "glimt.listen=127.0.0.1:60999;");
    EXPECT_EQ(ini.errors.size(), 0u);
}

}  // namespace
}  // namespace glimt
