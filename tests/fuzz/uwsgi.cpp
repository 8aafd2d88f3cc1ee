// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes as a uwsgi connection: nothing crashes, what is accepted is clean, and where the
// bytes were cut does not matter.
#include "proto/uwsgi.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace glimt;

// Kept in every kind of build, unlike assert().
void require(bool truth) {
    if (!truth) std::abort();
}

bool is_header_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

bool is_one_line(std::string_view text) {
    return text.find_first_of(std::string_view("\0\r\n", 3)) == std::string_view::npos;
}

void require_clean(const request_head& head) {
    require(!head.method.empty());
    require(head.path.starts_with('/') && head.path.find('\0') == std::string::npos);
    require(head.script_name.empty() || head.script_name.starts_with('/'));
    require(is_one_line(head.script_name) && is_one_line(head.query) && is_one_line(head.host));
    require(is_one_line(head.remote_address));
    require(head.scheme == "http" || head.scheme == "https");
    require(head.body_bytes <= INT64_MAX);
    require((head.body == body_kind::length) == (head.body_bytes > 0));
    for (const auto& [name, value] : head.headers) {
        require(is_header_name(name) && is_one_line(value));
        require(std::ranges::count(head.headers, name, &header::name) == 1);
    }
}

// What was seen before says how the whole must end.
void require_same_at_every_cut(std::string_view bytes, const uwsgi::head_progress& whole) {
    const std::size_t cuts = std::min<std::size_t>(bytes.size(), 8);
    for (std::size_t cut = 0; cut < cuts; ++cut) {
        const auto part = uwsgi::examine(bytes.substr(0, cut));
        if (part.state == uwsgi::head_state::incomplete) {
            require(part.head_bytes > cut && part.head_bytes <= whole.head_bytes);
        } else {
            require(part.state == whole.state && part.error == whole.error);
        }
    }
}

void check(std::string bytes) {
    const auto progress = uwsgi::examine(bytes);
    require_same_at_every_cut(bytes, progress);
    if (progress.state != uwsgi::head_state::complete) return;
    request_head head;
    const auto error = uwsgi::parse_head({bytes.data(), progress.head_bytes}, head);
    if (!error) return require_clean(head);
    require(uwsgi::status_of(*error) >= 400 && !uwsgi::sentence_of(*error).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    check(bytes);
    // A mutated input seldom has the right size in its header; once more with that put right.
    if (size >= uwsgi::packet_header_bytes && size - uwsgi::packet_header_bytes <= UINT16_MAX) {
        const std::size_t block_bytes = size - uwsgi::packet_header_bytes;
        const char header[] = {0, static_cast<char>(block_bytes),
                               static_cast<char>(block_bytes >> 8), 0};
        check(std::string(header, sizeof header) + bytes.substr(sizeof header));
    }
    return 0;
}
