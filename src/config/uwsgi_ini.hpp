// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config_error.hpp"
#include "config/option_lookup.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glimt {

// One line of a [uwsgi] section, or one option of uwsgi on the command line.
struct uwsgi_setting {
    std::string name, value;  // value: "true" for a name that stands alone
    std::string where;
};

// Reads one section as uWSGI does: ';' and '#' comment only at the start of a line, a name alone is
// true, repeated names add up, %d %p %s %n %% are the file's folder (with '/'), path, name and name
// without ending, $(NAME) is the environment and %(name) the first value of that name in the file.
struct uwsgi_ini {
    std::vector<uwsgi_setting> settings;
    std::vector<config_error> errors;
};
uwsgi_ini read_uwsgi_ini(std::string_view text, const std::string& path, std::string_view section,
                         const environment_lookup& environment);

// "FILE.ini:section" as path and section; the section is uwsgi when none is named.
std::pair<std::string, std::string> split_ini_argument(std::string_view argument);

// What glimt does with an option of uWSGI (front-ends.md 3).
enum class uwsgi_handling : std::uint8_t {
    honour,  // does what it says
    ignore,  // has no counterpart and needs none
    warn,    // accepted, but the operator may miss what it did: one warning at the start
    refuse,  // to start without it would change what is exposed: start fails
};

struct uwsgi_option {
    std::string_view name;
    uwsgi_handling handling;
    std::string_view reason;  // of warn and refuse: what to do instead
};

// nullptr: an unknown option, which uWSGI keeps as a variable of the operator's own.
const uwsgi_option* find_uwsgi_option(std::string_view name);

// The settings of an ini as options of ours; what cannot be honoured becomes words. The errors tell
// of refused options and of values that are no such thing.
struct uwsgi_outcome {
    std::vector<option_override> overrides;
    std::vector<std::pair<std::string, std::string>> environment;  // env = NAME=VALUE
    std::vector<config_error> errors;
    std::vector<std::string> warnings, unknown;
};
uwsgi_outcome apply_uwsgi(const std::vector<uwsgi_setting>& settings, unsigned cores);

}  // namespace glimt
