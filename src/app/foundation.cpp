// SPDX-License-Identifier: Apache-2.0
#include "app/foundation.hpp"

#include "digest/openssl_hasher.hpp"
#include "keystone/credentials.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>

namespace glimt {
namespace {

void append(std::vector<std::string>& to, const std::vector<std::string>& more) {
    std::ranges::copy(more, std::back_inserter(to));
}

image_schema_options schema_options(const settings& options) {
    return {.container_formats = options.container_formats,
            .disk_formats = options.disk_formats,
            .additional_properties = options.allow_additional_image_properties,
            .custom = options.schema_text};
}

std::vector<std::string> complaints_about_limits(const settings& options) {
    if (!options.use_keystone_limits) return {};
    auto all = complaints_about_credentials(options.limit_identity, "oslo_limit");
    if (options.limit_endpoint_id.empty())
        all.emplace_back(
            "[oslo_limit] has no endpoint_id, which use_keystone_limits needs: that of Glance in "
            "Keystone.");
    return all;
}

}  // namespace

foundation make_foundation(const settings& options) {
    foundation made;
    made.protections = read_property_protections(options, made.errors);
    const policy_files files(options, made.protections.rules());
    made.rule_files = files.look();
    if (options.policy_file_is_named && made.rule_files.files.empty())
        made.warnings.push_back(fmt::format(
            "policy_file {} is nowhere beside the configuration: Glance's own rules count",
            options.policy_file));
    const policy_options rules = files.read(made.rule_files, made.errors);
    made.rules = std::make_unique<policy>(rules, made.errors);
    made.schema = std::make_unique<const image_schema>(schema_options(options), made.errors);
    made.identities = plan_identities(options);
    append(made.errors, made.identities.errors);
    append(made.errors, complaints_about_limits(options));
    if (!is_digest_algorithm(options.hashing_algorithm))
        made.errors.push_back(fmt::format(
            "[DEFAULT] hashing_algorithm = {} is no hash of hashlib's with a length of its own.",
            options.hashing_algorithm));
    append(made.warnings, made.identities.warnings);
    const char* asked = std::getenv("GLIMT_DIGEST_KERNELS");
    kernel_choice chosen = choose_kernels(asked ? asked : "");
    made.kernels = chosen.kernels;
    if (!chosen.error.empty()) made.errors.push_back(std::move(chosen.error));
    return made;
}

void make_data_folder(const settings& options) {
    if (options.data_dir.empty()) return;
    constexpr auto mode = std::filesystem::perms::owner_all | std::filesystem::perms::group_read |
                          std::filesystem::perms::group_exec;
    std::error_code ec;
    if (std::filesystem::create_directories(options.data_dir, ec))
        std::filesystem::permissions(options.data_dir, mode, ec);
}

database_choice choose_database(const settings& options) {
    database_choice chosen;
    chosen.sqlite.synchronous = options.sqlite_synchronous;
    if (options.database_connection.empty()) {
        chosen.embedded = true;
        if (!options.data_dir.empty()) chosen.sqlite.path = options.data_dir + "/glimt.sqlite";
    } else if (auto path = sqlite_path_of(options.database_connection)) {
        chosen.sqlite.path = std::move(*path);
    } else {
        // The URL is not shown: it holds a password.
        chosen.error =
            "[database] connection is not the URL of an SQLite database (sqlite:////path), the "
            "only kind that glimt can use yet.";
    }
    return chosen;
}

database_choice choose_lasting_database(const settings& options) {
    database_choice chosen = choose_database(options);
    if (chosen.error.empty() && chosen.sqlite.path.empty()) {
        chosen.error =
            "There is no database that would last: set [database] connection or [glimt] data_dir.";
    }
    return chosen;
}

}  // namespace glimt
