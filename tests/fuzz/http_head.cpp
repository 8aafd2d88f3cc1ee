// SPDX-License-Identifier: Apache-2.0
// Any bytes as an HTTP connection: what the session makes of them does not depend on how they are
// cut, and a head that passes the gate is what the gate promises.
#include "../unit/proto/http_session_driver.hpp"
#include "require.hpp"

#include <algorithm>
#include <cstdint>
#include <random>
#include <span>
#include <string_view>

using glimt::testing::require;

namespace {

using namespace glimt;
using namespace glimt::http;

bool is_token(std::string_view text) {
    return !text.empty() && text.find_first_of("()<>@,;:\\\"/[]?={} \t") == text.npos &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
}

bool inside(std::string_view part, std::string_view whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

void require_gate(std::string_view bytes, const head_limits& limits) {
    head_finder finder(limits);
    const auto end = finder.find_end(bytes);
    require(end <= bytes.size() && end <= limits.bytes_max);
    request_head head;
    if (finder.error() || end == 0 || parse_head(bytes.substr(0, end), limits, head)) return;
    require(finder.begun() && bytes.substr(0, end).ends_with("\r\n\r\n"));
    require(is_token(head.method) && inside(head.query, bytes) && inside(head.host, bytes));
    require(head.path.starts_with('/') || (head.path == "*" && head.method == "OPTIONS"));
    require(head.path.find('\0') == head.path.npos && head.headers.size() <= limits.fields_max);
    require(head.http_1_0 || head.find("host") != nullptr);
    for (const auto& [name, value] : head.headers) {
        require(is_token(name) && inside(name, bytes) && inside(value, bytes));
        require(value.find_first_of(std::string_view("\r\n\0", 3)) == value.npos);
    }
    const bool coded = head.find("transfer-encoding") != nullptr;
    const bool sized = head.find("content-length") != nullptr;
    require(coded == (head.body == body_kind::chunked) && !(coded && (sized || head.http_1_0)));
    require(sized == (head.body == body_kind::length) && head.body_bytes >> 63 == 0);
    require(!head.expects_continue || head.body != body_kind::none);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const head_limits limits{.bytes_max = 2048, .fields_max = 8};
    require_gate(bytes, limits);

    session_driver whole(limits);
    whole.feed(bytes);
    session_driver pieces(limits);
    std::minstd_rand random(static_cast<unsigned>(size) + 1);
    for (std::size_t at = 0; at < size;) {
        const auto piece = bytes.substr(at, 1 + random() % (random() % 4 == 0 ? 64 : 4));
        pieces.feed(piece);
        at += piece.size();
    }
    require(whole.seen() == pieces.seen());
    return 0;
}
