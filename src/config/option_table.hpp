// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/option_lookup.hpp"
#include "config/settings.hpp"
#include "config/value.hpp"

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace glimt {

struct option {
    using target =
        std::variant<std::string settings::*, bool settings::*, std::uint16_t settings::*,
                     std::uint32_t settings::*, std::uint64_t settings::*, std::int64_t settings::*,
                     std::chrono::milliseconds settings::*, loop_choice settings::*,
                     dictionary settings::*, std::vector<std::string> settings::*,
                     std::vector<std::uint16_t> settings::*,
                     std::vector<listen_address> settings::*>;

    std::string_view group, name;
    target into;
    std::string_view help;
    limits within = {};
    std::string_view deprecated = {};  // older names Glance still reads: "group.name group.name"
    bool secret = false;               // never printed, whatever is wrong with it
};

// Reading, --help, the sample file and the reference page are all made from this table.
std::span<const option> option_table();

std::vector<option_shape> option_shapes();

// The default, or the value in `values`, as text an oslo file may hold.
std::string text_of(const option& o, const settings& values);

// Sets the option from text; returns what is wrong with the text, or nothing.
std::string set_option(const option& o, std::string_view text, settings& into);

// "whole number, 0 to 65535": what an operator may write.
std::string describe_type(const option& o);

// Whether an entry of a file, its section in normal form, sets an option: by its name or an older.
bool is_option(std::string_view section, std::string_view name);

// Whether the option is one of those that [keystone_authtoken] auth_section moves to another group.
bool is_credential(const option& o);

// Whether it is a credential, or says whom we log in at: what [oslo_limit] has of its own.
bool is_of_session(const option& o);

// How to write the name of an unknown option rightly: one of the table spelled nearly the same, or
// the same in another group. Empty when nothing is near.
std::string near_match(std::string_view group, std::string_view name);

}  // namespace glimt
