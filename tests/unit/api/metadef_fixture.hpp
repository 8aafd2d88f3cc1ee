// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api_fixture.hpp"

namespace glimt::testing {

// An api whose callers make and read metadata definitions.
struct metadef_fixture : api_fixture {
    const char* const admin = "root:cloud:admin,member,reader";
    const char* const owner = "alice:ours:member,reader";
    const char* const stranger = "bob:theirs:member,reader";
    const char* const roleless = "frank:ours:guest";

    metadef_fixture() { take_fake_tokens(); }

    // `path` is below /v2/metadefs.
    response ask_as(const char* token, const char* method, const std::string& path,
                    std::string body = "") {
        return ask_with({method, "/v2/metadefs" + path, {{"X-Auth-Token", token}}},
                        std::move(body));
    }

    // What an admin's successful request makes, as JSON.
    boost::json::value make(const std::string& path, std::string body) {
        const response made = ask_as(admin, "POST", path, std::move(body));
        EXPECT_EQ(made.status, 201u) << made.text;
        return made.status == 201 ? boost::json::parse(made.text) : boost::json::value();
    }

    // A namespace of the owner's project.
    void make_namespace(const std::string& name, const std::string& visibility = "public",
                        bool is_protected = false) {
        make("/namespaces", R"({"namespace": ")" + name + R"(", "owner": "ours", "visibility": ")" +
                                visibility + R"(", "protected": )" +
                                (is_protected ? "true" : "false") + "}");
    }

    boost::json::value read(const std::string& path) {
        const response got = ask_as(admin, "GET", path);
        EXPECT_EQ(got.status, 200u) << got.text;
        return boost::json::parse(got.text);
    }
};

// The text of an answer, with every time in it as {time}: "2026-11-24T05:00:00Z".
inline std::string without_times(std::string text) {
    for (std::size_t at = text.find("Z\""); at != text.npos; at = text.find("Z\"", at)) {
        const std::size_t begin = text.rfind('"', at) + 1;
        text.replace(begin, at + 1 - begin, "{time}");
        at = begin;
    }
    return text;
}

}  // namespace glimt::testing
