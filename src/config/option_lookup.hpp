// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/oslo_ini.hpp"
#include "config/value.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

using environment_lookup = std::function<std::optional<std::string>(std::string_view name)>;

// A value that did not come from an oslo file: of the ini, or of the command line.
struct option_override {
    std::string group, name, text;
    std::string where;
};

// Everything that says what an option is to be, weakest first: oslo files (later files win),
// the [uwsgi] ini, the environment, the command line. The order of the outer two and the
// environment between them is oslo.config's; uWSGI knows no oslo options, so its ini fits between.
struct option_layers {
    std::vector<ini_file> files;
    std::vector<option_override> ini;
    environment_lookup environment;  // asked for OS_<GROUP>__<NAME>
    std::vector<option_override> command_line;
};

// What the lookup has to know of an option.
struct option_shape {
    std::string_view group, name;
    std::string_view deprecated;  // older names, "group.name group.name": read from files only
    value_kind kind = value_kind::text;
    std::string default_text;
};

struct found_text {
    std::string text;       // references replaced
    std::string where;      // "file:line" or what else set it
    std::string complaint;  // why a reference could not be replaced, else empty
};

// Finds the text of options through the layers, and replaces $name, ${name} and ${group.name} in
// it as oslo.config does: the name is looked for in the option's own group, then in DEFAULT; $$ and
// \$ stand for one '$'. A reference to a name that is neither a known option nor in a file is an
// error for oslo and for us. Refers to the layers and options given, which must outlive it.
class option_lookup {
public:
    option_lookup(const option_layers& layers, const std::vector<option_shape>& options)
        : layers_(layers), options_(options) {}

    // Nothing when no layer sets the option.
    std::optional<found_text> find(const option_shape& option) const;

    // Every value of an option that may be repeated, those of earlier files first.
    std::vector<found_text> find_all(const option_shape& option) const;

private:
    struct raw_text {
        std::string text, where;
        bool plain = false;  // '$' has no meaning in it
    };
    struct expansion;  // state of one replacement, however deep

    std::optional<raw_text> raw(const option_shape& option) const;
    std::optional<raw_text> raw_from_files(const option_shape& option) const;
    const option_shape* known(std::string_view group, std::string_view name) const;
    found_text expanded(const raw_text& raw, std::string_view group) const;
    void expand(std::string_view text, std::string_view group, expansion& into) const;
    void refer(std::string_view key, std::string_view group, expansion& into) const;
    void value_of(const option_shape& option, expansion& into) const;

    const option_layers& layers_;
    const std::vector<option_shape>& options_;
};

// "OS_<GROUP>__<NAME>", in upper case.
std::string environment_name(std::string_view group, std::string_view name);

}  // namespace glimt
