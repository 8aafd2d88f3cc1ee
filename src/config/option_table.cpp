// SPDX-License-Identifier: Apache-2.0
#include "config/option_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <concepts>
#include <numeric>
#include <ranges>
#include <utility>

namespace glimt {

namespace {

constexpr std::int64_t int_max = std::numeric_limits<std::int32_t>::max();
constexpr limits quota{-int_max, int_max};

// A new option is one field of settings and one line here. Groups stay together: the sample file
// and the reference page follow this order.
constexpr option table[] = {
    {"glimt", "listen", &settings::listen,
     "Addresses to listen on, instead of bind_host and bind_port. Each is host:port, "
     "[address]:port or unix:/path, and may end in ?protocol=http|uwsgi|auto, for unix sockets "
     "also "
     "in mode=660 and owner=user:group, joined with '&'."},
    {"glimt", "loop", &settings::loop,
     "What drives the rings: io_uring, epoll, or io_uring where the kernel allows it."},
    {"glimt", "pin_cores", &settings::pin_cores, "Keep each ring's thread on one core."},
    {"glimt", "data_dir", &settings::data_dir, "The folder everything is kept in."},
    {"glimt",
     "buffer_pool_bytes",
     &settings::buffer_pool_bytes,
     "Memory for the data of requests, per ring.",
     {1 << 20, 1ll << 40}},
    {"glimt",
     "connections_max",
     &settings::connections_max,
     "Most connections held at once; 0 is what the limit of open files allows.",
     {0, int_max}},
    {"glimt", "drain_grace", &settings::drain_grace,
     "How long running requests may take to finish after SIGTERM."},
    {"glimt", "header_timeout", &settings::header_timeout,
     "How long the head of a request may take from its first to its last byte; 0 is no limit."},
    {"glimt", "body_idle_timeout", &settings::body_idle_timeout,
     "How long a body being sent or received may stand still; 0 is no limit."},
    {"glimt",
     "body_bytes_per_second_min",
     &settings::body_bytes_per_second_min,
     "Request bodies slower than this are given up; 0 is no minimum.",
     {0, int_max}},
    {"glimt", "body_rate_grace", &settings::body_rate_grace,
     "How long a body may take before its rate is judged."},
    {"glimt", "discard_timeout", &settings::discard_timeout,
     "How long 64 KiB of a body may take that is refused: most proxies lose the answer unless what "
     "they send is taken. 0 is no limit."},
    {"glimt",
     "discard_bytes_max",
     &settings::discard_bytes_max,
     "Most bytes taken of a body that is refused, before the connection is closed; 0 is no limit.",
     {0, 1ll << 50}},
    {"glimt", "client_gone_grace", &settings::client_gone_grace,
     "How long a client that has ended its side behind its request is still answered, since it may "
     "have done no more than that; then it is gone and the request is cancelled. 0 is no limit."},
    {"glimt",
     "head_bytes_max",
     &settings::head_bytes_max,
     "Largest head of a request; max_header_line raises it when that is larger.",
     {8192, 16 << 20}},
    {"glimt",
     "header_count_max",
     &settings::header_count_max,
     "Most header fields of a request.",
     {1, 10'000}},
    {"glimt", "healthcheck_disable_file", &settings::healthcheck_disable_file,
     "While this file exists /healthcheck answers 503. Without it, disable_by_file_path of "
     "[filter:healthcheck] in glance-api-paste.ini counts."},
    {"glimt", "store_synchronous", &settings::store_synchronous,
     "Answer an upload once the disk has the data: it survives a power loss."},
    {"glimt", "trust_identity_headers", &settings::trust_identity_headers,
     "Let a pipeline that authenticates nobody listen to other machines: they are believed to be "
     "whom they say they are."},

    {"DEFAULT", "bind_host", &settings::bind_host,
     "Address to listen on. Glance's default is 0.0.0.0: glimt wants to be told before it listens "
     "to other machines."},
    {"DEFAULT",
     "bind_port",
     &settings::bind_port,
     "Port to listen on; 0 takes any free one.",
     {0, 65535}},
    {"DEFAULT",
     "backlog",
     &settings::backlog,
     "Connections the kernel may hold before accept.",
     {1, int_max}},
    {"DEFAULT",
     "workers",
     &settings::workers,
     "Rings, each a thread of its own; 0 is one per core.",
     {0, 1024}},
    {"DEFAULT",
     "tcp_keepidle",
     &settings::tcp_keepidle,
     "Seconds of silence before TCP probes a connection.",
     {1, 32767}},
    {"DEFAULT",
     "max_header_line",
     &settings::max_header_line,
     "Longest header line Glance takes; raises head_bytes_max when larger.",
     {0, 16 << 20}},
    {"DEFAULT", "http_keepalive", &settings::http_keepalive,
     "Let clients send further requests over their connection."},
    {"DEFAULT", "client_socket_timeout", &settings::client_socket_timeout,
     "How long a connection may wait for its next request; 0 is no limit."},
    {"DEFAULT",
     "max_request_id_length",
     &settings::max_request_id_length,
     "Longest X-Openstack-Request-Id taken over from a client.",
     {0, 65535}},
    {"DEFAULT", "public_endpoint", &settings::public_endpoint,
     "Address of this service as its users see it, for the versions document."},
    {"DEFAULT", "allow_anonymous_access", &settings::allow_anonymous_access,
     "Let callers without an identity read."},
    {"DEFAULT", "enabled_backends", &settings::enabled_backends, "Stores, as name:driver pairs."},
    {"DEFAULT",
     "image_size_cap",
     &settings::image_size_cap,
     "Largest image, in bytes.",
     {1, 9'223'372'036'854'775'807}},
    {"DEFAULT", "user_storage_quota", &settings::user_storage_quota,
     "What the images of a project may take in all: bytes, or a number with KB, MB, GB or TB; 0 is "
     "no limit."},
    {"DEFAULT", "node_staging_uri", &settings::node_staging_uri,
     "Folder of this machine where data waits to be imported, as a file:// URL."},
    {"DEFAULT", "allow_additional_image_properties", &settings::allow_additional_image_properties,
     "Let images have properties that schema-image.json does not name."},
    {"DEFAULT", "image_property_quota", &settings::image_property_quota,
     "Most properties of an image; negative is any number.", quota},
    {"DEFAULT", "image_tag_quota", &settings::image_tag_quota,
     "Most tags of an image; negative is any number.", quota},
    {"DEFAULT", "image_member_quota", &settings::image_member_quota,
     "Most members of an image; negative is any number.", quota},
    {"DEFAULT", "image_location_quota", &settings::image_location_quota,
     "Most locations of an image; negative is any number.", quota},
    {"DEFAULT",
     "limit_param_default",
     &settings::limit_param_default,
     "Images of a page when the client does not say how many.",
     {1, int_max}},
    {"DEFAULT", "api_limit_max", &settings::api_limit_max, "Most images of a page.", {1, int_max}},
    {"DEFAULT", "show_image_direct_url", &settings::show_image_direct_url,
     "Show where the data of an image is."},
    {"DEFAULT", "show_multiple_locations", &settings::show_multiple_locations,
     "Show every place where the data of an image is."},
    {"DEFAULT", "enabled_import_methods", &settings::enabled_import_methods,
     "The ways of importing images that are announced."},
    {"DEFAULT", "hashing_algorithm", &settings::hashing_algorithm,
     "hashlib's name of the hash of an image's data."},
    {"DEFAULT", "delayed_delete", &settings::delayed_delete,
     "Leave the data of deleted images to the scrubber."},
    {"DEFAULT", "metadata_source_path", &settings::metadata_source_path,
     "Files of metadata definitions, which `glimt db load-metadefs` loads."},
    {"DEFAULT", "property_protection_file", &settings::property_protection_file,
     "Who may do what with custom properties; looked for as policy_file is. Everybody may do "
     "everything when empty."},
    {"DEFAULT", "property_protection_rule_format", &settings::property_protection_rule_format,
     "What that file names: roles or policies."},
    {"DEFAULT", "image_cache_dir", &settings::image_cache_dir, "Where cached images are kept."},
    {"DEFAULT", "debug", &settings::debug, "Log at DEBUG instead of INFO."},
    {"DEFAULT", "use_json", &settings::use_json, "Log one JSON object per line."},
    {"DEFAULT", "use_stderr", &settings::use_stderr,
     "Log to standard error even when log_file is set."},
    {"DEFAULT",
     "log_file",
     &settings::log_file,
     "Where to log; standard error when empty.",
     {},
     "DEFAULT.logfile"},
    {"DEFAULT",
     "log_dir",
     &settings::log_dir,
     "Folder a relative log_file lies in.",
     {},
     "DEFAULT.logdir"},
    {"DEFAULT", "log_date_format", &settings::log_date_format, "strftime format of log lines."},

    {"paste_deploy", "flavor", &settings::paste_flavor, "Which of Glance's pipelines to serve."},
    {"paste_deploy", "config_file", &settings::paste_config_file,
     "Path of glance-api-paste.ini; beside the configuration file when empty."},

    {"oslo_middleware", "enable_proxy_headers_parsing", &settings::enable_proxy_headers_parsing,
     "Believe Forwarded and X-Forwarded-* headers."},

    {"oslo_policy",
     "policy_file",
     &settings::policy_file,
     "The operator's own rules; looked for beside the configuration, then in ~/.glance, ~, "
     "/etc/glance and /etc, unless it is a whole path. Without this option policy.json is taken "
     "where there is no policy.yaml.",
     {},
     "DEFAULT.policy_file"},
    {"oslo_policy",
     "policy_dirs",
     &settings::policy_dirs,
     "Folders with more of them, found likewise; may be repeated. Their files count after "
     "policy_file, in the order of their names.",
     {},
     "DEFAULT.policy_dirs"},
    {"oslo_policy",
     "policy_default_rule",
     &settings::policy_default_rule,
     "The rule that stands in for one that is named but not there; naming one is an error when "
     "this is empty. Glance's default is `default`, which allows.",
     {},
     "DEFAULT.policy_default_rule"},
    {"oslo_policy", "enforce_scope", &settings::enforce_scope,
     "Whether tokens of a domain or of the whole cloud are refused where Glance wants those of a "
     "project."},
    {"oslo_policy", "enforce_new_defaults", &settings::enforce_new_defaults,
     "Whether the rules from before roles for readers and members no longer count."},
    {"oslo_policy", "remote_content_type", &settings::remote_content_type,
     "How http: and https: checks are sent: application/x-www-form-urlencoded or "
     "application/json."},
    {"oslo_policy",
     "remote_timeout",
     &settings::remote_timeout,
     "How long the answer to such a check may take.",
     {1, 3600}},
    {"oslo_policy", "remote_ssl_verify_server_crt", &settings::remote_ssl_verify_server_crt,
     "Whether https: checks want a certificate that is believed."},
    {"oslo_policy", "remote_ssl_ca_crt_file", &settings::remote_ssl_ca_crt_file,
     "Whose certificates are believed then; the system's when empty."},
    {"oslo_policy", "remote_ssl_client_crt_file", &settings::remote_ssl_client_crt_file,
     "Our own certificate for https: checks."},
    {"oslo_policy", "remote_ssl_client_key_file", &settings::remote_ssl_client_key_file,
     "Its key; in the same file when empty."},

    {"import_filtering_opts", "allowed_schemes", &settings::import_allowed_schemes,
     "Schemes that URLs of users may have; while there are any, disallowed_schemes does not "
     "count."},
    {"import_filtering_opts", "disallowed_schemes", &settings::import_disallowed_schemes,
     "Schemes they may not have."},
    {"import_filtering_opts", "allowed_hosts", &settings::import_allowed_hosts,
     "Names and addresses of servers they may lead to, wherever these are; while there are any, "
     "they may lead to no other, and disallowed_hosts does not count."},
    {"import_filtering_opts", "disallowed_hosts", &settings::import_disallowed_hosts,
     "Servers they may not lead to; an address here also counts for names that have it. This "
     "machine and its link are refused unless allowed_hosts names them."},
    {"import_filtering_opts",
     "allowed_ports",
     &settings::import_allowed_ports,
     "Ports they may name; while there are any, disallowed_ports does not count.",
     {1, 65535}},
    {"import_filtering_opts",
     "disallowed_ports",
     &settings::import_disallowed_ports,
     "Ports they may not name.",
     {1, 65535}},

    {"glance_store", "default_backend", &settings::default_backend,
     "Which of enabled_backends takes data when the client does not say."},
    {"glance_store", "stores", &settings::glance_stores,
     "Store drivers, where enabled_backends is not set; their options stand in this group."},
    {"glance_store", "default_store", &settings::default_store, "Which of them takes data."},

    {"database",
     "connection",
     &settings::database_connection,
     "SQLAlchemy's URL of the database.",
     {},
     "DEFAULT.sql_connection database.sql_connection sql.connection",
     true},
    {"database", "sqlite_synchronous", &settings::sqlite_synchronous,
     "Let SQLite answer once the disk has a change: it survives a power loss."},

    {"image_format",
     "container_formats",
     &settings::container_formats,
     "What an image may say of its container.",
     {},
     "DEFAULT.container_formats"},
    {"image_format",
     "disk_formats",
     &settings::disk_formats,
     "What an image may say of its disk.",
     {},
     "DEFAULT.disk_formats"},
    {"image_format", "require_image_format_match", &settings::require_image_format_match,
     "Refuse data that are of another format than disk_format says. What is dangerous under any "
     "name is refused all the same."},
    {"image_format", "gpt_safety_checks_nonfatal", &settings::gpt_safety_checks_nonfatal,
     "Safety checks of partition tables that are only logged when they fail; there is one, mbr."},
};

constexpr bool all_distinct() {
    for (const auto& a : table)
        for (const auto& b : table)
            if (&a != &b && a.group == b.group && a.name == b.name) return false;
    return true;
}
static_assert(all_distinct(), "two lines name the same option");

constexpr value_kind kind_of(const std::string&) { return value_kind::text; }
constexpr value_kind kind_of(loop_choice) { return value_kind::text; }
constexpr value_kind kind_of(bool) { return value_kind::boolean; }
constexpr value_kind kind_of(std::chrono::milliseconds) { return value_kind::seconds; }
template <std::integral Number>
constexpr value_kind kind_of(Number) {
    return value_kind::integer;
}
template <class T>
constexpr value_kind kind_of(const std::vector<T>&) {
    return value_kind::compound;
}

// Levenshtein's distance: how many letters to insert, drop or exchange.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        auto diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto exchanged = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, exchanged}));
        }
    }
    return row.back();
}

}  // namespace

std::span<const option> option_table() { return table; }

std::vector<option_shape> option_shapes() {
    const settings defaults;
    std::vector<option_shape> shapes;
    for (const auto& o : table) {
        const auto kind =
            std::visit([&](auto member) { return kind_of(defaults.*member); }, o.into);
        shapes.push_back({o.group, o.name, o.deprecated, kind, text_of(o, defaults)});
    }
    return shapes;
}

std::string text_of(const option& o, const settings& values) {
    return std::visit([&](auto member) { return to_text(values.*member); }, o.into);
}

std::string set_option(const option& o, std::string_view text, settings& into) {
    return std::visit([&](auto member) { return read_value(text, o.within, into.*member); },
                      o.into);
}

std::string describe_type(const option& o) {
    const settings defaults;
    const auto kind = std::visit([&](auto member) { return kind_of(defaults.*member); }, o.into);
    const auto bounded = [&](std::string_view noun) {
        if (o.within.max != limits{}.max)
            return fmt::format("{}, {} to {}", noun, o.within.min, o.within.max);
        return fmt::format("{}, {} or more", noun, o.within.min);
    };
    if (std::holds_alternative<loop_choice settings::*>(o.into)) return "auto, uring or epoll";
    if (std::holds_alternative<dictionary settings::*>(o.into)) return "name:value pairs";
    switch (kind) {
        case value_kind::boolean: return "true or false";
        case value_kind::integer: return bounded("whole number");
        case value_kind::real:
        case value_kind::seconds: return bounded("seconds");
        case value_kind::compound: return "list";
        case value_kind::text: break;
    }
    return "text";
}

bool is_option(std::string_view section, std::string_view name) {
    const auto older = fmt::format("{}.{}", section, name);
    return std::ranges::any_of(table, [&](const option& o) {
        if (o.group == section && o.name == name) return true;
        for (const auto word : o.deprecated | std::views::split(' '))
            if (std::string_view(word.begin(), word.end()) == older) return true;
        return false;
    });
}

std::string near_match(std::string_view group, std::string_view name) {
    constexpr std::size_t distance_max = 2;
    const option* best = nullptr;
    auto nearest = distance_max + 1;
    for (const auto& o : table) {
        // A short name is near to everything; the right name in the wrong group is nearly right.
        if (o.name.size() <= 2 * distance_max && o.name != name) continue;
        const bool elsewhere = normal_section(o.group) != group;
        const auto away = distance(o.name, name) + (elsewhere ? distance_max : 0);
        if (away < nearest) {
            nearest = away;
            best = &o;
        }
    }
    return best ? fmt::format("[{}] {}", best->group, best->name) : "";
}

}  // namespace glimt
