// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Metadata definitions (contract 1.27): which properties images, flavors and the like may have, for
// user interfaces. Values; names are at most 80 characters, of the Basic Multilingual Plane, which
// who makes one sees to.
namespace glimt {

struct metadef_namespace {
    std::int64_t id = 0;  // of its row; given by the database
    std::string name;
    std::optional<std::string> display_name, description;
    bool is_public = false;
    bool is_protected = false;
    std::string owner;
    timestamp created_at{};
    std::optional<timestamp> updated_at;  // none of what was loaded and has not changed since
};

struct metadef_object {
    std::string name;
    std::optional<std::string> description;
    // Nothing only in what a client asks for; what is kept has both.
    std::optional<std::vector<std::string>> required;  // a comma in a name ends it
    std::optional<boost::json::object> properties;     // of metadef_property.hpp, by name
    timestamp created_at{};
    std::optional<timestamp> updated_at;
};

struct metadef_property {
    std::string name;
    boost::json::object schema;  // see metadef_property.hpp
    timestamp created_at{};
    std::optional<timestamp> updated_at;
};

struct metadef_tag {
    std::string name;
    timestamp created_at{};
    std::optional<timestamp> updated_at;
};

// A type that a namespace is about, for whatever has properties: "OS::Nova::Flavor".
struct metadef_association {
    std::string resource_type;
    std::optional<std::string> properties_target, prefix;
    timestamp created_at{};
    std::optional<timestamp> updated_at;
};

struct metadef_resource_type {
    std::string name;
    bool is_protected = false;
    timestamp created_at{};
    std::optional<timestamp> updated_at;
};

// Everything in a namespace, in the order in which it was made; tags the newest first.
struct metadef_contents {
    std::vector<metadef_object> objects;
    std::vector<metadef_property> properties;
    std::vector<metadef_tag> tags;
    std::vector<metadef_association> associations;
};

// The prefix that properties get where they are used for that resource type; empty without one.
std::string_view prefix_for(const metadef_contents& contents, std::string_view resource_type);

// Puts it before the name of every property, those of objects included.
void add_prefix(metadef_contents& to, std::string_view prefix);

// One of a list.
struct listed_namespace {
    metadef_namespace value;
    std::vector<metadef_association> associations;
};

}  // namespace glimt
