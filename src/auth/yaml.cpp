// SPDX-License-Identifier: Apache-2.0
#include "auth/yaml.hpp"

#include <fmt/format.h>
#include <re2/re2.h>
#include <yaml.h>

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

namespace glimt {
namespace {

constexpr std::size_t text_bytes_max = 1 << 20;
constexpr int levels_max = 16;
constexpr std::size_t values_max = 20'000;

// The words without quotes that are no text to PyYAML 6 (resolver.py).
bool means_other(const std::string& word) {
    static const re2::RE2 others(
        "yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF"
        R"(|[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)"
        R"(|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))"
        "|[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+"
        "|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+|<<|="
        "|[0-9]{4}-[0-9]{2}-[0-9]{2}"
        R"(|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?)"
        R"((?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)");
    return re2::RE2::FullMatch(word, others);
}

bool means_nothing(std::string_view word) {
    return word.empty() || word == "~" || word == "null" || word == "Null" || word == "NULL";
}

struct extent {
    std::size_t values = 0, bytes = 0;
};

void add_extent(const yaml_value& of, extent& to) {
    ++to.values;
    to.bytes += of.text.size();
    for (const auto& each : of.items) add_extent(each, to);
}

class yaml_reader {
public:
    explicit yaml_reader(std::string_view text) {
        yaml_parser_initialize(&parser_);
        yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                     text.size());
    }
    yaml_reader(const yaml_reader&) = delete;
    yaml_reader& operator=(const yaml_reader&) = delete;
    ~yaml_reader() {
        yaml_event_delete(&event_);
        yaml_parser_delete(&parser_);
    }

    yaml_outcome read() && {
        yaml_outcome out;
        next();  // the stream begins
        next();
        if (event_.type == YAML_DOCUMENT_START_EVENT) {
            next();
            out.root = value(0);
            next();  // the document ends
            next();
            if (error_.empty() && event_.type != YAML_STREAM_END_EVENT)
                fail("there is more than one document");
        }
        out.error = std::move(error_);
        out.line = error_line_;
        return out;
    }

private:
    // After an error there are only ends of the stream.
    void next() {
        yaml_event_delete(&event_);
        if (error_.empty() && yaml_parser_parse(&parser_, &event_)) return;
        event_ = {};
        event_.type = YAML_STREAM_END_EVENT;
        if (!error_.empty()) return;
        error_line_ = static_cast<unsigned>(parser_.problem_mark.line) + 1;
        error_ = parser_.problem ? parser_.problem : "it cannot be read";
    }

    void fail(std::string what) {
        if (!error_.empty()) return;
        error_ = std::move(what);
        error_line_ = line();
    }

    unsigned line() const { return static_cast<unsigned>(event_.start_mark.line) + 1; }

    static std::string text_of(const yaml_char_t* text) {
        return text ? reinterpret_cast<const char*>(text) : "";
    }

    // The value whose first event is at hand; its last one is at hand afterwards.
    yaml_value value(int level) {
        yaml_value made;
        made.line = line();
        if (level == levels_max) fail(fmt::format("more than {} levels", levels_max));
        if (++read_.values > values_max) fail(fmt::format("more than {} values", values_max));
        if (!error_.empty()) return made;
        std::string anchor;
        switch (event_.type) {
            case YAML_SCALAR_EVENT: {
                const auto& scalar = event_.data.scalar;
                anchor = text_of(scalar.anchor);
                refuse_tag(scalar.tag);
                made.text.assign(reinterpret_cast<const char*>(scalar.value), scalar.length);
                read_.bytes += made.text.size();
                made.type = kind_of(made.text, scalar.style == YAML_PLAIN_SCALAR_STYLE);
                break;
            }
            case YAML_SEQUENCE_START_EVENT:
                anchor = text_of(event_.data.sequence_start.anchor);
                refuse_tag(event_.data.sequence_start.tag);
                made.type = yaml_value::kind::list;
                read_items(made, level, YAML_SEQUENCE_END_EVENT);
                break;
            case YAML_MAPPING_START_EVENT:
                anchor = text_of(event_.data.mapping_start.anchor);
                refuse_tag(event_.data.mapping_start.tag);
                made.type = yaml_value::kind::map;
                read_items(made, level, YAML_MAPPING_END_EVENT);
                break;
            case YAML_ALIAS_EVENT: return repeated(text_of(event_.data.alias.anchor));
            default: fail("a value is expected"); return made;
        }
        if (!anchor.empty()) anchors_.insert_or_assign(anchor, made);
        return made;
    }

    void read_items(yaml_value& into, int level, yaml_event_type_t end) {
        for (next(); error_.empty() && event_.type != end; next())
            into.items.push_back(value(level + 1));
    }

    yaml_value repeated(const std::string& anchor) {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end()) {
            fail(fmt::format("there is no &{} before this", anchor));
            return {};
        }
        add_extent(found->second, read_);
        if (read_.values > values_max) fail(fmt::format("more than {} values", values_max));
        if (read_.bytes > text_bytes_max) fail("more than 1 MiB with what is repeated");
        if (!error_.empty()) return {};
        return found->second;
    }

    void refuse_tag(const yaml_char_t* tag) {
        if (tag) fail(fmt::format("'{}' without quotes is a tag", text_of(tag)));
    }

    static yaml_value::kind kind_of(const std::string& text, bool plain) {
        if (!plain) return yaml_value::kind::text;
        if (means_nothing(text)) return yaml_value::kind::nothing;
        return means_other(text) ? yaml_value::kind::other : yaml_value::kind::text;
    }

    yaml_parser_t parser_{};
    yaml_event_t event_{};
    std::map<std::string, yaml_value> anchors_;
    extent read_;
    std::string error_;
    unsigned error_line_ = 1;
};

}  // namespace

yaml_outcome read_yaml(std::string_view text) {
    if (text.size() > text_bytes_max) {
        yaml_outcome out;
        out.error = "it is larger than 1 MiB";
        return out;
    }
    return yaml_reader(text).read();
}

}  // namespace glimt
