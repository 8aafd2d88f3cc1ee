// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Metadata definitions as their tables have them (contract 1.27, 4.2). Names are at most 80
// characters; the caller sees to that.
namespace glimt {

struct metadef_namespace {
    std::int64_t id = 0;  // of its row; given by the database
    std::string name;
    std::optional<std::string> display_name, description;
    bool is_public = false;
    bool is_protected = false;
    std::string owner;
    timestamp created_at{}, updated_at{};
};

struct metadef_object {
    std::string name;
    std::optional<std::string> description;
    std::optional<std::string> required;  // names with commas between them
    boost::json::object properties;       // the column json_schema
    timestamp created_at{}, updated_at{};
};

struct metadef_property {
    std::string name;
    boost::json::object schema;  // the column json_schema
    timestamp created_at{}, updated_at{};
};

struct metadef_tag {
    std::string name;
    timestamp created_at{}, updated_at{};
};

// A type that a namespace is about, for whatever has properties: "OS::Nova::Flavor".
struct metadef_association {
    std::string resource_type;
    std::optional<std::string> properties_target, prefix;
    timestamp created_at{}, updated_at{};
};

struct metadef_resource_type {
    std::string name;
    bool is_protected = false;
    timestamp created_at{}, updated_at{};
};

// Everything in a namespace, in the order in which it was made; tags the newest first.
struct metadef_contents {
    std::vector<metadef_object> objects;
    std::vector<metadef_property> properties;
    std::vector<metadef_tag> tags;
    std::vector<metadef_association> associations;
};

struct listed_namespace {
    metadef_namespace value;
    std::vector<metadef_association> associations;
};

enum class namespace_order : std::uint8_t {
    created_at,
    updated_at,
    name,
    display_name,
    description,
    visibility,
    is_protected,
    owner,
    id,
};

// What has a name within a namespace.
enum class metadef_kind : std::uint8_t { object, property, tag };

}  // namespace glimt
