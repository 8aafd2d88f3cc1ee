// SPDX-License-Identifier: Apache-2.0
// What a real Glance answered to POST and PATCH of images, and what we answer.

#include "core/problem.hpp"
#include "image/image_input.hpp"
#include "image/image_json.hpp"
#include "image/image_patch.hpp"
#include "image/json_text.hpp"
#include "image/request_json.hpp"

#include "golden.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

namespace glimt {
namespace {

namespace json = boost::json;

// One of the configurations record.py starts Glance with.
struct setup {
    image_schema schema;
    image_view view;
    patch_rules rules;
};

std::string shipped_schema() {
    const json::value rows = golden("schemas.json");
    json::object custom;
    for (const json::value& row : rows.get_array()) {
        const json::value shown = json::parse(text_of(row, "text"));
        for (const auto& each : shown.at("properties").get_object()) {
            if (each.value().is_object() && each.value().get_object().contains("is_base")) {
                custom[each.key()] = each.value();
            }
        }
    }
    std::string text;
    append_json(text, custom);
    return text;
}

setup setup_named(std::string_view name) {
    image_schema_options options;
    options.additional_properties = name != "strict";
    if (name == "strict" || name == "custom") options.custom = shipped_schema();
    std::vector<std::string> errors;
    setup made{image_schema(options, errors), {}, {}};
    EXPECT_TRUE(errors.empty());
    made.view.viewer_is_admin = true;
    made.view.additional_properties = options.additional_properties;
    made.view.locations = made.view.direct_url = name == "locations";
    made.rules.locations_are_shown = name == "locations";
    if (name == "few") made.rules.limits = {.properties = 2, .tags = 2, .locations = 2};
    if (name == "locations") made.rules.limits.locations = 3;
    return made;
}

const setup& setup_of(const json::value& row) {
    static std::map<std::string, setup> all;
    const std::string name = text_of(row, "setup");
    auto found = all.find(name);
    if (found == all.end()) found = all.emplace(name, setup_named(name)).first;
    found->second.view.schema_names = found->second.schema.custom_names();
    return found->second;
}

// As api/errors.cpp answers, without a Content-Type.
std::string answer_of(const problem& why) {
    const std::map<reason, std::pair<std::string, std::string>> known = {
        {reason::invalid, {"400 Bad Request", ""}},
        {reason::forbidden, {"403 Forbidden", "Access was denied to this resource."}},
        {reason::conflict,
         {"409 Conflict", "There was a conflict when trying to complete your request."}},
        {reason::too_large, {"413 Request Entity Too Large", ""}},
        {reason::unsupported, {"415 Unsupported Media Type", ""}},
    };
    const auto& [title, sentence] = known.at(why.why());
    std::string detail = why.detail();
    std::ranges::replace(detail, '\n', ' ');
    if (why.how() == layout::text_only) return title + "\n\n" + detail + "\n\n   ";
    return title + "\n\n" + sentence + "\n\n " + detail + "  ";
}

// An answer without what two servers cannot agree on: times, the order of tags (a set in Glance),
// and what Glance leaves in locations that it shows before it loads them again.
std::string comparable(const std::string& text) {
    if (!text.starts_with('{')) return text;
    json::value parsed = json::parse(text);
    json::object& object = parsed.get_object();
    object["created_at"] = object["updated_at"] = "<time>";
    json::array& tags = object["tags"].get_array();
    std::sort(tags.begin(), tags.end(), [](const json::value& a, const json::value& b) {
        return a.get_string() < b.get_string();
    });
    if (json::value* const locations = object.if_contains("locations")) {
        for (json::value& each : locations->get_array()) {
            each = {{"url", each.at("url")}, {"metadata", each.at("metadata")}};
        }
    }
    std::string out;
    append_json(out, parsed);
    return out;
}

// record.py kept only the first line of what jsonschema says.
void expect_same(const std::string& ours, const std::string& theirs) {
    if (theirs.find("does not match schema") == std::string::npos) {
        EXPECT_EQ(comparable(ours), comparable(theirs));
        return;
    }
    std::string ours_begins = ours.substr(0, ours.rfind("\n\n   "));
    EXPECT_EQ(ours_begins, theirs.substr(0, theirs.rfind("\n\n   ")));
}

std::string shown(const image& of, const setup& with) {
    std::string text;
    append_image(text, of, with.view);
    return text;
}

image created(std::string_view body, const setup& with) {
    image_draft draft = read_image(parse_request_json(body), with.schema);
    if (!draft.has_owner) draft.asked_for.owner = "p1";
    image made = make_image(std::move(draft), with.rules.limits);
    made.id = "<id>";
    return made;
}

std::string answer_to_post(const json::value& row) {
    const setup& with = setup_of(row);
    try {
        return shown(created(text_of(row, "body"), with), with);
    } catch (const problem& why) {
        return answer_of(why);
    }
}

image start_of(const json::value& row, const setup& with) {
    std::string body;
    append_json(body, row.at("state"));
    image start = created(body, with);
    if (row.at("active").get_bool()) start.status = image_status::active;
    return start;
}

std::string answer_to_patch(const json::value& row) {
    const setup& with = setup_of(row);
    patched_image patched;
    const image start = patched.value = start_of(row, with);
    try {
        patch_rules rules = with.rules;
        rules.viewer_is_admin = row.at("admin").get_bool();
        rules.media = patch_media_of(text_of(row, "media"));
        const auto changes =
            read_patch(parse_request_json(text_of(row, "body")), rules.media, with.schema);
        for (const image_change& each : changes) {
            (void)permission_for(each, rules);
            apply(each, rules, patched);
            // The store's part: all that record.py serves has four bytes.
            if (!patched.added_locations.empty() && !patched.value.size_bytes) {
                patched.value.size_bytes = 4;
            }
        }
        check_patched(start, patched.value, rules);
        return shown(patched.value, with);
    } catch (const problem& why) {
        return answer_of(why);
    }
}

std::string bad(std::string_view why) {
    return "400 Bad Request\n\n" + std::string(why) + "\n\n   ";
}
std::string denied(std::string_view name, std::string_view what) {
    return "403 Forbidden\n\nAttribute '" + std::string(name) + "' is " + std::string(what) +
           ".\n\n   ";
}

// Where we answer otherwise, and why.
const std::map<std::string, std::string>& sane_posts() {
    static const std::map<std::string, std::string> sane = {
        {"[]", bad("Request body must be a JSON object.")},  // 500
        // Read-only attributes, which 25.1 takes for properties and then never shows.
        {R"({"os_hash_algo": "sha512"})", denied("os_hash_algo", "read-only")},
        {R"({"os_hash_algo": null})", denied("os_hash_algo", "read-only")},
        {R"({"os_hash_value": "x"})", denied("os_hash_value", "read-only")},
        // 500: Python's "$" lets a newline follow.
        {R"({"id": "12345678-1234-1234-1234-123456789abc\n"})",
         bad(R"(Provided object does not match schema 'image': )"
             R"('12345678-1234-1234-1234-123456789abc\n' does not match )"
             R"('^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-)"
             R"(([0-9a-fA-F]){12}$')")},
        // Of two equal errors Glance names one at random.
        {R"({"hw_x": 5, "hw_y": 6})",
         bad("Provided object does not match schema 'image': 5 is not of type 'string'")},
    };
    return sane;
}

std::string sane_patch(const json::value& row) {
    const std::string body = text_of(row, "body");
    for (const char* name : {"stores", "member", "extra_properties", "image_id"}) {
        // 200 without effect, or 500.
        if (body.find("\"path\": \"/" + std::string(name) + "\"") != std::string::npos) {
            return denied(name, "reserved");
        }
    }
    // A name no database but SQLite can keep.
    if (body.find("\"/" + std::string(256, 'x') + "\", \"value\"") != std::string::npos) {
        return bad("Custom property should not be greater than 255 characters.");
    }
    // The name of a method of Glance's object; here a name like any other.
    if (body == R"([{"op": "add", "path": "/delete", "value": "x"}])") return answer_to_patch(row);
    if (body == R"([{"op": "replace", "path": "/delete", "value": "x"}])" ||
        body == R"([{"op": "remove", "path": "/delete"}])") {
        return "409 Conflict\n\nThere was a conflict when trying to complete your request.\n\n "
               "Property delete does not exist.  ";
    }
    return {};
}

TEST(answers, to_posts_are_those_of_glance) {
    const json::value all = golden("answers.json");
    ASSERT_GT(all.at("post").get_array().size(), 150);
    for (const json::value& row : all.at("post").get_array()) {
        SCOPED_TRACE(text_of(row, "setup") + " " + text_of(row, "body").substr(0, 200));
        const auto sane = sane_posts().find(text_of(row, "body"));
        const bool differs = sane != sane_posts().end();
        expect_same(answer_to_post(row), differs ? sane->second : text_of(row, "text"));
    }
}

TEST(answers, to_patches_are_those_of_glance) {
    const json::value all = golden("answers.json");
    ASSERT_GT(all.at("patch").get_array().size(), 400);
    for (const json::value& row : all.at("patch").get_array()) {
        SCOPED_TRACE(text_of(row, "setup") + " " + text_of(row, "media") + " " +
                     text_of(row, "body").substr(0, 300));
        const std::string sane = sane_patch(row);
        const std::string ours = answer_to_patch(row);
        if (row.at("status") == 415) {
            EXPECT_TRUE(ours.starts_with("415"));
        } else {
            expect_same(ours, sane.empty() ? text_of(row, "text") : sane);
        }
    }
}

}  // namespace
}  // namespace glimt
