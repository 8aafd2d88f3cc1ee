// SPDX-License-Identifier: Apache-2.0
#include "image/image_json.hpp"

#include <gtest/gtest.h>

namespace glimt {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view id = "12345678-1234-1234-1234-123456789abc";
constexpr timestamp then =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 10h + 50min + 7s + 999999us;

image some_image() {
    image made;
    made.id = id;
    made.name = "inv";
    made.disk_format = "raw";
    made.container_format = "bare";
    made.min_ram_mb = 4;
    made.owner = "p1";
    made.created_at = made.updated_at = then;
    made.properties = {{"hw_x", "1"}};
    made.tags = {"b", "a"};
    return made;
}

image_location at(std::string url, std::string store) {
    image_location made;
    made.url = std::move(url);
    if (!store.empty()) made.metadata["store"] = store;
    return made;
}

std::string shown(const image& of, const image_view& view = {}) {
    std::string text = "before ";
    append_image(text, of, view);
    EXPECT_TRUE(text.starts_with("before {"));
    return text.substr(7);
}

// Contract, appendix A.
TEST(image_json, shows_the_members_in_the_order_of_glance) {
    EXPECT_EQ(
        shown(some_image()),
        R"({"hw_x": "1", "name": "inv", "disk_format": "raw", "container_format": "bare", )"
        R"("visibility": "shared", "size": null, "virtual_size": null, "status": "queued", )"
        R"("checksum": null, "protected": false, "min_ram": 4, "min_disk": 0, "owner": "p1", )"
        R"("os_hidden": false, "os_hash_algo": null, "os_hash_value": null, )"
        R"("id": "12345678-1234-1234-1234-123456789abc", "created_at": "2026-11-22T10:50:07Z", )"
        R"("updated_at": "2026-11-22T10:50:07Z", "tags": ["b", "a"], )"
        R"("self": "/v2/images/12345678-1234-1234-1234-123456789abc", )"
        R"("file": "/v2/images/12345678-1234-1234-1234-123456789abc/file", )"
        R"("schema": "/v2/schemas/image"})");
}

TEST(image_json, shows_properties_as_texts) {
    const std::string names[] = {"kernel_id"};
    const struct {
        const char* what;
        std::vector<image_property> properties;
        image_view view;
        std::string_view begins;
    } cases[] = {
        {"none", {}, {}, R"({"name": )"},
        {"in their order", {{"b", "1"}, {"a", "2"}}, {}, R"({"b": "1", "a": "2", "name": )"},
        {"null is empty", {{"b", {}}}, {}, R"({"b": "", "name": )"},
        {"null stays null when the schema names it",
         {{"kernel_id", {}}},
         {.schema_names = names},
         R"({"kernel_id": null, "name": )"},
        {"escaped", {{"\"é", "\n\\"}}, {}, R"({"\"é": "\n\\", "name": )"},
        {"two are never shown",
         {{"os_glance_stage_host", "x"}, {"os_glance_hash_op_host", "x"}, {"os_glance_x", "1"}},
         {},
         R"({"os_glance_x": "1", "name": )"},
        {"the image's own members win",
         {{"os_hash_algo", "x"}, {"a", "1"}},
         {},
         R"({"a": "1", "name": )"},
        {"only those of the schema",
         {{"a", "1"}, {"kernel_id", "2"}},
         {.additional_properties = false, .schema_names = names},
         R"({"kernel_id": "2", "name": )"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.what);
        image made = some_image();
        made.properties = each.properties;
        const std::string text = shown(made, each.view);
        EXPECT_EQ(text.substr(0, each.begins.size()), each.begins);
    }
}

TEST(image_json, shows_locations_as_configured) {
    const auto several =
        std::vector{at("u0", ""), at("u1", "cheap"), at("u2", "fast"), at("u3", "best")};
    const struct {
        const char* what;
        std::vector<image_location> locations;
        image_status status;
        image_view view;
        std::string_view locations_text, url, stores;
    } cases[] = {
        {"not at all", several, image_status::active, {}, "", "", ""},
        {"an empty list",
         {},
         image_status::queued,
         {.locations = true, .direct_url = true, .stores = true},
         "[]",
         "",
         ""},
        {"a list",
         {at("u1", "cheap"), at("\"", "")},
         image_status::active,
         {.locations = true},
         R"([{"url": "u1", "metadata": {"store": "cheap"}}, {"url": "\"", "metadata": {}}])",
         "",
         ""},
        {"the first is direct", several, image_status::active, {.direct_url = true}, "", "u0", ""},
        {"stores", several, image_status::active, {.stores = true}, "", "", "cheap,fast,best"},
        {"no store is named", {at("u0", "")}, image_status::active, {.stores = true}, "", "", ""},
        {"deactivated",
         several,
         image_status::deactivated,
         {.locations = true, .direct_url = true, .stores = true},
         "[]",
         "",
         ""},
        {"deactivated, for an admin",
         several,
         image_status::deactivated,
         {.viewer_is_admin = true, .stores = true},
         "",
         "",
         "cheap,fast,best"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.what);
        image made = some_image();
        made.locations = each.locations;
        made.status = each.status;
        std::string expected = R"("updated_at": "2026-11-22T10:50:07Z", )";
        const auto expect = [&](std::string_view name, std::string_view text) {
            if (!text.empty()) ((expected += name) += text) += ", ";
        };
        expect(R"("locations": )", each.locations_text);
        expect(R"("direct_url": ")", each.url.empty() ? "" : std::string(each.url) + '"');
        expected += R"("tags": )";
        const std::string text = shown(made, each.view);
        EXPECT_NE(text.find(expected), std::string::npos) << text;
        const std::string end = each.stores.empty() ? R"("/v2/schemas/image"})"
                                                    : R"("/v2/schemas/image", "stores": ")" +
                                                          std::string(each.stores) + "\"}";
        EXPECT_TRUE(text.ends_with(end)) << text;
    }
}

TEST(image_json, shows_stores_instead_of_a_property_of_that_name) {
    image made = some_image();
    made.properties = {{"stores", "mine"}};
    EXPECT_TRUE(shown(made, {.stores = true}).starts_with(R"({"stores": "mine", "name")"));
    made.locations = {at("u", "fast")};
    const std::string text = shown(made, {.stores = true});
    EXPECT_TRUE(text.starts_with(R"({"stores": "fast", "name")")) << text;
    EXPECT_TRUE(text.ends_with(R"("schema": "/v2/schemas/image"})")) << text;
}

TEST(image_json, lists_pages) {
    const image several[] = {some_image(), some_image()};
    const std::string one = shown(several[0]);
    const struct {
        std::span<const image> images;
        page_links links;
        std::string expected;
    } cases[] = {
        {{},
         {"/v2/images", {}},
         R"({"images": [], "first": "/v2/images", "schema": "/v2/schemas/images"})"},
        {several,
         {"/v2/images?a=\"", "/v2/images?marker=x"},
         R"({"images": [)" + one + ", " + one +
             R"(], "first": "/v2/images?a=\"", "schema": "/v2/schemas/images", )"
             R"("next": "/v2/images?marker=x"})"},
    };
    for (const auto& each : cases) {
        std::string text;
        append_images(text, each.images, {}, each.links);
        EXPECT_EQ(text, each.expected);
    }
}

TEST(image_json, shows_members) {
    const image_member one{std::string(id), "p\"2", member_status::accepted, then, then + 1s};
    constexpr std::string_view expected =
        R"({"member_id": "p\"2", "image_id": "12345678-1234-1234-1234-123456789abc", )"
        R"("status": "accepted", "created_at": "2026-11-22T10:50:07Z", )"
        R"("updated_at": "2026-11-22T10:50:08Z", "schema": "/v2/schemas/member"})";
    std::string text;
    append_member(text, one);
    EXPECT_EQ(text, expected);

    text.clear();
    append_members(text, std::span(&one, 1));
    EXPECT_EQ(text, R"({"members": [)" + std::string(expected) +
                        R"(], "schema": "/v2/schemas/members"})");
    text.clear();
    append_members(text, {});
    EXPECT_EQ(text, R"({"members": [], "schema": "/v2/schemas/members"})");
}

TEST(image_json, writes_times_in_seconds) {
    const struct {
        timestamp when;
        std::string_view expected;
    } cases[] = {
        {timestamp(), "1970-01-01T00:00:00Z"},
        {timestamp(-1us), "1969-12-31T23:59:59Z"},
        {std::chrono::sys_days(std::chrono::year(2024) / 2 / 29) + 23h + 59min + 59s,
         "2024-02-29T23:59:59Z"},
        {std::chrono::sys_days(std::chrono::year(9999) / 12 / 31), "9999-12-31T00:00:00Z"},
    };
    for (const auto& each : cases) {
        std::string text;
        append_time(text, each.when);
        EXPECT_EQ(text, each.expected);
    }
}

}  // namespace
}  // namespace glimt
