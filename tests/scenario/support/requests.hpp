// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
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

// A request as a front end says it over uwsgi; its body follows as it is.
inline std::string uwsgi_packet(const std::map<std::string, std::string>& variables) {
    std::string data;
    const auto add_size = [](std::string& to, std::size_t size) {
        to += static_cast<char>(size & 255);
        to += static_cast<char>(size >> 8);
    };
    for (const auto& [name, value] : variables)
        for (const auto* each : {&name, &value}) {
            add_size(data, each->size());
            data += *each;
        }
    std::string packet(1, '\0');
    add_size(packet, data.size());
    return packet + '\0' + data;
}

}  // namespace glimt::testing
