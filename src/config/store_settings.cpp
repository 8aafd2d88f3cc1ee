// SPDX-License-Identifier: Apache-2.0
#include "config/store_settings.hpp"

#include "config/config_error.hpp"
#include "config/option_lookup.hpp"
#include "config/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <variant>

namespace glimt {
namespace {

struct store_option {
    using target =
        std::variant<std::string store_settings::*, bool store_settings::*,
                     std::int64_t store_settings::*, std::uint64_t store_settings::*,
                     dictionary store_settings::*, std::vector<std::string> store_settings::*>;

    std::string_view name;
    target into;
    limits within = {};
    bool repeated = false;  // each line adds an item (oslo's MultiStrOpt)
};

constexpr std::int64_t int_max = std::numeric_limits<std::int32_t>::max();

// A new option of a store is one field of store_settings and one line here.
constexpr store_option table[] = {
    {"store_description", &store_settings::store_description},
    {"weight", &store_settings::weight, {-int_max, int_max}},
    {"filesystem_store_datadir", &store_settings::filesystem_store_datadir},
    {"filesystem_store_datadirs", &store_settings::filesystem_store_datadirs, {}, true},
    {"filesystem_store_metadata_file", &store_settings::filesystem_store_metadata_file},
    {"filesystem_store_file_perm", &store_settings::filesystem_store_file_perm, {0, 777}},
    {"filesystem_store_chunk_size", &store_settings::filesystem_store_chunk_size, {1, int_max}},
    {"filesystem_thin_provisioning", &store_settings::filesystem_thin_provisioning},
    {"https_insecure", &store_settings::https_insecure},
    {"https_ca_certificates_file", &store_settings::https_ca_certificates_file},
    {"http_proxy_information", &store_settings::http_proxy_information},
};

// Glance's; which of them are there yet is what store/ knows.
constexpr std::array<std::string_view, 7> drivers = {"file",  "http",   "rbd",   "s3",
                                                     "swift", "cinder", "vmware"};
constexpr std::string_view reserved_prefix = "os_glance_";

class reading {
public:
    reading(const option_lookup& lookup, std::vector<config_error>& errors)
        : lookup_(lookup), errors_(errors) {}

    // Looks in the groups in turn.
    void fill(store_settings& store, std::initializer_list<std::string_view> groups) {
        for (const store_option& each : table) {
            for (const std::string_view group : groups)
                if (set(store, each, group)) break;
        }
    }

private:
    bool set(store_settings& store, const store_option& option, std::string_view group) {
        const option_shape shape{
            .group = group, .name = option.name, .deprecated = {}, .default_text = {}};
        if (option.repeated) return set_repeated(store, option, shape);
        const auto found = lookup_.find(shape);
        if (!found) return false;
        auto complaint = found->complaint;
        if (complaint.empty()) {
            complaint = std::visit(
                [&](auto member) { return read_value(found->text, option.within, store.*member); },
                option.into);
        }
        note(option, *found, complaint);
        return true;
    }

    bool set_repeated(store_settings& store, const store_option& option,
                      const option_shape& shape) {
        const auto all = lookup_.find_all(shape);
        auto& into = store.*std::get<std::vector<std::string> store_settings::*>(option.into);
        for (const found_text& each : all) {
            note(option, each, each.complaint);
            into.push_back(each.text);
        }
        return !all.empty();
    }

    void note(const store_option& option, const found_text& found, const std::string& complaint) {
        if (complaint.empty()) return;
        errors_.push_back({found.where, fmt::format("{}: {}", option.name, complaint)});
    }

    const option_lookup& lookup_;
    std::vector<config_error>& errors_;
};

}  // namespace

std::vector<store_settings> read_stores(const option_lookup& lookup, const settings& values,
                                        std::vector<config_error>& errors) {
    std::vector<store_settings> stores;
    reading from(lookup, errors);
    const bool several = !values.enabled_backends.empty();
    const std::string_view where = several ? "[DEFAULT] enabled_backends" : "[glance_store] stores";
    const auto add = [&](std::string id, const std::string& driver,
                         std::initializer_list<std::string_view> groups) {
        if (std::ranges::find(drivers, driver) == drivers.end())
            errors.push_back({std::string(where), fmt::format("'{}' is no store driver", driver)});
        store_settings& made = stores.emplace_back();
        made.is_default = several ? id == values.default_backend : driver == values.default_store;
        made.id = std::move(id);
        made.driver = driver;
        from.fill(made, groups);
    };
    for (const auto& [id, driver] : values.enabled_backends) {
        if (id.starts_with(reserved_prefix))
            errors.push_back({std::string(where), fmt::format("'{}' is a reserved name", id)});
        const std::string group = normal_section(id);
        add(id, driver, {group, "backend_defaults"});
    }
    if (!several)
        for (const auto& driver : values.glance_stores) add({}, driver, {"glance_store"});
    if (!std::ranges::any_of(stores, &store_settings::is_default)) {
        errors.push_back(several ? config_error{"[glance_store] default_backend",
                                                "must be one of enabled_backends"}
                                 : config_error{"[glance_store] default_store",
                                                "must be one of [glance_store] stores"});
    }
    return stores;
}

bool is_store_option(std::string_view section, std::string_view name, const settings& values) {
    const bool is_group = section == "glance_store" || section == "backend_defaults" ||
                          std::ranges::any_of(values.enabled_backends, [&](const auto& each) {
                              return normal_section(each.first) == section;
                          });
    return is_group &&
           std::ranges::any_of(table, [&](const store_option& each) { return each.name == name; });
}

}  // namespace glimt
