// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config_error.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// One assignment of a file, as oslo.config 9.0 (iniparser.py) reads it:
//
//   [section]             sections may come back; nothing may be assigned before the first
//   name = value          or name: value, whichever of '=' and ':' is first
//       more              white space in front continues the value on a new line of it
//   name = "value"        one pair of quotes around the first line is taken off
//   # comment             or ';', at the start of a line only: elsewhere both are text
//
// A comment or an empty line ends a value; white space after either cannot continue it.
struct ini_entry {
    std::string section, name, value;  // section: "DEFAULT", or lower case as oslo compares them
    std::size_t line = 0;              // where the assignment begins, from 1
};

struct ini_file {
    std::string path;
    std::vector<ini_entry> entries;    // in the order of the file
    std::vector<config_error> errors;  // every line that cannot be read; oslo stops at the first
};

ini_file read_oslo_ini(std::string_view text, std::string path);

// oslo compares sections without case, except for DEFAULT: [default] is another section.
std::string normal_section(std::string_view name);

}  // namespace glimt
