// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/metadef.hpp"
#include "image/metadef_json.hpp"

#include <boost/json/value.hpp>

#include <string_view>
#include <vector>

// What clients and files say of metadata definitions (contract 1.27). The read_ functions take a
// body apart; they throw problem: forbidden for members only answers have, invalid for what the
// schema refuses, for what Glance fails on with 500 (1.29), and for names of more than 80
// characters wherever they stand. Owners and times are the caller's to fill in.
namespace glimt {

// POST and PUT of a namespace. The value is not yet to be stored, see check_storable().
struct namespace_draft {
    metadef_namespace value;
    bool has_owner = false;
    metadef_contents contents;
    namespace_view named;  // what of the contents the body names, even if it is empty
};
namespace_draft read_namespace(const boost::json::value& body);

metadef_object read_object(const boost::json::value& body);
metadef_property read_property(const boost::json::value& body);
metadef_tag read_tag(const boost::json::value& body);
metadef_association read_association(const boost::json::value& body);

// {"tags": [{"name": "a"}]}
std::vector<metadef_tag> read_tags(const boost::json::value& body);

// The tag that a path names.
metadef_tag tag_named(std::string_view name);

// A file as glance-manage loads and exports it: a namespace with what is in it. Members that Glance
// does not look at are skipped, and so is null. The owner is "admin" unless the file says.
namespace_draft read_namespace_file(const boost::json::value& file);

// Refuses characters of four bytes, which Glance does last of all. `doing` is what the text begins
// with: "create metadata object".
void check_storable(const metadef_namespace& value, std::string_view doing);
void check_storable(const metadef_contents& value, std::string_view doing);
void check_storable(const metadef_object& value, std::string_view doing);
void check_storable(const metadef_property& value, std::string_view doing);
void check_storable(const metadef_tag& value, std::string_view doing);
void check_storable(const metadef_association& value, std::string_view doing);

}  // namespace glimt
