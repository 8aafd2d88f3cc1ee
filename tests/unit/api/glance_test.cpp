// SPDX-License-Identifier: Apache-2.0
//
// Everything a real Glance answered to the requests in tests/data/api/record.py, to the byte.
#include "api_fixture.hpp"

#include <gmock/gmock.h>

#include <map>

using namespace glimt;

namespace {

using headers = std::map<std::string, std::string>;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    return out;
}

bool is_generated_id(std::string_view id) {
    const std::string_view shape = "req-xxxxxxxx-xxxx-4xxx-xxxx-xxxxxxxxxxxx";
    if (id.size() != shape.size()) return false;
    for (std::size_t i = 0; i < id.size(); ++i) {
        const bool hex = std::string_view("0123456789abcdef").find(id[i]) != std::string_view::npos;
        if (shape[i] == 'x' ? !hex : id[i] != shape[i]) return false;
    }
    return true;
}

headers headers_of(const response& answered) {
    headers all;
    for (const response_header& one : answered.headers) {
        const bool unique = all.emplace(lower(one.name), one.value).second;
        EXPECT_TRUE(unique) << one.name;
    }
    if (!answered.without_length) all["content-length"] = std::to_string(answered.text.size());
    std::string& id = all["x-openstack-request-id"];
    if (is_generated_id(id)) id = "req-<uuid>";
    if (id.empty()) all.erase("x-openstack-request-id");
    return all;
}

struct glance_test : glimt::testing::api_fixture {
    // What record.py's SETUPS configure.
    settings setup(std::string_view name) {
        settings made;
        if (name == "cache" || name == "both") made.image_cache_dir = "/var/cache/glance";
        if (name == "stores" || name == "both") made.enabled_backends = {{"fast", "file"}};
        if (name == "endpoint") made.public_endpoint = "https://cloud.example/image/";
        if (name == "proxied") made.enable_proxy_headers_parsing = true;
        if (name == "disabled") made.healthcheck_disable_file = GLIMT_TEST_DATA "/api/glance.json";
        if (name == "keystone") serve_pipeline(made, "context");
        return made;
    }

    static glimt::testing::plain_request request_of(const boost::json::object& row) {
        glimt::testing::plain_request made{
            glimt::testing::text_at(row, "method"), glimt::testing::text_at(row, "target"), {}};
        for (const auto& one : row.at("headers").as_array()) {
            made.headers.emplace_back(one.at(0).as_string(), one.at(1).as_string());
        }
        return made;
    }
};

TEST_F(glance_test, answers_as_glance_does) {
    const auto rows = glimt::testing::read_json("glance.json");
    ASSERT_GT(rows.as_array().size(), 400u);
    for (const auto& one : rows.as_array()) {
        const auto& row = one.as_object();
        const auto asked = request_of(row);
        SCOPED_TRACE(boost::json::serialize(row.at("setup")) + " " + asked.method + " " +
                     asked.target + " " + boost::json::serialize(row.at("headers")));
        options = setup(row.at("setup").as_string());
        const response answered = ask(asked);
        EXPECT_EQ(answered.status, row.at("status").as_int64());
        headers expected;
        for (const auto& [name, value] : row.at("answer").as_object()) {
            expected[std::string(name)] = std::string(value.as_string());
        }
        if (answered.without_length) expected.erase("content-length");
        EXPECT_EQ(headers_of(answered), expected);
        if (asked.method != "HEAD") {
            EXPECT_EQ(answered.text, glimt::testing::text_at(row, "text"));
        }
    }
}

}  // namespace
