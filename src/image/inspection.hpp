// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/disk_headers.hpp"
#include "image/format_finding.hpp"
#include "image/stream_window.hpp"
#include "image/vhdx_reader.hpp"
#include "image/vmdk_reader.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// What is inside the data of an image, and whether it may be there. Contract 1.15; what is
// recognised, refused and said is what Glance 33 does with oslo.utils' format_inspector.
//
//     format_inspector inspector;                                // if is_inspected(container)
//     for each slice of the stream: inspector.feed(slice);
//     const auto verdict = judge(inspector.finish(), disk_format, rules);
//     if (verdict.refusal) throw problem(reason::unsupported, *verdict.refusal);

// Only the data of such a container are the disk itself.
bool is_inspected(std::string_view container_format) noexcept;

struct inspection {
    std::uint64_t bytes = 0;                // of the whole stream
    std::vector<format_finding> matches{};  // never empty; raw when nothing else, and then alone

    bool operator==(const inspection&) const = default;
};

// Looks at a stream that passes by. It keeps less than 3 KiB, none of it on the heap, whatever the
// data say; besides what it keeps it looks at the first 1 MiB of a VMDK and at two tables of a
// VHDX. Of all other data it costs a few comparisons a slice. To be discarded with its stream.
class format_inspector {
public:
    // The next slice, of any size. Only looked at during the call.
    void feed(std::span<const std::byte> bytes) noexcept;

    // What the data are if what was fed is all of it.
    inspection finish() const;

private:
    std::uint64_t bytes_ = 0;
    captured_region<disk_head_bytes> head_{0};
    captured_region<iso_descriptor_bytes> iso_descriptor_{iso_descriptor_at};
    vhdx_reader vhdx_;
    vmdk_reader vmdk_;
};

// [image_format] of the configuration. Refers to what the caller keeps.
struct inspection_rules {
    bool require_match = true;                    // require_image_format_match
    std::span<const std::string> gpt_nonfatal{};  // gpt_safety_checks_nonfatal
};

struct format_verdict {
    std::optional<std::uint64_t> virtual_size;  // what the image's becomes
    std::optional<std::string> refusal;         // what 415 says; nothing: the data may stay
    std::string note;  // for the log, also of what is let through, or empty
};

// What becomes of an image of that disk format. Never throws a problem. Differs from Glance only
// where that is safer: a mismatch that is let through is checked all the same (docs/compatibility).
format_verdict judge(const inspection& found, std::string_view disk_format,
                     const inspection_rules& rules);

}  // namespace glimt
