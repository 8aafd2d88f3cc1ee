// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// What the operator says of images.
struct image_schema_options {
    std::vector<std::string> container_formats = {"ami", "ari", "aki",    "bare",
                                                  "ovf", "ova", "docker", "compressed"};
    std::vector<std::string> disk_formats = {"ami", "ari",   "aki", "vhd", "vhdx", "vmdk",
                                             "raw", "qcow2", "vdi", "iso", "ploop"};
    bool additional_properties = true;  // allow_additional_image_properties
    std::string custom;                 // the text of schema-image.json; empty without one
};

// Which images there may be: Glance's members, and what schema-image.json adds. Contract 1.5, 1.28.
// Immutable; every shard may read it.
class image_schema {
public:
    // Appends to `errors` what is wrong with schema-image.json, which then adds nothing: the server
    // must not start.
    image_schema(const image_schema_options& options, std::vector<std::string>& errors);

    // /v2/schemas/image and /v2/schemas/images
    const boost::json::object& shown() const noexcept { return shown_; }
    const boost::json::object& collection() const noexcept { return collection_; }

    // The names schema-image.json adds, sorted.
    std::span<const std::string> custom_names() const noexcept { return custom_names_; }
    bool additional_properties() const noexcept { return additional_properties_; }

    // Whether `image` may be created as it is; throws problem(reason::invalid) with Glance's text.
    void check_whole(const boost::json::value& image) const;

    // The same for some members of an image; what is required may be absent.
    void check_part(const boost::json::value& image) const;

private:
    void merge(const boost::json::object& custom, std::vector<std::string>& errors);

    bool additional_properties_;
    std::vector<std::string> custom_names_;
    boost::json::object shown_;
    boost::json::object part_;  // shown_ without what is required
    boost::json::object collection_;
};

}  // namespace glimt
