// SPDX-License-Identifier: Apache-2.0
#include "catalog/metadef_rows.hpp"

#include "catalog/database_time.hpp"
#include "catalog/image_rows.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace glimt {
namespace {

boost::json::object object_in(const sql_cell& value) {
    boost::json::parse_options lenient;
    lenient.max_depth = 64;
    boost::json::error_code ec;
    auto parsed = boost::json::parse(text_in(value).value_or("{}"), ec, {}, lenient);
    if (!ec && parsed.is_null()) return {};  // of an object that was loaded without properties
    if (ec || !parsed.is_object())
        throw std::runtime_error("the database holds no JSON object in the column json_schema");
    return std::move(parsed.get_object());
}

std::optional<timestamp> time_or_nothing_in(const sql_cell& value) {
    if (!text_in(value)) return std::nullopt;
    return time_in(value);
}

// "a,b"
std::vector<std::string> names_in(std::string_view text) {
    std::vector<std::string> names;
    if (text.empty()) return names;
    for (;;) {
        const std::size_t comma = std::min(text.find(','), text.size());
        names.emplace_back(text.substr(0, comma));
        if (comma == text.size()) return names;
        text.remove_prefix(comma + 1);
    }
}

// The columns that most tables begin with here: a name, created_at, updated_at.
template <class Made>
void take_name_and_times(const sql_row& row, std::string& name, Made& made) {
    name = text_in(row[0]).value_or("");
    made.created_at = time_in(row[1]);
    made.updated_at = time_or_nothing_in(row[2]);
}

}  // namespace

sql_value sql_time(const std::optional<timestamp>& when) {
    if (!when) return {};
    return to_database_time(*when);
}

metadef_namespace namespace_of(const sql_row& row) {
    metadef_namespace made;
    made.id = number_in(row[0]).value_or(0);
    made.name = text_in(row[1]).value_or("");
    made.display_name = text_in(row[2]);
    made.description = text_in(row[3]);
    made.is_public = text_in(row[4]) == "public";
    made.is_protected = number_in(row[5]).value_or(0) != 0;
    made.owner = text_in(row[6]).value_or("");
    made.created_at = time_in(row[7]);
    made.updated_at = time_or_nothing_in(row[8]);
    return made;
}

metadef_object object_of(const sql_row& row) {
    metadef_object made;
    take_name_and_times(row, made.name, made);
    made.description = text_in(row[3]);
    made.required = names_in(text_in(row[4]).value_or(""));
    made.properties = object_in(row[5]);
    return made;
}

metadef_property property_of(const sql_row& row) {
    metadef_property made;
    take_name_and_times(row, made.name, made);
    made.schema = object_in(row[3]);
    return made;
}

metadef_tag tag_of(const sql_row& row) {
    metadef_tag made;
    take_name_and_times(row, made.name, made);
    return made;
}

metadef_association association_of(const sql_row& row) {
    metadef_association made;
    take_name_and_times(row, made.resource_type, made);
    made.properties_target = text_in(row[3]);
    made.prefix = text_in(row[4]);
    return made;
}

metadef_resource_type resource_type_of(const sql_row& row) {
    metadef_resource_type made;
    take_name_and_times(row, made.name, made);
    made.is_protected = number_in(row[3]).value_or(0) != 0;
    return made;
}

}  // namespace glimt
