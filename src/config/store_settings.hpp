// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

struct config_error;
class option_lookup;
struct settings;

// One place image data is kept in, as the operator describes it (contract 5.1): a name of
// enabled_backends with the group of that name, or a driver of [glance_store] stores. Options of
// other drivers keep their defaults.
struct store_settings {
    std::string id;      // of enabled_backends; empty for a store of [glance_store]
    std::string driver;  // "file", "http"
    bool is_default = false;
    std::string store_description;
    std::int64_t weight = 0;

    // file (contract 5.2)
    std::string filesystem_store_datadir;
    std::vector<std::string> filesystem_store_datadirs;  // "path" or "path:priority"
    std::string filesystem_store_metadata_file;
    std::int64_t filesystem_store_file_perm = 0;  // its decimal digits are an octal mode; 0: umask
    std::uint64_t filesystem_store_chunk_size = 65536;  // shown to clients, else without effect
    bool filesystem_thin_provisioning = false;

    // http (contract 5.7)
    bool https_insecure = true;
    std::string https_ca_certificates_file;
    dictionary http_proxy_information;
};

// The stores that the values read so far name, each with its options: from its own group, else from
// [backend_defaults]. Without enabled_backends they are those of [glance_store]. Adds what is wrong
// to `errors` (contract 7.9).
std::vector<store_settings> read_stores(const option_lookup& lookup, const settings& values,
                                        std::vector<config_error>& errors);

// Whether an entry of a file, its section in normal form, is an option of one of the stores.
bool is_store_option(std::string_view section, std::string_view name, const settings& values);

}  // namespace glimt
