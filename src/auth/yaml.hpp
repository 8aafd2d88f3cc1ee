// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// What stands in a YAML file, as far as PyYAML's safe_load and we agree on it.
struct yaml_value {
    enum class kind : std::uint8_t {
        nothing,  // null, ~ or no word at all
        text,
        other,  // a word that means no text: true, on, 12, 1:30, 2001-12-14
        list,
        map
    };

    kind type = kind::nothing;
    std::string text;               // of text, and of other as it is written
    unsigned line = 1;              // where it begins
    std::vector<yaml_value> items;  // of a map name, value, name, value
};

struct yaml_outcome {
    yaml_value root;
    std::string error;  // a sentence's end; then `root` is not to be used
    unsigned line = 1;  // of the error
};

// Reads one document of YAML 1.1, which JSON is too, with libyaml. Bounded: a text of 1 MiB, 16
// levels, 20,000 values and 1 MiB of text in them with what aliases repeat. Tags are refused: what
// they mean in Python is a trap in files of rules ("!" without quotes is a tag, and stands for
// nothing).
yaml_outcome read_yaml(std::string_view text);

}  // namespace glimt
