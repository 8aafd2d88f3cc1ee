// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include "config/option_documents.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <system_error>

namespace glimt {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using texts = std::map<std::string, std::string>;

// A machine of two maps: its files by path, and its environment.
struct machine {
    texts files;
    texts environment;

    surroundings world() const {
        surroundings out;
        out.environment = [this](std::string_view name) -> std::optional<std::string> {
            const auto found = environment.find(std::string(name));
            if (found == environment.end()) return std::nullopt;
            return found->second;
        };
        out.read_file = [this](const std::string& path, std::string& text) {
            const auto found = files.find(path);
            if (found == files.end())
                return std::make_error_code(std::errc::no_such_file_or_directory);
            if (found->second == "(locked)")
                return std::make_error_code(std::errc::permission_denied);
            text = found->second;
            return std::error_code{};
        };
        out.list_folder =
            [this](const std::string& path) -> std::optional<std::vector<std::string>> {
            std::vector<std::string> names;
            for (const auto& [name, text] : files)
                if (name.starts_with(path + "/"))
                    names.insert(names.begin(), name.substr(path.size() + 1));
            if (names.empty()) return std::nullopt;
            return names;
        };
        out.cores = 4;
        return out;
    }

    loaded_settings load(std::vector<const char*> arguments = {}) const {
        arguments.insert(arguments.begin(), "glimt");
        const auto asked = parse_command_line(static_cast<int>(arguments.size()), arguments.data());
        EXPECT_EQ(asked.text, "");
        return glimt::load(asked, world());
    }
};

std::vector<std::string> lines(const loaded_settings& loaded) {
    std::vector<std::string> out;
    for (const auto& e : loaded.errors) out.push_back(to_string(e));
    return out;
}

std::string listening(const loaded_settings& loaded) {
    std::string out;
    for (const auto& address : loaded.values.listen) out += to_string(address) + " ";
    return out;
}

TEST(load, without_any_file_only_this_machine_is_listened_to) {
    const auto loaded = machine{}.load();
    EXPECT_THAT(lines(loaded), IsEmpty());
    EXPECT_EQ(listening(loaded), "127.0.0.1:9292 ");
    EXPECT_THAT(loaded.files, IsEmpty());
}

TEST(load, every_error_is_told_at_once_line_by_line) {
    const machine m{
        {{"/a.conf",
          "[DEFAULT]\nbind_port = 99999\nno sign\nbacklog = many\n[glimt]\nloop = kqueue\n"
          "listen = :1, x\n[database]\nconnection = mysql://u:pa$word@h\n"}},
        {{"OS_GLIMT__PIN_CORES", "perhaps"}}};
    const auto loaded = m.load({"--config-file", "/a.conf", "--config-file", "/b.conf"});
    EXPECT_THAT(
        lines(loaded),
        ElementsAre("/a.conf:2: bind_port: must be 0 to 65535",
                    "/a.conf:3: expected 'name = value'",
                    "/a.conf:4: backlog: is not a whole number",
                    "/a.conf:6: loop: must be auto, uring or epoll",
                    "/a.conf:7: listen: 'x': expected host:port, [address]:port or unix:/path",
                    "/a.conf:9: connection: cannot be read (not shown: a secret; '$' is '$$')",
                    "/b.conf: cannot be read: No such file or directory",
                    "OS_GLIMT__PIN_CORES: pin_cores: is not true or false"));
}

TEST(load, secrets_are_never_shown) {
    const machine m{
        {{"/a.conf", "[database]\nconnection = mysql://u:hunter2@h/g\nconection = hunter2\n"}}, {}};
    const auto loaded = m.load({"--config-file", "/a.conf"});
    EXPECT_EQ(loaded.values.database_connection, "mysql://u:hunter2@h/g");
    const auto report = check_report(loaded);
    EXPECT_THAT(report, HasSubstr("connection = ***"));
    EXPECT_THAT(report, Not(HasSubstr("hunter2")));
    EXPECT_THAT(report, HasSubstr("/a.conf:3: [database] conection (did you mean [database] "
                                  "connection?)"));
}

TEST(load, layers_override_each_other_in_their_order) {
    machine m{
        {{"/a.conf", "[DEFAULT]\nworkers = 1\nbacklog = 1\n[glimt]\ndrain_grace = 1\nloop=uring"},
         {"/d/2.conf", "[DEFAULT]\nbacklog = 3\n"},
         {"/d/1.conf", "[DEFAULT]\nbacklog = 2\n"},
         {"/d/.3.conf", "[DEFAULT]\nbacklog = 4\n"},
         {"/d/4.txt", "[DEFAULT]\nbacklog = 5\n"},
         {"/u.ini", "[uwsgi]\nworker-reload-mercy = 2\nprocesses = 2\n"}},
        {{"OS_DEFAULT__WORKERS", "3"}, {"OS_GLIMT__LOOP", "auto"}}};
    const auto loaded = m.load(
        {"--config-file", "/a.conf", "--config-dir", "/d", "--ini", "/u.ini", "--loop", "epoll"});
    EXPECT_THAT(lines(loaded), IsEmpty());
    EXPECT_EQ(loaded.values.backlog, 3u);
    EXPECT_EQ(loaded.values.drain_grace, 2s);
    EXPECT_EQ(loaded.values.workers, 3u);
    EXPECT_EQ(loaded.values.loop, loop_choice::epoll);
    EXPECT_THAT(loaded.files, ElementsAre("/u.ini", "/a.conf", "/d/1.conf", "/d/2.conf"));
    EXPECT_EQ(m.load({"--config-dir", "/d", "--config-file", "/a.conf"}).values.backlog, 1u);
    EXPECT_THAT(lines(m.load({"--config-dir", "/none"})),
                ElementsAre("/none: cannot read this folder"));
}

TEST(load, glances_usual_files_are_found) {
    machine m{{{"/etc/glance/glance-image-import.conf", "[DEFAULT]\nbacklog = 1\nbind_port = 1\n"},
               {"/etc/glance/glance-api.conf", "[DEFAULT]\nbacklog = 2\n"},
               {"/etc/glance/glance-api.conf.d/x.conf", "[DEFAULT]\nworkers = 3\n"},
               {"/etc/glimt/glimt.conf", "[DEFAULT]\nbacklog = 4\n"},
               {"/e/glance-api.conf", "[DEFAULT]\nbacklog = 5\n"}},
              {}};
    auto loaded = m.load();
    EXPECT_THAT(lines(loaded), IsEmpty());
    EXPECT_EQ(loaded.values.bind_port, 1);
    EXPECT_EQ(loaded.values.backlog, 4u);
    EXPECT_EQ(loaded.values.workers, 3u);
    EXPECT_THAT(m.load({"--config-file", "/e/glance-api.conf"}).files,
                ElementsAre("/e/glance-api.conf"));

    m.files.erase("/etc/glimt/glimt.conf");
    m.environment["OS_GLANCE_CONFIG_DIR"] = "/e";
    EXPECT_EQ(m.load().values.backlog, 5u);
    m.environment["OS_GLANCE_CONFIG_DIR"] = "/nowhere";
    EXPECT_THAT(lines(m.load()),
                ElementsAre("/nowhere/glance-api.conf: cannot be read: No such file or directory"));

    machine locked{{{"/etc/glance/glance-api.conf", "(locked)"}}, {}};
    EXPECT_THAT(lines(locked.load()),
                ElementsAre("/etc/glance/glance-api.conf: cannot be read: Permission denied"));
}

TEST(load, an_ini_says_where_to_listen_and_where_the_files_are) {
    machine m{{{"/u.ini", "[uwsgi]\nhttp-socket = :1\nenv = OS_GLANCE_CONFIG_DIR=/e\nodd = 1\n"},
               {"/e/glance-api.conf", "[DEFAULT]\nbind_port = 2\nbacklog = 7\n"}},
              {}};
    auto loaded = m.load({"/u.ini", "--http-socket", ":3"});
    EXPECT_THAT(lines(loaded), IsEmpty());
    EXPECT_EQ(listening(loaded), ":1 :3 ");
    EXPECT_EQ(loaded.values.backlog, 7u);
    EXPECT_THAT(loaded.unknown, ElementsAre("/u.ini:4: odd"));
    EXPECT_THAT(loaded.environment, ElementsAre(testing::Pair("OS_GLANCE_CONFIG_DIR", "/e")));
    EXPECT_THAT(lines(m.load({"--strict", "/u.ini"})),
                ElementsAre("/u.ini:4: odd: unknown, and --strict is given"));
    m.environment["OS_GLIMT__LISTEN"] = "unix:/s";
    EXPECT_EQ(listening(m.load({"/u.ini"})), "unix:/s ");
    EXPECT_THAT(lines(m.load({"/u.ini:other"})), ElementsAre("/u.ini: has no section [other]"));
}

TEST(load, the_healthcheck_file_comes_from_glances_paste_file) {
    const std::string paste =
        "[composite:api]\n/: api\n[filter:healthcheck]\nbackends = disable_by_file\n"
        "disable_by_file_path = /etc/glance/healthcheck_disable\n";
    machine m{{{"/e/glance-api.conf", "[DEFAULT]\n"}, {"/e/glance-api-paste.ini", paste}}, {}};
    const auto file = [&] {
        const auto loaded = m.load({"--config-file", "/e/glance-api.conf"});
        return loaded.errors.empty() ? loaded.values.healthcheck_disable_file
                                     : to_string(loaded.errors[0]);
    };
    EXPECT_EQ(file(), "/etc/glance/healthcheck_disable");
    m.environment["OS_GLIMT__HEALTHCHECK_DISABLE_FILE"] = "/ours";
    EXPECT_EQ(file(), "/ours");
    m.environment = {{"OS_PASTE_DEPLOY__CONFIG_FILE", "/p.ini"}};
    EXPECT_EQ(file(), "/p.ini: cannot be read: No such file or directory");
    m.files["/p.ini"] = "[filter:healthcheck]\ndisable_by_file_path = /not/switched/on\n";
    EXPECT_EQ(file(), "");
    m.environment = {{"OS_PASTE_DEPLOY__CONFIG_FILE", "p.ini"}};
    EXPECT_EQ(file(), "p.ini: is not beside the configuration");
    m.files["/e/p.ini"] = paste;
    EXPECT_EQ(file(), "/etc/glance/healthcheck_disable");
}

TEST(load, the_file_of_pipelines_is_kept_as_it_was_found) {
    machine m{{{"/e/glance-api.conf", "[DEFAULT]\n"}, {"/e/glance-api-paste.ini", "[a:b]\n"}}, {}};
    const auto values = m.load({"--config-file", "/e/glance-api.conf"}).values;
    EXPECT_EQ(values.paste_path, "/e/glance-api-paste.ini");
    EXPECT_EQ(values.paste_text, "[a:b]\n");
    EXPECT_EQ(machine{}.load().values.paste_path, "");
}

TEST(load, files_are_looked_for_where_oslo_config_looks) {
    machine m{{{"/e/glance-api.conf", "[DEFAULT]\n"}, {"/f/more.conf", "[DEFAULT]\n"}}, {}};
    m.environment = {{"HOME", "/h"}};
    EXPECT_THAT(m.load({"--config-file", "/e/glance-api.conf", "--config-file", "/f/more.conf"})
                    .values.config_folders,
                ElementsAre("/f", "/e", "/h/.glance", "/h", "/etc/glance", "/etc"));
    m.files["/d/x.conf"] = "[DEFAULT]\n";
    EXPECT_THAT(m.load({"--config-dir", "/d"}).values.config_folders,
                ElementsAre("/d", "/h/.glance", "/h", "/etc/glance", "/etc"));
    EXPECT_THAT(machine{}.load().values.config_folders,
                ElementsAre("/etc/glimt", "/etc/glance", "/etc"));
}

TEST(load, knows_whether_a_file_of_rules_is_named) {
    machine m{{{"/e/a.conf", "[oslo_policy]\npolicy_dirs = one, two\npolicy_dirs = three\n"}}, {}};
    const auto values = m.load({"--config-file", "/e/a.conf"}).values;
    EXPECT_FALSE(values.policy_file_is_named);
    EXPECT_EQ(values.policy_file, "policy.yaml");
    EXPECT_THAT(values.policy_dirs, ElementsAre("one, two", "three"));
    m.files["/e/a.conf"] = "[DEFAULT]\npolicy_file = policy.yaml\n";
    EXPECT_TRUE(m.load({"--config-file", "/e/a.conf"}).values.policy_file_is_named);
    EXPECT_THAT(machine{}.load().values.policy_dirs, ElementsAre("policy.d"));
}

TEST(load, checks_how_other_servers_are_asked) {
    machine m;
    m.environment = {{"OS_OSLO_POLICY__REMOTE_CONTENT_TYPE", "text/plain"}};
    EXPECT_THAT(lines(m.load()), ElementsAre("[oslo_policy] remote_content_type: is neither "
                                             "application/x-www-form-urlencoded nor "
                                             "application/json"));
}

TEST(load, a_section_of_another_name_may_hold_the_credentials) {
    const machine one{{{"/c.conf",
                        "[keystone_authtoken]\nauth_section = Who-We-Are\nusername = not-me\n"
                        "interface = public\ninsecure = true\n"
                        "[who-we-are]\nauth_type = password\nauth_url = http://k\n"
                        "username = glance\npassword = $base$$\ninterface = admin\n"
                        "[DEFAULT]\nbase = se\n"}},
                      {}};
    const auto loaded = one.load({"--config-file", "/c.conf"});
    EXPECT_THAT(loaded.errors, IsEmpty());
    EXPECT_EQ(loaded.values.auth_type, "password");
    EXPECT_EQ(loaded.values.auth_url, "http://k");
    EXPECT_EQ(loaded.values.username, "glance");
    EXPECT_EQ(loaded.values.password, "se$");
    EXPECT_EQ(loaded.values.interface, "public");
    EXPECT_TRUE(loaded.values.insecure);
    EXPECT_THAT(loaded.unknown,
                ElementsAre(HasSubstr("[who-we-are] interface"), HasSubstr("base")));
    EXPECT_THAT(check_report(loaded), Not(HasSubstr("se$")));
}

TEST(load, max_header_line_raises_the_limit_of_the_head) {
    machine m;
    EXPECT_EQ(m.load().values.head_bytes_max, 65535u);
    m.environment["OS_DEFAULT__MAX_HEADER_LINE"] = "131072";
    EXPECT_EQ(m.load().values.head_bytes_max, 131072u);
}

TEST(load, a_report_ends_with_how_it_went) {
    EXPECT_TRUE(check_report(machine{}.load()).ends_with("\nok\n"));
    const auto bad = check_report(machine{{}, {{"OS_GLIMT__LOOP", "x"}}}.load());
    EXPECT_THAT(bad, HasSubstr("errors:\n  OS_GLIMT__LOOP: loop: must be"));
    EXPECT_TRUE(bad.ends_with("\nbad\n"));
}

// glance-api.conf as kolla-ansible writes it (front-ends.md 6): no errors, and nothing that is ours
// is misread.
TEST(load, a_deployed_configuration_is_understood) {
    const auto world = real_surroundings();
    std::string text;
    ASSERT_FALSE(world.read_file(GLIMT_TEST_DATA "/config/glance-api.conf", text));
    const machine m{{{"/c/glance-api.conf", text}}, {}};
    const auto loaded = m.load({"--config-file", "/c/glance-api.conf"});
    EXPECT_THAT(lines(loaded), IsEmpty());
    EXPECT_EQ(listening(loaded), "10.0.0.11:9292 ");
    EXPECT_EQ(loaded.values.log_file, "/var/log/kolla/glance/glance-api.log");
    EXPECT_EQ(loaded.values.enabled_backends, (dictionary{{"rbd", "rbd"}, {"http", "http"}}));
    EXPECT_EQ(loaded.values.paste_flavor, "keystone");
    EXPECT_TRUE(loaded.values.enable_proxy_headers_parsing);
    EXPECT_EQ(loaded.values.database_connection, "mysql+pymysql://glance:s3cret@10.0.0.250/glance");
}

}  // namespace
}  // namespace glimt
