// SPDX-License-Identifier: Apache-2.0
#include "unit/proto/uwsgi_vectors.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <fstream>
#include <iterator>
#include <map>

namespace glimt {
namespace {

const std::string folder = GLIMT_TEST_DATA "/uwsgi/";

std::string contents_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    EXPECT_TRUE(file) << path;
    return {std::istreambuf_iterator<char>(file), {}};
}

// The JSON files hold bytes as characters up to U+00FF.
std::string bytes_of(const boost::json::value& text) {
    std::string bytes;
    const auto& utf8 = text.as_string();
    for (std::size_t at = 0; at < utf8.size(); ++at) {
        const auto lead = static_cast<unsigned char>(utf8[at]);
        if (lead < 0x80) {
            bytes.push_back(utf8[at]);
        } else {
            bytes.push_back(static_cast<char>(lead << 6 | (utf8[++at] & 0x3f)));
        }
    }
    return bytes;
}

struct head_text {
    std::string method, path, script_name, query, host, scheme, remote_address, body;
    std::map<std::string, std::string> headers;

    std::string joined() const {
        std::string text = method + ' ' + path + '?' + query + "\nprefix " + script_name +
                           "\nfor " + scheme + "://" + host + "\nfrom " + remote_address +
                           "\nbody " + body + '\n';
        for (const auto& [name, value] : headers) text += name + ": " + value + '\n';
        return text;
    }
};

std::string body_text(const boost::json::value& body) {
    const std::string kind = bytes_of(body.at("kind"));
    return kind == "length" ? std::to_string(body.at("length").to_number<std::uint64_t>()) : kind;
}

uwsgi_vector captured_packet(const std::string& file, const boost::json::value& expected) {
    uwsgi_vector vector{.file = file, .bytes = contents_of(folder + file), .outcome = {}};
    vector.outcome = bytes_of(expected.at("verdict"));
    if (vector.outcome != "accept") return vector;
    head_text text{.method = bytes_of(expected.at("method")),
                   .path = bytes_of(expected.at("path")),
                   .script_name = bytes_of(expected.at("script_name")),
                   .query = bytes_of(expected.at("query")),
                   .host = bytes_of(expected.at("host")),
                   .scheme = bytes_of(expected.at("connection_scheme")),
                   .remote_address = bytes_of(expected.at("remote_addr")),
                   .body = body_text(expected.at("body")),
                   .headers = {}};
    for (const auto& [name, value] : expected.at("headers").as_object()) {
        text.headers.emplace(name, bytes_of(value));
    }
    if (const auto& type = expected.at("content_type"); type.is_string()) {
        text.headers.emplace("content-type", bytes_of(type));
    }
    vector.outcome = text.joined();
    vector.body_offset = expected.at("body_offset").to_number<std::size_t>();
    return vector;
}

// All of the hand-made packets ask for /env on host h, where they are accepted.
std::string accepted(const std::string& body, std::map<std::string, std::string> headers = {}) {
    return head_text{.method = "GET",
                     .path = "/env",
                     .script_name = {},
                     .query = {},
                     .host = "h",
                     .scheme = "http",
                     .remote_address = {},
                     .body = body,
                     .headers = std::move(headers)}
        .joined();
}

std::map<std::string, std::string> numbered_headers(int count) {
    std::map<std::string, std::string> headers;
    for (int i = 0; i < count; ++i) headers.emplace("x-" + std::to_string(i), "v");
    return headers;
}

}  // namespace

std::vector<uwsgi_vector> captured_packets() {
    const auto expected = boost::json::parse(contents_of(folder + "expected.json"));
    std::vector<uwsgi_vector> vectors;
    for (const auto& [file, reading] : expected.as_object()) {
        vectors.push_back(captured_packet(file, reading));
    }
    return vectors;
}

std::string text_of(const request_head& head) {
    head_text text{.method = std::string(head.method),
                   .path = head.path,
                   .script_name = head.script_name,
                   .query = std::string(head.query),
                   .host = std::string(head.host),
                   .scheme = std::string(head.scheme),
                   .remote_address = std::string(head.remote_address),
                   .body = "none",
                   .headers = {}};
    if (head.body == body_kind::length) text.body = std::to_string(head.body_bytes);
    if (head.body == body_kind::chunked) text.body = "chunked";
    for (const auto& [name, value] : head.headers) text.headers.emplace(name, value);
    EXPECT_EQ(text.headers.size(), head.headers.size()) << "a header is there twice";
    return text.joined();
}

std::string packet_of(const std::vector<variable_text>& variables) {
    const auto with_size = [](const std::string& text) {
        const char size[] = {static_cast<char>(text.size()), static_cast<char>(text.size() >> 8)};
        return std::string(size, 2) + text;
    };
    std::string block;
    for (const auto& [name, value] : variables) block += with_size(name) + with_size(value);
    block = with_size(block);
    return '\0' + block.insert(2, 1, '\0');
}

std::vector<uwsgi_vector> malformed_packets() {
    std::string path_of_two_lines = accepted("none");
    path_of_two_lines.insert(path_of_two_lines.find("/env") + 4, "\r\nx");
    const std::pair<const char*, std::string> wanted[] = {
        {"ok-minimal", accepted("none")},
        {"ok-one-byte-at-a-time", accepted("none")},
        {"ok-empty-value-last", accepted("none", {{"x-empty", ""}})},
        {"ok-max-65535", accepted("none", {{"x-big", std::string(65374, 'a')}})},
        {"size-zero", "400"},
        {"size-zero-then-body", "400"},
        {"size-larger-than-data-then-FIN", "aborted"},
        {"key-len-zero", "400"},
        {"key-len-past-end", "400"},
        {"key-len-past-end-resync", "400"},
        {"val-len-past-end", "400"},
        {"key-at-end-without-value-len", "400"},
        {"one-trailing-byte", "400"},
        {"two-trailing-bytes", "400"},
        {"three-trailing-bytes", "400"},
        {"dup-method", "400"},
        {"dup-path", "400"},
        {"dup-content-length", "400"},
        {"cl-vs-http-cl", "400"},
        {"cl-eq-http-cl", accepted("5")},
        {"only-http-cl", "400"},
        {"cl-empty", accepted("none")},
        {"cl-plus", "400"},
        {"cl-neg", "400"},
        {"cl-list", "400"},
        {"cl-trailing-junk", "400"},
        {"cl-overflow", "400"},
        {"te-chunked-no-cl", accepted("chunked")},
        {"te-chunked-with-cl", accepted("5")},
        {"te-chunked-with-cl-from-uwsgi-router", "400"},
        {"te-xchunked", "501"},
        {"dup-auth-token", "400"},
        {"dup-accept", accepted("none", {{"accept", "a/b, c/d"}})},
        {"lowercase-key", accepted("none")},
        {"dash-in-key", accepted("none")},
        {"http-prefix-only", accepted("none")},
        {"nul-in-key", "400"},
        {"crlf-in-value", "400"},
        {"nul-in-value", "400"},
        {"nul-in-path", "400"},
        {"crlf-in-path", path_of_two_lines},
        {"path-not-slash", "400"},
        {"no-path", "400"},
        {"no-method", "400"},
        {"bad-method", "400"},
        {"modifier1-5", "closed"},
        {"modifier1-17-spooler", "closed"},
        {"modifier1-22-eval", "closed"},
        {"modifier1-98-reload", "closed"},
        {"modifier1-100-ping", "ping"},
        {"modifier1-110-signal", "closed"},
        {"modifier1-173-rpc", "closed"},
        {"modifier2-1", "closed"},
        {"uwsgi-file-var", accepted("none")},
        {"uwsgi-setenv-var", accepted("none")},
        {"300-vars", accepted("none", numbered_headers(300))},
        {"http-request-on-this-socket", "closed"},
        {"two-packets", accepted("none")},
        {"tls-hello", "closed"},
        {"proxy-v1", "closed"},
    };
    const auto index = boost::json::parse(contents_of(folder + "malformed/index.json")).as_array();
    EXPECT_EQ(index.size(), std::size(wanted));
    std::vector<uwsgi_vector> vectors;
    for (std::size_t at = 0; at < std::size(wanted); ++at) {
        const std::string file = wanted[at].first + std::string(".bin");
        EXPECT_EQ(bytes_of(index.at(at).at("file")), file);
        vectors.push_back({file, contents_of(folder + "malformed/" + file), wanted[at].second});
    }
    return vectors;
}

}  // namespace glimt
