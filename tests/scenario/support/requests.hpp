// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

// What stories say to the server again and again.
namespace glimt::testing {

inline std::string request(std::string_view line, std::string_view headers = {}) {
    return std::string(line) + " HTTP/1.1\r\nHost: test\r\n" + std::string(headers) + "\r\n";
}

inline std::string get(std::string_view target, std::string_view headers = {}) {
    return request("GET " + std::string(target), headers);
}

// Answered with 200 and "OK".
inline const std::string healthcheck = get("/healthcheck");

// An upload to a place where nobody wants it: 404, whatever it holds.
inline std::string unwanted_upload(std::string_view headers) {
    return request("PUT /v2/nowhere", headers);
}

inline std::string repeated(std::string_view text, std::size_t times) {
    std::string all;
    all.reserve(text.size() * times);
    while (times--) all += text;
    return all;
}

}  // namespace glimt::testing
