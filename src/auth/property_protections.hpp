// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/permissions.hpp"
#include "config/settings.hpp"
#include "image/image.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace re2 {
class RE2;
}

namespace glimt {

enum class property_operation : std::uint8_t { create, read, update, remove };

class property_access;

// property_protection_file (contract 3.5): who may do what with custom properties, by their names.
// Each section is a regular expression (RE2's, which is Python's but for back references and
// looking around), and the first that is found in a name decides. Thread-safe: never changed.
class property_protections {
public:
    property_protections();  // nothing is protected
    property_protections(property_protections&&) noexcept;
    property_protections& operator=(property_protections&&) noexcept;
    ~property_protections();

    bool protects() const noexcept { return !sections_.empty(); }

    // Of the format `policies`: what the rules of access_of() are called, and that they are the
    // operator's.
    const std::vector<policy_override>& rules() const noexcept { return rules_; }

    // What this caller may do. Refers to *this.
    task<property_access> access_of(const permissions& rules, const request_context& caller) const;

private:
    friend class property_access;
    friend class protections_reader;

    // One value of the file.
    struct permission {
        enum class kind : std::uint8_t { nobody, everybody, roles, policy };
        kind type = kind::nobody;
        std::vector<std::string> roles;  // in lower case
        std::string rule;                // its name among rules()
    };
    struct section {
        std::unique_ptr<const re2::RE2> pattern;
        std::array<permission, 4> permissions;  // by property_operation
    };

    std::vector<section> sections_;
    std::vector<policy_override> rules_;
};

// Reads the file that the options name, if they name one. With a line in `errors` for each thing
// that is wrong with it. Blocks.
property_protections read_property_protections(const settings& options,
                                               std::vector<std::string>& errors);

// The same from its text.
property_protections parse_property_protections(std::string_view text, std::string_view path,
                                                bool by_policies, std::vector<std::string>& errors);

// What one caller may do with custom properties. Refers to the protections.
class property_access {
public:
    property_access() = default;  // everything

    bool protects() const noexcept { return by_ != nullptr; }
    bool may(property_operation what, std::string_view name) const;

    // Throws problem(reason::forbidden) in Glance's words.
    void enforce(property_operation what, std::string_view name) const;

    // Takes away what may not be read.
    void hide_unreadable(image& in) const;

private:
    friend class property_protections;

    using permitted = std::array<bool, 4>;  // by property_operation

    const permitted& permitted_for(std::string_view name) const;

    struct name_hash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    const property_protections* by_ = nullptr;
    std::vector<permitted> allowed_;  // section by section, then by none of them
    // The sections of names that were asked for: images of a list have the same again and again.
    mutable std::unordered_map<std::string, std::size_t, name_hash, std::equal_to<>> sections_;
};

}  // namespace glimt
