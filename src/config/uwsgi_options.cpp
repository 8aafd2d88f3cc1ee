// SPDX-License-Identifier: Apache-2.0
// What glimt makes of uWSGI's options: the table, and the functions behind its "honour" rows.
#include "config/strip.hpp"
#include "config/uwsgi_ini.hpp"
#include "config/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace glimt {

namespace {

using enum uwsgi_handling;

constexpr std::string_view tls = "TLS is not served yet; put it in front of glimt";
constexpr std::string_view later = "has no counterpart in glimt yet";
constexpr std::string_view supervisor = "glimt stays in the foreground; let systemd supervise it";

// Sorted by name. Rows come from front-ends.md 3; a feature that is built turns its rows to honour.
constexpr uwsgi_option table[] = {
    {"add-header", ignore, ""},  // Connection: close, which our sessions do not need
    {"attach-daemon", warn, later},
    {"auto-procname", ignore, ""},
    {"buffer-size", honour, ""},
    {"callable", ignore, ""},
    {"cap", warn, "confine the service with systemd"},
    {"cgroup", warn, "confine the service with systemd"},
    {"chdir", warn, later},
    {"cheaper", ignore, ""},
    {"chmod-socket", honour, ""},
    {"chown-socket", honour, ""},
    {"chroot", warn, "confine the service with systemd"},
    {"chunked-input-limit", ignore, ""},
    {"cron", warn, later},
    {"daemonize", refuse, supervisor},
    {"daemonize2", refuse, supervisor},
    {"die-on-term", ignore, ""},
    {"disable-logging", warn, later},
    {"disable-write-exception", ignore, ""},
    {"emperor", refuse, "glimt cannot run other services"},
    {"enable-proxy-protocol", warn, later},
    {"enable-threads", ignore, ""},
    {"env", honour, ""},
    {"exit-on-reload", ignore, ""},
    {"gid", warn, "start glimt as the user it is to run as"},
    {"harakiri", warn, later},
    {"hook-master-start", honour, ""},
    {"http", honour, ""},
    {"http-auto-chunked", ignore, ""},
    {"http-chunked-input", ignore, ""},
    {"http-enable-proxy-protocol", warn, later},
    {"http-keepalive", honour, ""},
    {"http-manage-expect", ignore, ""},
    {"http-raw-body", ignore, ""},
    {"http-socket", honour, ""},
    {"http-timeout", honour, ""},
    {"http-to", refuse, "glimt routes to no other server"},
    {"http11-socket", honour, ""},
    {"https", refuse, tls},
    {"https-socket", refuse, tls},
    {"ignore-sigpipe", ignore, ""},
    {"ignore-write-errors", ignore, ""},
    {"ini", refuse, "write what it includes into one file"},
    {"lazy", ignore, ""},
    {"lazy-apps", ignore, ""},
    {"listen", honour, ""},
    {"log-master", ignore, ""},
    {"log-x-forwarded-for", warn, later},
    {"logto", warn, "set log_file in glance-api.conf"},
    {"logto2", warn, "set log_file in glance-api.conf"},
    {"manage-script-name", warn, later},
    {"master", ignore, ""},
    {"master-fifo", warn, later},
    {"max-requests", ignore, ""},
    {"max-worker-lifetime", ignore, ""},
    {"memory-report", ignore, ""},
    {"min-worker-lifetime", ignore, ""},
    {"module", honour, ""},
    {"mount", warn, later},
    {"mule", warn, later},
    {"need-app", ignore, ""},
    {"need-plugin", ignore, ""},
    {"no-orphans", ignore, ""},
    {"paste-logger", ignore, ""},
    {"pidfile", warn, later},
    {"pidfile2", warn, later},
    {"plugin", ignore, ""},
    {"plugins", ignore, ""},
    {"plugins-dir", ignore, ""},
    {"post-buffering", warn, "bodies are streamed, never gathered first"},
    {"processes", honour, ""},
    {"procname", ignore, ""},
    {"procname-prefix", ignore, ""},
    {"procname-prefix-spaced", ignore, ""},
    {"pyargv", ignore, ""},
    {"reload-mercy", ignore, ""},
    {"reload-on-rss", ignore, ""},
    {"rem-header", warn, later},
    {"route", warn, later},
    {"route-user-agent", warn, later},
    {"safe-pidfile", warn, later},
    {"single-interpreter", ignore, ""},
    {"so-keepalive", ignore, ""},
    {"socket", honour, ""},
    {"socket-timeout", honour, ""},
    {"spooler", warn, later},
    {"static-map", honour, ""},
    {"stats", warn, later},
    {"threads", ignore, ""},
    {"thunder-lock", ignore, ""},
    {"touch-reload", warn, later},
    {"uid", warn, "start glimt as the user it is to run as"},
    {"uwsgi-socket", honour, ""},
    {"vacuum", ignore, ""},  // unix sockets are always removed
    {"venv", ignore, ""},
    {"virtualenv", ignore, ""},
    {"worker-reload-mercy", honour, ""},
    {"workers", honour, ""},
    {"wsgi", honour, ""},
    {"wsgi-file", honour, ""},
    {"wsgi-manage-chunked-input", ignore, ""},
    {"zerg", refuse, "glimt cannot serve another's sockets"},
};
static_assert(std::ranges::is_sorted(table, {}, &uwsgi_option::name));

// The applications of uWSGI that glimt stands in for.
constexpr std::string_view applications[] = {"glance.wsgi.api", "glance-wsgi-api",
                                             "glance.common.wsgi_app"};

class uwsgi_reader {
public:
    explicit uwsgi_reader(unsigned cores) : cores_(cores) {}

    uwsgi_outcome read(const std::vector<uwsgi_setting>& settings) && {
        for (const auto& setting : settings) take(setting);
        join_addresses();
        return std::move(out_);
    }

private:
    void take(const uwsgi_setting& setting) {
        const auto* known = find_uwsgi_option(setting.name);
        if (!known) {
            out_.unknown.push_back(fmt::format("{}: {}", setting.where, setting.name));
        } else if (known->handling == honour) {
            honoured(setting);
        } else if (known->handling == warn) {
            out_.warnings.push_back(
                fmt::format("{}: {}: {}", setting.where, setting.name, known->reason));
        } else if (known->handling == refuse) {
            fail(setting, known->reason);
        }
    }

    void honoured(const uwsgi_setting& setting) {
        const auto& name = setting.name;
        if (name.ends_with("socket") && !name.starts_with("ch")) return take_address(setting);
        if (name == "http") return take_address(setting);
        if (name == "chmod-socket") return take_mode(setting);
        if (name == "chown-socket") return void(owner_ = setting.value);
        if (name == "processes" || name == "workers") return take_workers(setting);
        if (name == "buffer-size") return take_number(setting, "glimt", "head_bytes_max", 8192);
        if (name == "listen") return take_number(setting, "DEFAULT", "backlog", 1);
        if (name == "socket-timeout" || name == "http-timeout")
            return set(setting, "glimt", "body_idle_timeout");
        if (name == "worker-reload-mercy") return set(setting, "glimt", "drain_grace");
        if (name == "http-keepalive") return take_keepalive(setting);
        if (name == "env") return take_environment(setting);
        if (name == "static-map") return take_static_map(setting);
        if (name == "hook-master-start") return take_hook(setting);
        take_application(setting);
    }

    void take_address(const uwsgi_setting& setting) {
        std::string text = setting.value;
        // uWSGI takes what has no colon for the path of a unix socket.
        if (text.find(':') == text.npos && !text.starts_with('@')) text.insert(0, "unix:");
        listen_address address;
        const auto complaint = text.find_first_of("?,") == text.npos
                                   ? parse_listen_address(text, address)
                                   : "'?' and ',' cannot stand in an address";
        if (!complaint.empty()) return fail(setting, complaint);
        addresses_.push_back(std::move(address));
        if (addresses_where_.empty()) addresses_where_ = setting.where;
    }

    void take_mode(const uwsgi_setting& setting) {
        mode_ = setting.value == "true" ? "666" : setting.value;
        listen_address checked;
        if (auto complaint = parse_listen_address("unix:/x?mode=" + mode_, checked);
            !complaint.empty())
            fail(setting, complaint);
    }

    void take_workers(const uwsgi_setting& setting) {
        std::optional<std::int64_t> count;
        if (!read_integer(setting.value, count).empty() || !count || *count < 1)
            return fail(setting, "is not a count of processes");
        set(setting, "DEFAULT", "workers", std::to_string(std::min<std::int64_t>(*count, cores_)));
    }

    void take_number(const uwsgi_setting& setting, std::string group, std::string name,
                     std::int64_t least) {
        std::optional<std::int64_t> number;
        if (!read_integer(setting.value, number).empty() || !number)
            return fail(setting, "is not a whole number");
        set(setting, std::move(group), std::move(name), std::to_string(std::max(*number, least)));
    }

    void take_keepalive(const uwsgi_setting& setting) {
        // true or seconds in uWSGI; only these words switch it off.
        constexpr std::string_view off[] = {"0", "false", "off", "no"};
        const bool keep = std::ranges::find(off, setting.value) == std::end(off);
        set(setting, "DEFAULT", "http_keepalive", keep ? "true" : "false");
    }

    void take_environment(const uwsgi_setting& setting) {
        const auto equals = setting.value.find('=');
        if (equals == 0 || equals == std::string::npos) return fail(setting, "expected NAME=VALUE");
        out_.environment.emplace_back(setting.value.substr(0, equals),
                                      setting.value.substr(equals + 1));
    }

    void take_static_map(const uwsgi_setting& setting) {
        // kolla's shared template has one for /static, where Glance has nothing to serve.
        if (!setting.value.starts_with("/static=")) fail(setting, "glimt serves no files");
    }

    void take_hook(const uwsgi_setting& setting) {
        // What operators write to get the graceful end that is our default.
        if (setting.value != "unix_signal:15 gracefully_kill_them_all")
            out_.warnings.push_back(
                fmt::format("{}: {}: glimt runs no hooks", setting.where, setting.name));
    }

    void take_application(const uwsgi_setting& setting) {
        const bool glance = std::ranges::any_of(applications, [&](auto application) {
            return setting.value.find(application) != std::string::npos;
        });
        if (!glance)
            fail(setting,
                 fmt::format("{} is not Glance's API, which is all glimt serves", setting.value));
    }

    // chmod-socket and chown-socket hold for every unix socket, wherever they stand in the file.
    void join_addresses() {
        if (addresses_.empty()) return;
        std::string text;
        for (const auto& address : addresses_) {
            text.append(text.empty() ? "" : ", ").append(to_string(address));
            if (address.type != listen_address::kind::unix_) continue;
            if (!mode_.empty()) text.append("?mode=").append(mode_);
            if (!owner_.empty()) text.append(mode_.empty() ? "?owner=" : "&owner=").append(owner_);
        }
        out_.overrides.push_back({"glimt", "listen", std::move(text), addresses_where_});
    }

    void set(const uwsgi_setting& from, std::string group, std::string name) {
        set(from, std::move(group), std::move(name), from.value);
    }

    void set(const uwsgi_setting& from, std::string group, std::string name, std::string text) {
        out_.overrides.push_back({std::move(group), std::move(name), std::move(text), from.where});
    }

    void fail(const uwsgi_setting& setting, std::string_view why) {
        out_.errors.push_back({setting.where, fmt::format("{}: {}", setting.name, why)});
    }

    unsigned cores_;
    uwsgi_outcome out_;
    std::vector<listen_address> addresses_;
    std::string addresses_where_, mode_, owner_;
};

}  // namespace

const uwsgi_option* find_uwsgi_option(std::string_view name) {
    const auto found = std::ranges::lower_bound(table, name, {}, &uwsgi_option::name);
    return found != std::end(table) && found->name == name ? found : nullptr;
}

uwsgi_outcome apply_uwsgi(const std::vector<uwsgi_setting>& settings, unsigned cores) {
    return uwsgi_reader(cores).read(settings);
}

}  // namespace glimt
