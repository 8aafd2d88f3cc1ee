// SPDX-License-Identifier: Apache-2.0
#include "proto/percent.hpp"

#include <gtest/gtest.h>

namespace glimt {
namespace {

using namespace std::string_literals;

struct percent_case {
    const char* what;
    std::string text;
    std::optional<std::string> decoded;
};

TEST(percent, decodes_every_escape_once_and_refuses_bad_ones) {
    const percent_case rows[] = {
        {"nothing", "", ""},
        {"nothing to decode", "/v2/images", "/v2/images"},
        {"plus stays", "a+b", "a+b"},
        {"either case", "%2f%2F", "//"},
        {"letters of both cases", "%aF%Fa", "\xaf\xfa"},
        {"only once", "%252f", "%2f"},
        {"first and last", "%41b%43", "AbC"},
        {"UTF-8", "%C3%A9", "\xc3\xa9"},
        {"NUL is a byte", "a%00b", "a\0b"s},
        {"bytes as they are", "\xff\n\0"s, "\xff\n\0"s},
        {"percent alone", "%", std::nullopt},
        {"one digit", "%4", std::nullopt},
        {"one digit after text", "abc%4", std::nullopt},
        {"no digits", "%zz", std::nullopt},
        {"second is no digit", "%4g", std::nullopt},
        {"first is no digit", "%g4", std::nullopt},
        {"neighbours of the digits", "%/0", std::nullopt},
        {"colon", "%:0", std::nullopt},
        {"at sign", "%@0", std::nullopt},
        {"grave accent", "%`0", std::nullopt},
        {"control byte that is a letter but for a bit", "%\x01\x01", std::nullopt},
        {"percent percent", "%%41", std::nullopt},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.what);
        EXPECT_EQ(percent_decoded(row.text), row.decoded);
    }
}

TEST(percent, decodes_all_256_bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (unsigned byte = 0; byte < 256; ++byte) {
        const std::string text{'%', digits[byte / 16], digits[byte % 16]};
        EXPECT_EQ(percent_decoded(text), std::string(1, static_cast<char>(byte))) << text;
    }
}

TEST(percent, what_is_encoded_is_decoded_and_only_unreserved_letters_stay) {
    constexpr std::string_view unreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (unsigned byte = 0; byte < 256; ++byte) {
        const std::string text(1, static_cast<char>(byte));
        std::string encoded, kept;
        append_percent_encoded(encoded, text);
        append_percent_encoded(kept, text, text);
        EXPECT_EQ(percent_decoded(encoded), text);
        EXPECT_EQ(encoded.size(), unreserved.find(text) == unreserved.npos ? 3u : 1u) << encoded;
        EXPECT_EQ(kept, text);
    }
    std::string encoded = "?";
    append_percent_encoded(encoded, "a/\xe4 b", "/");
    EXPECT_EQ(encoded, "?a/%E4%20b");
}

}  // namespace
}  // namespace glimt
