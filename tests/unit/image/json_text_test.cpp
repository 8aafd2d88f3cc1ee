// SPDX-License-Identifier: Apache-2.0
#include "image/json_text.hpp"

#include "golden.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace glimt {
namespace {

TEST(json_text, writes_what_python_writes) {
    const boost::json::value rows = golden("json.json");
    for (const boost::json::value& row : rows.get_array()) {
        const boost::json::value& value = row.at("value");
        SCOPED_TRACE(text_of(row, "ascii"));
        std::string raw, ascii;
        append_json(raw, value);
        append_json(ascii, value, json_letters::ascii);
        EXPECT_EQ(raw, text_of(row, "raw"));
        EXPECT_EQ(ascii, text_of(row, "ascii"));
    }
}

TEST(json_text, writes_numbers_that_no_json_parser_reads) {
    std::string text;
    for (const double each :
         {std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity(),
          std::numeric_limits<double>::quiet_NaN()}) {
        append_json_number(text, each);
        text += ' ';
    }
    EXPECT_EQ(text, "Infinity -Infinity NaN ");
}

// Eight are seen at a time: each byte, wherever it stands, is what it is alone.
TEST(json_text, writes_every_byte_alike_wherever_it_stands) {
    const auto written = [](std::string_view text) {
        std::string to;
        append_json_string(to, text);
        return to.substr(1, to.size() - 2);
    };
    for (int value = 0; value < 256; ++value) {
        const std::string alone(1, static_cast<char>(value));
        for (std::size_t at = 0; at < 19; ++at) {
            const std::string before(at, 'a'), behind(18 - at, '\xe9');
            EXPECT_EQ(written(before + alone + behind), before + written(alone) + behind) << value;
        }
    }
}

TEST(json_text, appends_and_writes_null_for_nothing) {
    std::string text = "x";
    append_json_or_null(text, std::optional<std::string>());
    append_json_or_null(text, std::optional<std::int64_t>());
    append_json_or_null(text, std::optional<std::string>("\"é"));
    append_json_or_null(text, std::optional<std::int64_t>(-5));
    append_json_string(text, "");
    EXPECT_EQ(text, "xnullnull\"\\\"é\"-5\"\"");
}

}  // namespace
}  // namespace glimt
