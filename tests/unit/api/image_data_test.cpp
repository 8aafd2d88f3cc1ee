// SPDX-License-Identifier: Apache-2.0
#include "api_fixture.hpp"

#include "api/conditions.hpp"

#include <gmock/gmock.h>

using namespace glimt;
using glimt::testing::value_of;
using ::testing::HasSubstr;

namespace {

constexpr auto id = "00000000-0000-4000-8000-000000000001";
const std::string image_path = std::string("/v2/images/") + id;
const std::string file_path = image_path + "/file";

struct image_data_test : glimt::testing::api_fixture {
    image_data_test() { take_fake_tokens(); }

    static glimt::testing::plain_request request(std::string method, std::string target,
                                                 std::string user = "u1:p1:member,reader") {
        return {std::move(method), std::move(target), {{"X-Auth-Token", std::move(user)}}};
    }

    response with_body(glimt::testing::plain_request asked, std::string text) {
        request_head head = asked.head();
        head.body = body_kind::length;
        head.body_bytes = text.size();
        glimt::testing::text_source body(std::move(text));
        return ask_of(head, body);
    }

    void create(std::string_view more = "") {
        const std::string document = R"({"id": ")" + std::string(id) +
                                     R"(", "disk_format": "raw", "container_format": "bare")" +
                                     std::string(more) + "}";
        ASSERT_EQ(with_body(request("POST", "/v2/images"), document).status, 201u);
    }

    response put(std::string bytes, glimt::testing::header_list more = {},
                 std::string user = "u1:p1:member,reader") {
        auto asked = request("PUT", file_path, std::move(user));
        if (more.empty() || more.front().first != "Content-Type")
            asked.headers.emplace_back("Content-Type", "application/octet-stream");
        for (auto& each : more) asked.headers.push_back(std::move(each));
        return with_body(std::move(asked), std::move(bytes));
    }

    response get(glimt::testing::header_list more = {}, std::string user = "u1:p1:member,reader") {
        auto asked = request("GET", file_path, std::move(user));
        for (auto& each : more) asked.headers.push_back(std::move(each));
        return ask(asked);
    }

    boost::json::object shown() {
        return boost::json::parse(ask(request("GET", image_path)).text).as_object();
    }
};

TEST_F(image_data_test, what_is_put_is_what_is_got) {
    create();
    EXPECT_EQ(get().status, 204u);
    EXPECT_EQ(put("0123456789").status, 204u);
    const auto image = shown();
    EXPECT_EQ(image.at("status"), "active");
    EXPECT_EQ(image.at("size"), 10);
    EXPECT_EQ(image.at("checksum"), "781e5e245d69b566979b86e28d23f2c7");
    const auto answered = get();
    EXPECT_EQ(answered.status, 200u);
    EXPECT_EQ(answered.text, "0123456789");
    EXPECT_EQ(answered.stream_bytes, 10u);
    EXPECT_EQ(value_of(answered, "Content-Type"), "application/octet-stream");
    EXPECT_EQ(value_of(answered, "Content-MD5"), "781e5e245d69b566979b86e28d23f2c7");
    EXPECT_EQ(value_of(answered, "Accept-Ranges"), "bytes");
    EXPECT_EQ(value_of(answered, "ETag"),
              "\"" + std::string(image.at("os_hash_value").as_string()) + "\"");
}

TEST_F(image_data_test, ranges_are_as_glance_has_them) {
    create();
    ASSERT_EQ(put("0123456789").status, 204u);
    const struct {
        const char *name, *value;
        unsigned status;
        const char *text, *content_range;
    } cases[] = {
        {"Range", "bytes=2-5", 206, "2345", "bytes 2-5/10"},
        {"Range", "bytes=7-", 206, "789", "bytes 7-9/10"},
        {"Range", "bytes=-3", 206, "789", "bytes 7-9/10"},
        {"Range", "bytes=0-99", 206, "0123456789", "bytes 0-9/10"},
        {"Range", "bytes=-99", 206, "0123456789", "bytes 0-9/10"},
        {"Range", "bytes=10-", 416, nullptr, "bytes */10"},
        {"Range", "bytes=a-", 416, nullptr, "bytes */10"},
        {"Range", "bytes=0-1,3-4", 400, nullptr, nullptr},
        {"Content-Range", "bytes 2-5/*", 206, "2345", "bytes 2-5/10"},
        {"Content-Range", "bytes */10", 416, nullptr, "bytes */10"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(std::string(c.name) + ": " + c.value);
        const auto answered = get({{c.name, c.value}});
        EXPECT_EQ(answered.status, c.status);
        if (c.text) EXPECT_EQ(answered.text, c.text);
        if (c.content_range) EXPECT_EQ(value_of(answered, "Content-Range"), c.content_range);
    }
}

TEST_F(image_data_test, conditions_are_by_the_multihash) {
    create();
    ASSERT_EQ(put("0123456789").status, 204u);
    const std::string tag = *value_of(get(), "ETag");
    EXPECT_EQ(get({{"If-None-Match", tag}}).status, 304u);
    EXPECT_EQ(get({{"If-None-Match", "\"x\", W/" + tag}}).status, 304u);
    EXPECT_EQ(get({{"If-None-Match", "*"}}).status, 304u);
    EXPECT_EQ(get({{"If-None-Match", "\"x\""}}).status, 200u);
    EXPECT_EQ(get({{"Range", "bytes=0-1"}, {"If-Range", tag}}).status, 206u);
    EXPECT_EQ(get({{"Range", "bytes=0-1"}, {"If-Range", "\"x\""}}).status, 200u);
}

TEST_F(image_data_test, what_cannot_be_put_is_refused) {
    create();
    const struct {
        const char* what;
        glimt::testing::header_list headers;
        std::string user;
        unsigned status;
        const char* text;
    } cases[] = {
        {"a type", {{"Content-Type", "text/plain"}}, "u1:p1:member,reader", 415, "text/plain"},
        {"a size", {{"x-openstack-image-size", "ten"}}, "u1:p1:member,reader", 400, "image-size"},
        {"another size",
         {{"x-openstack-image-size", "4"}},
         "u1:p1:member,reader",
         400,
         "expected 4 bytes, got 3 bytes"},
        {"a stranger", {}, "u2:p2:member,reader", 404, "No image found"},
        {"a reader", {}, "u1:p1:reader", 403, "upload_image"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        const auto answered = put("abc", c.headers, c.user);
        EXPECT_EQ(answered.status, c.status);
        EXPECT_THAT(answered.text, HasSubstr(c.text));
        EXPECT_EQ(shown().at("status"), "queued");
    }
    EXPECT_EQ(put("abc").status, 204u);
    EXPECT_EQ(put("abc").status, 409u);
}

TEST_F(image_data_test, a_quota_is_of_the_project) {
    options.user_storage_bytes = 5;
    create();
    EXPECT_EQ(put("123456").status, 413u);
    EXPECT_EQ(put("12345").status, 204u);
}

TEST_F(image_data_test, deactivated_data_is_for_admins) {
    create();
    ASSERT_EQ(put("abc").status, 204u);
    ASSERT_EQ(
        ask(request("POST", image_path + "/actions/deactivate", "a:p1:admin,member,reader")).status,
        204u);
    EXPECT_EQ(get().status, 403u);
    EXPECT_EQ(get({}, "a:p1:admin,member,reader").text, "abc");
}

TEST_F(image_data_test, deleting_an_image_deletes_its_data) {
    create();
    ASSERT_EQ(put("abc").status, 204u);
    const auto file = std::filesystem::path(folder) / "images" / id;
    EXPECT_TRUE(std::filesystem::exists(file));
    EXPECT_EQ(ask(request("DELETE", image_path)).status, 204u);
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_EQ(get().status, 404u);
}

TEST_F(image_data_test, delayed_deletion_leaves_the_data_to_the_scrubber) {
    options.delayed_delete = true;
    create();
    ASSERT_EQ(put("abc").status, 204u);
    EXPECT_EQ(ask(request("DELETE", image_path)).status, 204u);
    EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(folder) / "images" / id));
}

// The row is there and the file is not: Glance says that there is nothing.
TEST_F(image_data_test, data_that_vanished_is_nothing) {
    create();
    ASSERT_EQ(put("abc").status, 204u);
    std::filesystem::remove(std::filesystem::path(folder) / "images" / id);
    EXPECT_EQ(get().status, 204u);
    EXPECT_EQ(ask(request("DELETE", image_path)).status, 204u);
}

struct named_stores_test : image_data_test {
    named_stores_test() { options.enabled_backends = {{"fast", "file"}, {"cheap", "file"}}; }
};

TEST_F(named_stores_test, a_header_says_which) {
    create();
    EXPECT_EQ(put("abc", {{"x-image-meta-store", "nope"}}).status, 400u);
    EXPECT_EQ(put("abc", {{"x-image-meta-store", "cheap"}}).status, 204u);
    EXPECT_EQ(shown().at("stores"), "cheap");
    EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(folder) / "cheap" / id));
    EXPECT_EQ(get().text, "abc");
}

TEST_F(named_stores_test, the_last_copy_cannot_be_deleted) {
    create();
    ASSERT_EQ(put("abc").status, 204u);
    const auto remove = [&](std::string store) {
        return ask(request("DELETE", "/v2/stores/" + store + "/" + id, "a:p1:admin,member,reader"));
    };
    EXPECT_EQ(remove("fast").status, 403u);
    EXPECT_EQ(remove("cheap").status, 403u);
    EXPECT_EQ(remove("nope").status, 409u);
    EXPECT_EQ(ask(request("DELETE", "/v2/stores/fast/" + std::string(id))).status, 403u);
    EXPECT_EQ(get().text, "abc");
}

TEST_F(named_stores_test, details_are_for_admins) {
    const auto answered = ask(request("GET", "/v2/info/stores/detail", "a:p1:admin,member,reader"));
    EXPECT_EQ(answered.status, 200u);
    EXPECT_THAT(answered.text, HasSubstr("\"type\": \"file\""));
    EXPECT_THAT(answered.text, HasSubstr("\"thin_provisioning\": false"));
    EXPECT_EQ(ask(request("GET", "/v2/info/stores/detail")).status, 403u);
}

// Puts one more location behind those the image has.
struct several_places_test : named_stores_test {
    void add_location(std::string url, boost::json::object metadata) {
        auto body = [&]() -> task<> {
            const catalog_viewer admin{.project = {}, .is_admin = true};
            const auto before = co_await images.find(id, admin);
            image after = *before;
            image_location& added = after.locations.emplace_back();
            added.url = std::move(url);
            added.metadata = std::move(metadata);
            co_await images.save(*before, after, before->status);
        };
        run(body());
    }

    response remove_from(const std::string& store) {
        return ask(request("DELETE", "/v2/stores/" + store + "/" + id, "a:p1:admin,member,reader"));
    }

    std::string file_in(const std::string& store) const { return folder + "/" + store + "/" + id; }
};

// The heaviest store serves; a location that names no store gets its name (contract 4.6).
TEST_F(several_places_test, the_heaviest_store_comes_first) {
    options.stores = with_stores(options).stores;
    options.stores[1].weight = 100;
    create();
    ASSERT_EQ(put("abc").status, 204u);
    add_location("file://" + file_in("cheap"), {});
    EXPECT_EQ(shown().at("stores"), "cheap,fast");
}

TEST_F(several_places_test, one_of_two_copies_can_be_deleted) {
    create();
    ASSERT_EQ(put("abc").status, 204u);
    std::filesystem::copy(file_in("fast"), file_in("cheap"));
    add_location("file://" + file_in("cheap"), {{"store", "cheap"}});
    EXPECT_EQ(remove_from("fast").status, 204u);
    EXPECT_FALSE(std::filesystem::exists(file_in("fast")));
    EXPECT_EQ(shown().at("stores"), "cheap");
    EXPECT_EQ(get().text, "abc");
}

TEST_F(several_places_test, data_that_another_location_names_stays) {
    create();
    ASSERT_EQ(put("abc").status, 204u);
    add_location("file://" + file_in("fast"), {{"store", "cheap"}});
    EXPECT_EQ(remove_from("cheap").status, 204u);
    EXPECT_EQ(shown().at("stores"), "fast");
    EXPECT_EQ(get().text, "abc");
}

TEST_F(several_places_test, with_delayed_deletion_the_copy_is_left_to_the_scrubber) {
    options.delayed_delete = true;
    create();
    ASSERT_EQ(put("abc").status, 204u);
    std::filesystem::copy(file_in("fast"), file_in("cheap"));
    add_location("file://" + file_in("cheap"), {{"store", "cheap"}});
    EXPECT_EQ(remove_from("cheap").status, 204u);
    EXPECT_EQ(shown().at("stores"), "fast");
    EXPECT_TRUE(std::filesystem::exists(file_in("cheap")));
}

TEST(entity_tag, is_of_plain_letters_only) {
    image of;
    EXPECT_EQ(entity_tag(of), "");
    of.os_hash_value = "ab12";
    EXPECT_EQ(entity_tag(of), "\"ab12\"");
    of.os_hash_value = "a\"\r\nX: y";
    EXPECT_EQ(entity_tag(of), "");
}

}  // namespace
