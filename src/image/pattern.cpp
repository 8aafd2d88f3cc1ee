// SPDX-License-Identifier: Apache-2.0
#include "image/pattern.hpp"

#include <boost/regex.hpp>

namespace glimt {

bool is_pattern(const std::string& pattern) {
    return boost::regex(pattern, boost::regex::perl | boost::regex::no_except).status() == 0;
}

bool pattern_found(const std::string& pattern, std::string_view text) {
    const boost::regex compiled(pattern, boost::regex::perl | boost::regex::no_except);
    if (compiled.status() != 0) return false;
    try {
        return boost::regex_search(text.begin(), text.end(), compiled, boost::match_single_line);
    } catch (const std::runtime_error&) {
        return false;  // Boost gives up on what grows without bound
    }
}

}  // namespace glimt
