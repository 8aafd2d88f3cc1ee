// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config_error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// A file as Paste Deploy 3.0 reads it, which is as Python's configparser does and not as
// oslo.config does: empty lines and comments do not end a value, a value goes on in every line that
// is further in than its own first line, and sections and names are compared with case. Neither may
// come back.
//
//   [type:name]       what stands behind the last ']' does not count
//   name = value      or name: value, whichever of '=' and ':' is first
//     # comment       or ';', wherever the line begins
//     more            of the value
struct paste_ini {
    struct entry {
        std::string section, name, value;  // the value's lines without white space around them
    };

    std::vector<std::string> sections;  // also empty ones
    std::vector<entry> entries;         // in the order of the file
    std::vector<config_error> errors;   // each line Python would refuse the file for

    bool has(std::string_view section) const;

    std::optional<std::string_view> find(std::string_view section, std::string_view name) const;
};

// Bounded: of more than 10,000 lines those are not read that follow.
paste_ini read_paste_ini(std::string_view text, std::string_view path);

}  // namespace glimt
