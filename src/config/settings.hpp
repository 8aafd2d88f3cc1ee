// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/keystone_settings.hpp"
#include "config/listen_address.hpp"
#include "config/store_settings.hpp"
#include "config/value.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace glimt {

// Everything an operator can set, with its default in place; option_table.cpp names each field.
// Loaded once at start (load.hpp), then only read: a reload is a new generation of settings.
// Options of Glance keep Glance's names and defaults (contract Part 2) unless a line says why not.
struct settings : keystone_settings {
    // Where to listen. load() leaves at least one address here: these, else the ini's sockets,
    // else bind_host:bind_port.
    std::vector<listen_address> listen;
    std::string bind_host = "127.0.0.1";  // Glance: 0.0.0.0. Reachable from outside only when told.
    std::uint16_t bind_port = 9292;       // 0: any free port
    std::uint32_t backlog = 4096;

    // The runtime.
    loop_choice loop = loop_choice::automatic;
    std::uint32_t workers = 0;  // shards, each one thread; 0: one per core
    bool pin_cores = false;
    std::uint64_t buffer_pool_bytes = 16ull << 20;  // per shard
    std::uint64_t connections_max = 0;              // whole process; 0: what RLIMIT_NOFILE allows
    std::string data_dir;                           // everything we keep; empty: nothing is kept

    // Patience. Zero means no limit.
    std::chrono::milliseconds drain_grace = std::chrono::seconds(60);
    std::chrono::milliseconds header_timeout = std::chrono::seconds(10);  // first to last byte
    std::chrono::milliseconds client_socket_timeout = std::chrono::seconds(900);  // idle keep-alive
    std::chrono::milliseconds body_idle_timeout = std::chrono::seconds(60);
    std::uint64_t body_bytes_per_second_min = 1024;  // judged after body_rate_grace; 0: no minimum
    std::chrono::milliseconds body_rate_grace = std::chrono::seconds(30);
    std::chrono::milliseconds discard_timeout =
        std::chrono::seconds(30);         // for 64 KiB nobody wants
    std::uint64_t discard_bytes_max = 0;  // of them in all; 0: while they keep coming
    std::chrono::milliseconds client_gone_grace = std::chrono::seconds(1);
    std::uint32_t tcp_keepidle = 600;  // seconds

    // Limits of a request's head.
    std::uint64_t head_bytes_max = 65535;   // raised to max_header_line when that is larger
    std::uint64_t max_header_line = 16384;  // Glance's name, from its eventlet days
    std::uint32_t header_count_max = 128;
    std::uint32_t max_request_id_length = 64;
    bool http_keepalive = true;

    // The API.
    std::string public_endpoint;
    bool enable_proxy_headers_parsing = false;  // honour Forwarded and X-Forwarded-*
    std::vector<std::string> cors_allowed_origin;
    bool cors_allow_credentials = true;
    std::vector<std::string> cors_expose_headers = {"X-Image-Meta-Checksum", "X-Auth-Token",
                                                    "X-Subject-Token", "X-Service-Token",
                                                    "X-OpenStack-Request-ID"};
    std::int64_t cors_max_age = 3600;  // seconds; 0: browsers are not told
    std::vector<std::string> cors_allow_methods = {"GET", "PUT", "POST", "DELETE", "PATCH"};
    std::vector<std::string> cors_allow_headers = {
        "Content-MD5",     "X-Image-Meta-Checksum", "X-Storage-Token",
        "Accept-Encoding", "X-Auth-Token",          "X-Identity-Status",
        "X-Roles",         "X-Service-Catalog",     "X-User-Id",
        "X-Tenant-Id",     "X-OpenStack-Request-ID"};
    std::string healthcheck_disable_file;  // /healthcheck answers 503 while it exists
    std::string image_cache_dir;
    std::string paste_flavor;
    std::string paste_config_file;
    std::string paste_path, paste_text;  // the file of pipelines load() found; empty: there is none

    // Images. Quotas: how many of each an image may have; negative is any number.
    std::vector<std::string> container_formats = {"ami", "ari", "aki",    "bare",
                                                  "ovf", "ova", "docker", "compressed"};
    std::vector<std::string> disk_formats = {"ami", "ari",   "aki", "vhd", "vhdx", "vmdk",
                                             "raw", "qcow2", "vdi", "iso", "ploop"};
    bool require_image_format_match = true;  // of disk_format and the data
    std::vector<std::string> gpt_safety_checks_nonfatal;
    bool allow_additional_image_properties = true;
    std::int64_t image_property_quota = 128;
    std::int64_t image_tag_quota = 128;
    std::int64_t image_member_quota = 128;
    std::int64_t image_location_quota = 10;
    std::uint32_t limit_param_default = 25;  // images of a page when the client does not say
    std::uint32_t api_limit_max = 1000;      // and at most
    bool show_image_direct_url = false;
    bool show_multiple_locations = false;
    std::vector<std::string> enabled_import_methods = {"glance-direct", "web-download",
                                                       "copy-image"};
    std::string hashing_algorithm = "sha512";
    bool delayed_delete = false;
    std::string metadata_source_path = "/etc/glance/metadefs/";  // what load-metadefs loads
    std::string schema_path, schema_text;  // the schema-image.json load() found; empty: none

    // Where data is kept. Of the two ways of naming stores enabled_backends counts when it is
    // there.
    dictionary enabled_backends;  // store name: driver
    std::string default_backend;  // one of their names
    std::vector<std::string> glance_stores = {"file", "http"};
    std::string default_store = "file";
    std::vector<store_settings> stores;  // load() leaves at least one here
    bool store_synchronous = true;       // what was stored survives a power loss
    bool store_direct = true;            // images are written past the page cache
    std::uint64_t image_size_cap = 1ull << 40;
    std::string user_storage_quota = "0";  // bytes, or with a unit
    std::uint64_t user_storage_bytes = 0;  // what load() makes of it; 0: no limit
    bool use_keystone_limits = false;      // instead of user_storage_quota
    std::string limit_endpoint_id;         // what Keystone calls our endpoint
    keystone_settings limit_identity;  // who asks it for limits: credentials, trust and place only
    std::string node_staging_uri = "file:///tmp/staging/";

    // Where URLs of users may lead (contract 6.4). Of each kind, a list of what is allowed makes
    // the one of what is not count for nothing.
    std::vector<std::string> import_allowed_schemes = {"http", "https"};
    std::vector<std::string> import_disallowed_schemes;
    std::vector<std::string> import_allowed_hosts, import_disallowed_hosts;
    std::vector<std::uint16_t> import_allowed_ports = {80, 443};
    std::vector<std::uint16_t> import_disallowed_ports;

    // The database.
    std::string database_connection;  // secret: it holds a password
    bool sqlite_synchronous = true;   // a commit survives a power loss

    // Who may do what.
    bool trust_identity_headers = false;
    bool allow_anonymous_access = false;
    std::vector<std::string>
        config_folders;  // where load() says files beside ours may be, in order
    std::string policy_file = "policy.yaml";
    bool policy_file_is_named = false;  // load() says so: not the default
    std::vector<std::string> policy_dirs = {"policy.d"};
    std::string policy_default_rule;
    bool enforce_scope = true;
    bool enforce_new_defaults = true;
    std::string property_protection_file;
    std::string property_protection_rule_format = "roles";
    std::string remote_content_type = "application/x-www-form-urlencoded";
    std::chrono::milliseconds remote_timeout = std::chrono::seconds(60);
    bool remote_ssl_verify_server_crt = false;
    std::string remote_ssl_ca_crt_file, remote_ssl_client_crt_file, remote_ssl_client_key_file;

    // The log (oslo.log's names).
    bool debug = false;
    bool use_json = false;
    bool use_stderr = false;  // also to standard error when log_file is set
    std::string log_file;
    std::string log_dir;
    std::string log_date_format = "%Y-%m-%d %H:%M:%S";
};

}  // namespace glimt
