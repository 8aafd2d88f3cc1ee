// SPDX-License-Identifier: Apache-2.0
#include "config/load.hpp"

#include "config/option_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>
#include <ranges>
#include <span>
#include <system_error>
#include <tuple>
#include <utility>

namespace glimt {

namespace {

constexpr std::string_view limit_group = "oslo_limit";

// The "12" of "file:12"; 0 of a place that is no line.
unsigned line_of(std::string_view where) {
    unsigned line = 0;
    const auto digits = where.substr(where.rfind(':') + 1);
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), line);
    return ec == std::errc() && end == digits.data() + digits.size() ? line : 0;
}

std::string_view file_of(std::string_view where) {
    return line_of(where) ? where.substr(0, where.rfind(':')) : where;
}

// Line by line within each file; files, and other places, in the order they came.
void sort_by_place(std::vector<config_error>& errors) {
    std::vector<std::string> files;
    for (const auto& each : errors)
        if (std::ranges::find(files, file_of(each.where)) == files.end())
            files.emplace_back(file_of(each.where));
    std::ranges::sort(errors, {}, [&](const config_error& each) {
        const auto file = std::ranges::find(files, file_of(each.where));
        return std::tuple(file - files.begin(), line_of(each.where), std::string_view(each.what));
    });
}

std::string folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

// One loading, step by step; the steps are in load() below.
class loading {
public:
    loading(const command& asked, const surroundings& world) : asked_(asked), world_(world) {}

    loaded_settings run() && {
        read_ini();
        read_files();
        layers_.environment = [this](std::string_view name) { return environment(name); };
        layers_.command_line = asked_.overrides;
        read_options();
        note_unknown();
        read_paste();
        note_folders();
        read_schema();
        finish();
        sort_by_place(out_.errors);
        return std::move(out_);
    }

private:
    // The ini comes first: its env lines may say where the other files are.
    void read_ini() {
        auto settings = asked_.ini_settings;
        if (!asked_.ini.empty()) {
            const auto [path, section] = split_ini_argument(asked_.ini);
            if (const auto text = text_of_file(path, true)) {
                auto ini = read_uwsgi_ini(*text, path, section, world_.environment);
                std::ranges::move(ini.errors, std::back_inserter(out_.errors));
                settings.insert(settings.begin(), ini.settings.begin(), ini.settings.end());
            }
        }
        auto outcome = apply_uwsgi(settings, world_.cores);
        std::ranges::move(outcome.errors, std::back_inserter(out_.errors));
        for (const auto& unknown : outcome.unknown)
            if (asked_.strict) out_.errors.push_back({unknown, "unknown, and --strict is given"});
        out_.warnings = std::move(outcome.warnings);
        out_.unknown = std::move(outcome.unknown);
        out_.environment = std::move(outcome.environment);
        layers_.ini = std::move(outcome.overrides);
    }

    std::optional<std::string> environment(std::string_view name) const {
        for (const auto& [variable, value] : out_.environment)
            if (variable == name) return value;
        return world_.environment(name);
    }

    void read_files() {
        for (const auto& source : asked_.sources) {
            if (source.directory) {
                read_folder(source.path, true);
            } else {
                read_config_file(source.path, true);
            }
        }
        if (asked_.sources.empty()) read_usual_files();
    }

    void read_usual_files() {
        const auto named = environment("OS_GLANCE_CONFIG_DIR");
        const auto folder = named ? *named : "/etc/glance";
        read_config_file(folder + "/glance-image-import.conf", false);
        read_config_file(folder + "/glance-api.conf", named.has_value());
        read_folder(folder + "/glance-api.conf.d", false);
        read_config_file("/etc/glimt/glimt.conf", false);
    }

    void read_folder(const std::string& path, bool must_be_there) {
        auto names = world_.list_folder(path);
        if (!names) {
            if (must_be_there) out_.errors.push_back({path, "cannot read this folder"});
            return;
        }
        std::ranges::sort(*names);
        for (const auto& name : *names)
            if (name.ends_with(".conf") && !name.starts_with('.'))
                read_file(fmt::format("{}/{}", path, name), true);
    }

    void read_config_file(const std::string& path, bool must_be_there) {
        config_files_.push_back(path);
        read_file(path, must_be_there);
    }

    void read_file(const std::string& path, bool must_be_there) {
        const auto text = text_of_file(path, must_be_there);
        if (!text) return;
        auto file = read_oslo_ini(*text, path);
        std::ranges::move(file.errors, std::back_inserter(out_.errors));
        layers_.files.push_back(std::move(file));
    }

    std::optional<std::string> text_of_file(const std::string& path, bool must_be_there) {
        std::string text;
        if (const auto ec = world_.read_file(path, text)) {
            const bool absent =
                ec == std::errc::no_such_file_or_directory || ec == std::errc::not_a_directory;
            if (must_be_there || !absent)
                out_.errors.push_back({path, "cannot be read: " + ec.message()});
            return std::nullopt;
        }
        out_.files.push_back(path);
        return text;
    }

    void read_options() {
        const auto shapes = option_shapes();
        const option_lookup lookup(layers_, shapes);
        const auto table = option_table();
        for (std::size_t i = 0; i < table.size(); ++i)
            set(table[i], lookup.find(shapes[i]), out_.values);
        read_credentials(lookup);
        read_limit_identity(lookup);
        read_policy(lookup, shapes);
        out_.values.stores = read_stores(lookup, out_.values, out_.errors);
    }

    // Of a service that asks Keystone in a group of another name.
    void read_credentials(const option_lookup& lookup) {
        const std::string group = normal_section(out_.values.auth_section);
        if (!group.empty()) read_group(lookup, group, glimt::is_credential, out_.values);
    }

    // The same once more, of who asks for limits.
    void read_limit_identity(const option_lookup& lookup) {
        settings read;
        read.interface = "public";
        read_group(lookup, limit_group, is_of_session, read);
        out_.values.limit_identity = read;
    }

    // Options of [keystone_authtoken] that stand in another group.
    void read_group(const option_lookup& lookup, std::string_view group,
                    bool (*belongs)(const option&), settings& into) {
        for (const auto& each : option_table()) {
            if (!belongs(each)) continue;
            const option_shape shape{
                .group = group, .name = each.name, .deprecated = {}, .default_text = {}};
            set(each, lookup.find(shape), into);
        }
    }

    void set(const option& which, const std::optional<found_text>& found, settings& into) {
        if (!found) return;
        auto complaint = found->complaint;
        if (complaint.empty()) complaint = set_option(which, found->text, into);
        if (complaint.empty()) return;
        if (which.secret) complaint = "cannot be read (not shown: a secret; '$' is '$$')";
        out_.errors.push_back({found->where, fmt::format("{}: {}", which.name, complaint)});
    }

    // Of those groups that have options of [keystone_authtoken].
    bool is_credential(std::string_view section, std::string_view name) const {
        const bool of_limits = section == limit_group;
        if (!of_limits && section != normal_section(out_.values.auth_section)) return false;
        const auto belongs = of_limits ? is_of_session : glimt::is_credential;
        return std::ranges::any_of(
            option_table(), [&](const option& each) { return each.name == name && belongs(each); });
    }

    void note_unknown() {
        for (const auto& file : layers_.files)
            for (const auto& entry : file.entries)
                if (!is_option(entry.section, entry.name) &&
                    !is_credential(entry.section, entry.name) &&
                    !is_store_option(entry.section, entry.name, out_.values))
                    note_unknown(file, entry);
    }

    void note_unknown(const ini_file& file, const ini_entry& entry) {
        auto line = fmt::format("{}:{}: [{}] {}", file.path, entry.line, entry.section, entry.name);
        if (const auto near = near_match(entry.section, entry.name); !near.empty())
            line += fmt::format(" (did you mean {}?)", near);
        out_.unknown.push_back(std::move(line));
    }

    // Glance's filters come from the file [paste_deploy] names, else from the one that stands
    // beside its configuration.
    void read_paste() {
        auto& values = out_.values;
        const auto& named = values.paste_config_file;
        const auto name = named.empty() ? "glance-api-paste.ini" : named;
        if (read_beside(name, values.paste_path, values.paste_text)) return read_healthcheck();
        if (!named.empty() && !named.starts_with('/'))
            out_.errors.push_back({named, "is not beside the configuration"});
    }

    // Where oslo.config's find_file looks: what finds rules, again and again, looks there.
    void note_folders() {
        auto& folders = out_.values.config_folders;
        const auto add = [&](std::string folder) {
            if (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
            if (folder.empty()) folder = ".";
            if (std::ranges::find(folders, folder) == folders.end())
                folders.push_back(std::move(folder));
        };
        for (const auto& source : asked_.sources)
            if (source.directory) add(source.path);
        for (const auto& file : config_files_ | std::views::reverse) add(folder_of(file));
        if (const auto home = environment("HOME"); home && !home->empty()) {
            add(*home + "/.glance");
            add(*home);
        }
        add("/etc/glance");
        add("/etc");
    }

    void read_policy(const option_lookup& lookup, std::span<const option_shape> shapes) {
        const auto shape_of = [&](std::string_view name) {
            return *std::ranges::find_if(shapes, [&](const option_shape& each) {
                return each.group == "oslo_policy" && each.name == name;
            });
        };
        auto& values = out_.values;
        values.policy_file_is_named = lookup.find(shape_of("policy_file")).has_value();
        if (const auto all = lookup.find_all(shape_of("policy_dirs")); !all.empty()) {
            values.policy_dirs.clear();
            for (const auto& each : all) values.policy_dirs.push_back(each.text);
        }
    }

    // Properties the operator names; Glance looks for the file where it looks for its rules.
    void read_schema() {
        read_beside("schema-image.json", out_.values.schema_path, out_.values.schema_text);
    }

    // A file at a whole path, else beside one of the configuration files, the last one first.
    // Returns whether it was found.
    bool read_beside(const std::string& name, std::string& path, std::string& text) {
        const auto read = [&](const std::string& from, bool must_be_there) {
            auto found = text_of_file(from, must_be_there);
            if (!found) return false;
            path = from;
            text = std::move(*found);
            return true;
        };
        if (name.starts_with('/')) return read(name, true);
        return std::ranges::any_of(layers_.files | std::views::reverse, [&](const auto& file) {
            return read(folder_of(file.path) + name, false);
        });
    }

    // What oslo's reader dislikes elsewhere is the business of Paste.
    void read_healthcheck() {
        auto& values = out_.values;
        bool by_file = false;
        std::string disable_file;
        const auto file = read_oslo_ini(values.paste_text, values.paste_path);
        for (const auto& entry : file.entries) {
            if (entry.section != "filter:healthcheck" && entry.section != "app:healthcheck")
                continue;
            if (entry.name == "backends")
                by_file = entry.value.find("disable_by_file") != std::string::npos;
            if (entry.name == "disable_by_file_path") disable_file = entry.value;
        }
        if (by_file && values.healthcheck_disable_file.empty())
            values.healthcheck_disable_file = disable_file;
    }

    void finish() {
        auto& values = out_.values;
        if (const auto bytes = read_byte_count(values.user_storage_quota))
            values.user_storage_bytes = *bytes;
        else
            out_.errors.push_back({"[DEFAULT] user_storage_quota",
                                   "is not a number of bytes, or of KB, MB, GB or TB"});
        if (values.remote_content_type != "application/x-www-form-urlencoded" &&
            values.remote_content_type != "application/json")
            out_.errors.push_back({"[oslo_policy] remote_content_type",
                                   "is neither application/x-www-form-urlencoded nor "
                                   "application/json"});
        auto& format = values.property_protection_rule_format;
        std::ranges::transform(format, format.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        if (format != "roles" && format != "policies")
            out_.errors.push_back(
                {"[DEFAULT] property_protection_rule_format", "is neither roles nor policies"});
        values.head_bytes_max = std::max(values.head_bytes_max, values.max_header_line);
        if (!values.listen.empty()) return;
        listen_address address;
        address.host = values.bind_host;
        address.port = values.bind_port;
        values.listen.push_back(std::move(address));
    }

    const command& asked_;
    const surroundings& world_;
    option_layers layers_;
    std::vector<std::string> config_files_;  // named, or usual; not those of folders
    loaded_settings out_;
};

}  // namespace

loaded_settings load(const command& asked, const surroundings& world) {
    return loading(asked, world).run();
}

}  // namespace glimt
