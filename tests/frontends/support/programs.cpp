// SPDX-License-Identifier: Apache-2.0
#include "frontends/support/programs.hpp"

#include "frontends/support/recipe.hpp"

#include <unistd.h>

#include <string_view>

namespace glimt::testing {

namespace {

// The place in every recipe that names glimt's address, and the one to listen on.
constexpr std::string_view glimt_address = "127.0.0.1:9292";

// What stands for each back end, joined.
template <class Line>
std::string for_each(const std::vector<std::string>& back_ends, Line line) {
    std::string joined;
    for (const auto& each : back_ends) joined += line(each);
    return joined;
}

std::string nginx_configuration(const std::string& recipe, const surroundings& here) {
    std::string frame = R"(
daemon off;
master_process off;
pid nginx.pid;
error_log stderr info;
events { worker_connections 8192; }
http {
    access_log off;
    client_body_temp_path body;
    proxy_temp_path proxy;
    uwsgi_temp_path uwsgi;
    fastcgi_temp_path fastcgi;
    scgi_temp_path scgi;
)";
    if (::getuid() == 0) frame.insert(0, "user root;");
    const auto servers =
        for_each(here.back_ends, [](const auto& each) { return "server " + each + ";\n"; });
    auto text = replaced(recipe, "server " + std::string(glimt_address) + ";", servers);
    text = replaced(text, "listen 80;", "listen " + here.address + " backlog=4096;");
    if (text.find("include uwsgi_params;") != std::string::npos)
        text = replaced(text, "include uwsgi_params;", "include /etc/nginx/uwsgi_params;");
    return frame + text + "}\n";
}

// "http://" or "uwsgi://", and where: Apache's way to write a unix socket needs a host's name too.
std::string apache_target(std::string_view scheme, const std::string& back_end) {
    const bool is_unix = back_end.starts_with("unix:");
    return (is_unix ? back_end + "|" : "") + std::string(scheme) +
           (is_unix ? "localhost" : back_end);
}

std::string apache_configuration(const std::string& recipe, const surroundings& here) {
    std::string text = "ServerRoot " + here.folder + "\nDefaultRuntimeDir " + here.folder +
                       "\nPidFile " + here.folder + "/apache.pid\nListen " + here.address + R"(
ServerName localhost
ErrorLog /dev/stderr
User www-data
Group www-data
)";
    for (const char* module : {"mpm_event", "authz_core", "proxy", "proxy_http", "proxy_uwsgi",
                               "headers", "proxy_balancer", "lbmethod_byrequests", "slotmem_shm"}) {
        const std::string name = module;
        text += "LoadModule " + name + "_module /usr/lib/apache2/modules/mod_" + name + ".so\n";
    }
    text += "ThreadLimit 128\nThreadsPerChild 128\nMaxRequestWorkers 128\n";

    auto host = replaced(recipe, "*:80", here.address);
    const std::string_view scheme =
        host.find("uwsgi://") == std::string::npos ? "http://" : "uwsgi://";
    const auto target = std::string(scheme) + std::string(glimt_address);
    const auto member = "BalancerMember " + target + " retry=1\n";
    if (host.find(member) != std::string::npos) {
        host = replaced(host, member, for_each(here.back_ends, [&](const auto& each) {
                            return "BalancerMember " + apache_target(scheme, each) + " retry=1\n";
                        }));
    } else {
        host = replaced(host, target, apache_target(scheme, here.back_ends.front()));
    }
    return text + host;
}

std::string haproxy_configuration(const std::string& recipe, const surroundings& here) {
    int count = 0;
    const auto servers = for_each(here.back_ends, [&](const std::string& each) {
        const auto name = "    server glimt" + std::to_string(++count) + " ";
        return name + (each.starts_with("unix:") ? "unix@" + each.substr(5) : each) + " check\n";
    });
    const auto line = "    server local " + std::string(glimt_address) + " check\n";
    return "global\n    maxconn 8000\n" +
           replaced(replaced(recipe, line, servers), "bind :80", "bind " + here.address);
}

}  // namespace

const program_frame nginx{"/usr/sbin/nginx", nginx_configuration, [](const std::string& file) {
                              const auto folder = file.substr(0, file.rfind('/') + 1);
                              return std::vector<std::string>{"-p", folder, "-c",
                                                              file, "-e",   "stderr"};
                          }};

const program_frame apache{"/usr/sbin/apache2", apache_configuration, [](const std::string& file) {
                               return std::vector<std::string>{"-X", "-f", file};
                           }};

const program_frame haproxy{
    "/usr/sbin/haproxy", haproxy_configuration,
    [](const std::string& file) { return std::vector<std::string>{"-db", "-f", file}; }};

}  // namespace glimt::testing
