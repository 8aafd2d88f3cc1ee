// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace glimt {

// What something is done to, as rules see it: attributes by name, each as the text that Python's
// str() makes of its value, so that None is "None".
class policy_target {
public:
    virtual ~policy_target() = default;

    // Nothing when there is no such attribute: a check that needs it fails. The text is valid
    // until the target or `scratch`, which may be used to hold it, changes.
    virtual std::optional<std::string_view> find(std::string_view name,
                                                 std::string& scratch) const = 0;

    // All of it, for servers that are asked.
    virtual boost::json::object to_json() const = 0;
};

// One attribute of a target made by hand; nothing is None.
struct target_attribute {
    std::string_view name;
    std::optional<std::string_view> value;
};

// A target of few attributes, which outlive it.
class attribute_target final : public policy_target {
public:
    explicit attribute_target(std::span<const target_attribute> attributes)
        : attributes_(attributes) {}

    std::optional<std::string_view> find(std::string_view name, std::string&) const override {
        for (const auto& one : attributes_)
            if (one.name == name) return one.value.value_or("None");
        return std::nullopt;
    }

    boost::json::object to_json() const override {
        boost::json::object made;
        for (const auto& one : attributes_) {
            auto& value = made[one.name];
            if (one.value) value = *one.value;
        }
        return made;
    }

private:
    std::span<const target_attribute> attributes_;
};

}  // namespace glimt
