// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

struct query_parameter {
    std::string name;   // decoded, UTF-8
    std::string value;  // decoded, UTF-8; "" when there is no '='

    bool operator==(const query_parameter&) const = default;
};

// The parameters of a query string, read as Glance's webob 1.8 reads it: pairs end at '&' and also
// at ';', empty ones are skipped, and '+' is a space. A '%' without two hexadecimal digits stays as
// it is (webob means that too, but takes "%4" at the end for a byte). Owns its text.
class query_parameters {
public:
    static constexpr std::size_t count_max = 1000;

    // Nothing when a decoded name or value is not UTF-8 (Glance answers 400), or when there are
    // more than count_max parameters.
    static std::optional<query_parameters> parse(std::string_view raw);

    // The value of the last parameter of that name, which is what webob's params[name] gives, or of
    // the first, which is what params.pop(name) gives. Nothing when there is none.
    std::optional<std::string_view> last(std::string_view name) const noexcept;
    std::optional<std::string_view> first(std::string_view name) const noexcept;

    // All of them in the order of the query string, repeated names included.
    const std::vector<query_parameter>& all() const noexcept { return parameters_; }

private:
    std::vector<query_parameter> parameters_;
};

}  // namespace glimt
