// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace glimt {

// What the data of an image can be found to be, by Glance's names of its disk formats. `raw` is
// what nothing else was recognised in; `gpt` is also a plain old partition table.
enum class data_format : std::uint8_t { raw, qcow2, vhd, vhdx, vmdk, vdi, qed, iso, gpt, luks };

std::string_view name_of(data_format format) noexcept;

// Nothing for a disk format whose content has no signs to know it by: ami, ari, aki, ploop.
std::optional<data_format> data_format_named(std::string_view name) noexcept;

// A check that the data did not pass. Both are literals, and for the log: clients are told only
// that one failed.
struct safety_violation {
    std::string_view check;  // the name gpt_safety_checks_nonfatal would use
    std::string_view why;

    bool operator==(const safety_violation&) const = default;
};

// One format that was recognised in the data.
struct format_finding {
    data_format format = data_format::raw;
    bool complete = true;            // false: the data end before all that is to be checked
    bool virtual_size_valid = true;  // false: it says a size that no disk has
    std::uint64_t virtual_size = 0;  // bytes of the disk inside; 0: the data do not say
    std::optional<safety_violation> violation{};  // the first one, when there are several

    // Sets both; sizes from 2^63 bytes on are not valid.
    void say_virtual_size(std::uint64_t bytes) noexcept;

    bool operator==(const format_finding&) const = default;
};

}  // namespace glimt
