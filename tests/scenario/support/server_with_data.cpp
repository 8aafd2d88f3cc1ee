// SPDX-License-Identifier: Apache-2.0
#include "scenario/support/server_with_data.hpp"

#include "scenario/support/requests.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <random>
#include <utility>

namespace glimt::testing {

namespace {

glimt_process::options keeping_in(const temporary_folder& data, glimt_process::options with) {
    with.glimt += "\ndata_dir = " + (data / "data") + "\nbody_idle_timeout = 5\n";
    return with;
}

}  // namespace

std::string bytes_of(std::size_t count) {
    std::mt19937 random(static_cast<unsigned>(count));
    std::string bytes(count, '\0');
    for (char& each : bytes) each = static_cast<char>(random());
    return bytes;
}

std::string chunked(std::string_view bytes, std::size_t piece) {
    std::string all;
    char head[20];
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
        const auto chunk = bytes.substr(0, piece);
        std::snprintf(head, sizeof head, "%zx\r\n", chunk.size());
        all.append(head).append(chunk).append("\r\n");
    }
    return all + "0\r\n\r\n";
}

std::string id_of(int number) {
    std::string digits = std::to_string(number);
    return "00000000-0000-4000-8000-" + std::string(12 - digits.size(), '0') + digits;
}

std::string path_of(int number) { return "/v2/images/" + id_of(number); }

server_with_data::server_with_data(const temporary_folder& data, glimt_process::options with)
    : data_(data), process_(keeping_in(data, std::move(with))) {}

reply server_with_data::ask(std::string_view said) const {
    auto peer = process_.connect();
    peer.send(said);
    return peer.read_reply();
}

void server_with_data::create(int number) const {
    const std::string document =
        R"({"disk_format": "raw", "container_format": "bare", "id": ")" + id_of(number) + "\"}";
    const auto head = "Content-Length: " + std::to_string(document.size()) + "\r\n";
    EXPECT_EQ(ask(request("POST /v2/images", head) + document).status, 201u);
}

std::string server_with_data::upload_head(int number, std::string_view framing) {
    return request("PUT " + path_of(number) + "/file",
                   "Content-Type: application/octet-stream\r\n" + std::string(framing) + "\r\n");
}

std::string server_with_data::upload(int number, std::string_view bytes) {
    return upload_head(number, "Content-Length: " + std::to_string(bytes.size())) +
           std::string(bytes);
}

std::string server_with_data::uwsgi_upload_head(int number,
                                                std::map<std::string, std::string> framing) {
    framing.insert({{"REQUEST_METHOD", "PUT"},
                    {"PATH_INFO", path_of(number) + "/file"},
                    {"QUERY_STRING", ""},
                    {"SERVER_PROTOCOL", "HTTP/1.1"},
                    {"HTTP_HOST", "test"},
                    {"CONTENT_TYPE", "application/octet-stream"}});
    return uwsgi_packet(framing);
}

std::string server_with_data::status(int number) const {
    const auto body = ask(get(path_of(number))).body;
    constexpr std::string_view key = "\"status\": \"";
    const auto at = body.find(key);
    if (at == body.npos) return "none";
    const auto begin = at + key.size();
    return body.substr(begin, body.find('"', begin) - begin);
}

client server_with_data::half_upload(int number) const {
    create(number);
    auto peer = process_.connect();
    peer.send(upload_head(number, "Content-Length: 10") + "12345");
    EXPECT_TRUE(becomes(number, "saving"));
    return peer;
}

bool server_with_data::becomes(int number, std::string_view wanted) const {
    const auto end = std::chrono::steady_clock::now() + 10s;
    while (status(number) != wanted)
        if (std::chrono::steady_clock::now() > end) return false;
    return true;
}

std::string server_with_data::data_of(int number) const {
    return ask(get(path_of(number) + "/file")).body;
}

std::vector<std::string> server_with_data::files() const {
    std::vector<std::string> names;
    for (const auto& each : std::filesystem::directory_iterator(data_ / "data/images"))
        names.push_back(each.path().filename());
    return names;
}

}  // namespace glimt::testing
