// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace glimt {

// What tests/data/image/record.py wrote.
inline boost::json::value golden(const char* name) {
    std::ifstream file(std::string(GLIMT_TEST_DATA "/image/") + name);
    std::ostringstream text;
    text << file.rdbuf();
    EXPECT_FALSE(text.str().empty()) << name;
    return boost::json::parse(text.str());
}

inline std::string text_of(const boost::json::value& row, std::string_view name) {
    return std::string(row.at(name).get_string());
}

}  // namespace glimt
