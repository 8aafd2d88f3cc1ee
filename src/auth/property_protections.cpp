// SPDX-License-Identifier: Apache-2.0
#include "auth/property_protections.hpp"

#include "auth/names.hpp"
#include "auth/operator_files.hpp"
#include "auth/paste_ini.hpp"
#include "core/problem.hpp"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace glimt {
namespace {

constexpr std::array<std::string_view, 4> operations = {"create", "read", "update", "delete"};

bool has(const std::vector<std::string>& list, std::string_view item) {
    return std::ranges::find(list, item) != list.end();
}

std::unique_ptr<const re2::RE2> pattern_of(const std::string& text) {
    re2::RE2::Options quiet;
    quiet.set_log_errors(false);
    return std::make_unique<const re2::RE2>(text, quiet);
}

}  // namespace

// Reads the file, as Python's configparser would and Glance then does.
class protections_reader {
public:
    protections_reader(std::string_view path, bool by_policies, std::vector<std::string>& errors)
        : path_(path), by_policies_(by_policies), errors_(errors) {}

    property_protections read(std::string_view text) && {
        const auto file = read_paste_ini(text, path_);
        for (const auto& error : file.errors) errors_.push_back(to_string(error));
        allow_own_names();
        bool found = false;
        for (const auto& section : file.sections) {
            if (section == "DEFAULT") continue;
            found = true;
            if (!section.starts_with("os_glance")) take(file, section);
        }
        if (!found) fail("it has no [section]");
        return std::move(out_);
    }

private:
    using permission = property_protections::permission;

    void fail(std::string_view what) { errors_.push_back(fmt::format("{}: {}", path_, what)); }

    // What Glance itself keeps in properties is beyond the operator.
    void allow_own_names() {
        auto& own = out_.sections_.emplace_back();
        own.pattern = pattern_of("^os_glance");
        for (auto& each : own.permissions) each.type = permission::kind::everybody;
    }

    void take(const paste_ini& file, const std::string& name) {
        auto& made = out_.sections_.emplace_back();
        made.pattern = pattern_of(name);
        if (!made.pattern->ok())
            fail(fmt::format("[{}] is no regular expression that RE2 knows: {}", name,
                             made.pattern->error()));
        for (std::size_t i = 0; i < operations.size(); ++i) {
            const auto value = value_of(file, name, operations[i]);
            if (!value) {
                fail(fmt::format("[{}] does not say who may {}", name, operations[i]));
            } else if (value->find('%') != value->npos) {
                fail(fmt::format("[{}] {}: '%' is not for names", name, operations[i]));
            } else {
                made.permissions[i] = permission_of(name, operations[i], *value);
            }
        }
    }

    // Names are compared without regard to case, and [DEFAULT] speaks for every section.
    static std::optional<std::string_view> value_of(const paste_ini& file, std::string_view section,
                                                    std::string_view operation) {
        std::optional<std::string_view> fallback;
        for (const auto& each : file.entries) {
            if (lower(each.name) != operation) continue;
            if (each.section == section) return each.value;
            if (each.section == "DEFAULT") fallback = each.value;
        }
        return fallback;
    }

    permission permission_of(const std::string& section, std::string_view operation,
                             std::string_view value) {
        permission made;
        if (value.empty()) return made;
        auto names = names_of(value);
        if (by_policies_ && names.size() > 1) {
            fail(fmt::format("[{}] {}: more than one policy; a policy can name others", section,
                             operation));
        } else if (has(names, "@") && has(names, "!")) {
            fail(fmt::format("[{}] {}: '@' and '!' exclude each other", section, operation));
        } else if (has(names, "@")) {
            made.type = permission::kind::everybody;
        } else if (has(names, "!")) {
            made.type = permission::kind::nobody;
        } else if (by_policies_) {
            made.type = permission::kind::policy;
            made.rule = fmt::format("{}:{}", section, operation);
            out_.rules_.push_back({made.rule, fmt::format("rule:{}", value), path_});
        } else {
            made.type = permission::kind::roles;
            for (const auto& each : names) made.roles.push_back(lower(each));
        }
        return made;
    }

    std::string path_;
    bool by_policies_;
    std::vector<std::string>& errors_;
    property_protections out_;
};

property_protections::property_protections() = default;
property_protections::property_protections(property_protections&&) noexcept = default;
property_protections& property_protections::operator=(property_protections&&) noexcept = default;
property_protections::~property_protections() = default;

// Roles of the service that asks for the user count as the user's.
task<property_access> property_protections::access_of(const permissions& rules,
                                                      const request_context& caller) const {
    property_access access;
    if (!protects()) co_return access;
    access.by_ = this;
    const auto has_role = [&](const std::string& role) {
        return has(caller.roles, role) || has(caller.service_roles, role);
    };
    const attribute_target nothing({});
    for (const auto& section : sections_) {
        auto& allowed = access.allowed_.emplace_back();
        for (std::size_t i = 0; i < allowed.size(); ++i) {
            const auto& asked = section.permissions[i];
            switch (asked.type) {
                case permission::kind::nobody: break;
                case permission::kind::everybody: allowed[i] = true; break;
                case permission::kind::roles:
                    allowed[i] = std::ranges::any_of(asked.roles, has_role);
                    break;
                case permission::kind::policy:
                    allowed[i] = co_await rules.allows_named(asked.rule, nothing, caller);
                    break;
            }
        }
    }
    access.allowed_.emplace_back();
    co_return access;
}

property_protections parse_property_protections(std::string_view text, std::string_view path,
                                                bool by_policies,
                                                std::vector<std::string>& errors) {
    return protections_reader(path, by_policies, errors).read(text);
}

property_protections read_property_protections(const settings& options,
                                               std::vector<std::string>& errors) {
    const auto& name = options.property_protection_file;
    if (name.empty()) return {};
    const auto path = find_operator_file(options, name);
    if (!path) {
        errors.push_back(fmt::format("property_protection_file: there is no file {}", name));
        return {};
    }
    const auto text = read_operator_file(*path, errors);
    if (!text) return {};
    const bool by_policies = options.property_protection_rule_format == "policies";
    return parse_property_protections(*text, *path, by_policies, errors);
}

bool property_access::may(property_operation what, std::string_view name) const {
    return !by_ || permitted_for(name)[static_cast<std::size_t>(what)];
}

const property_access::permitted& property_access::permitted_for(std::string_view name) const {
    if (const auto known = sections_.find(name); known != sections_.end())
        return allowed_[known->second];
    const auto& sections = by_->sections_;
    const auto found = std::ranges::find_if(sections, [&](const auto& each) {
        return re2::RE2::PartialMatch(re2::StringPiece(name.data(), name.size()), *each.pattern);
    });
    const auto index = static_cast<std::size_t>(found - sections.begin());
    sections_.emplace(name, index);
    return allowed_[index];
}

void property_access::enforce(property_operation what, std::string_view name) const {
    if (!may(what, name))
        throw problem(reason::forbidden, fmt::format("Attribute '{}' is reserved.", name));
}

void property_access::hide_unreadable(image& in) const {
    if (!by_) return;
    std::erase_if(in.properties, [this](const image_property& each) {
        return !may(property_operation::read, each.name);
    });
}

}  // namespace glimt
