// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/inspection.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <string_view>

namespace glimt::test {

// Whether the first 4 KiB of `bytes` are one letter. Such parts go by in one piece, or the tests of
// large disks would take minutes.
inline bool is_monotonous(std::string_view bytes) {
    constexpr std::size_t size = 4096;
    return bytes.size() >= size && std::memcmp(bytes.data(), bytes.data() + 1, size - 1) == 0;
}

// Inspects `bytes` in pieces of 1 to `piece_max` bytes, of a size that `random` chooses; without
// one, of `piece_max`.
inline inspection inspect_in_pieces(std::string_view bytes, std::size_t piece_max,
                                    std::minstd_rand* random = nullptr) {
    format_inspector inspector;
    while (!bytes.empty()) {
        auto size = random ? 1 + (*random)() % piece_max : piece_max;
        if (is_monotonous(bytes)) size = std::max<std::size_t>(size, 4095);
        const auto piece = bytes.substr(0, size);
        inspector.feed(std::as_bytes(std::span(piece)));
        bytes.remove_prefix(piece.size());
    }
    return inspector.finish();
}

// What `bytes` are, which does not depend on how they are cut.
inline inspection inspected(std::string_view bytes) {
    const auto whole = inspect_in_pieces(bytes, bytes.size() + 1);
    for (const std::size_t size : {1, 7, 511, 512, 513, 65536}) {
        EXPECT_TRUE(inspect_in_pieces(bytes, size) == whole) << "in pieces of " << size;
    }
    for (unsigned seed = 1; seed <= 8; ++seed) {
        std::minstd_rand random(seed);
        EXPECT_TRUE(inspect_in_pieces(bytes, seed % 2 ? 5000 : 100, &random) == whole)
            << "in random pieces, seed " << seed;
    }
    return whole;
}

inline std::string formats_of(const inspection& found) {
    std::string names;
    for (const auto& match : found.matches) {
        if (!names.empty()) names += ',';
        names += name_of(match.format);
    }
    return names;
}

// One case of a table: what of a disk that is one format, and nothing else.
struct finding_case {
    const char* what;
    std::string bytes;
    format_finding expected;
};

inline void expect_found(const finding_case& one) {
    SCOPED_TRACE(one.what);
    const auto found = inspected(one.bytes);
    EXPECT_EQ(found.bytes, one.bytes.size());
    ASSERT_EQ(formats_of(found), name_of(one.expected.format));
    const auto& match = found.matches.front();
    EXPECT_EQ(match.complete, one.expected.complete);
    EXPECT_EQ(match.virtual_size_valid, one.expected.virtual_size_valid);
    EXPECT_EQ(match.virtual_size, one.expected.virtual_size);
    EXPECT_EQ(match.violation ? match.violation->check : "",
              one.expected.violation ? one.expected.violation->check : "");
    EXPECT_EQ(match.violation ? match.violation->why : "",
              one.expected.violation ? one.expected.violation->why : "");
}

// Its parts are recognised or not, but whatever is missing, nothing is read that is not there, and
// cuts do not matter.
inline void expect_sound_when_cut_short(std::string_view bytes, std::span<const std::size_t> ends) {
    for (const auto end : ends) {
        SCOPED_TRACE("cut short at " + std::to_string(end));
        // A copy of exactly the size, so that the sanitizer sees a read past its end.
        const std::string part(bytes.substr(0, end));
        EXPECT_FALSE(inspected(part).matches.empty());
    }
}

}  // namespace glimt::test
