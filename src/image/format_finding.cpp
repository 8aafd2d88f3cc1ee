// SPDX-License-Identifier: Apache-2.0
#include "image/format_finding.hpp"

#include <array>
#include <limits>

namespace glimt {

namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 10> names = {"raw", "qcow2", "vhd", "vhdx", "vmdk",
                                                    "vdi", "qed",   "iso", "gpt",  "luks"};

}  // namespace

std::string_view name_of(data_format format) noexcept {
    return names[static_cast<std::size_t>(format)];
}

std::optional<data_format> data_format_named(std::string_view name) noexcept {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name) return static_cast<data_format>(i);
    }
    return std::nullopt;
}

void format_finding::say_virtual_size(std::uint64_t bytes) noexcept {
    virtual_size_valid = bytes <= std::numeric_limits<std::int64_t>::max();
    virtual_size = virtual_size_valid ? bytes : 0;
}

}  // namespace glimt
