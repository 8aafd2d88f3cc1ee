// SPDX-License-Identifier: Apache-2.0
#include "image/vmdk_descriptor.hpp"

#include <algorithm>

namespace glimt {

namespace {

// str.isspace() of ASCII.
constexpr bool is_white(char c) noexcept {
    return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f');
}

}  // namespace

void vmdk_descriptor::line::feed(char c) noexcept {
    if (is_white(c) && size == 0) return;
    if (size + white < lead.size()) lead[size + white] = c;
    if (c == ' ' && !equals) spaced_name = true;
    if (c == '=') equals = true;
    if (c == '/') slash = true;
    if (is_white(c)) {
        ++white;
    } else {
        size += white + 1;
        white = 0;
    }
}

bool vmdk_descriptor::line::starts_with(std::string_view text) const noexcept {
    return size >= text.size() && std::string_view(lead.data(), lead.size()).starts_with(text);
}

bool vmdk_descriptor::line::is_extent() const noexcept {
    const auto text = std::string_view(lead.data(), std::min(size, lead.size()));
    const auto word = text.substr(0, text.find(' '));
    return word == "rw" || word == "rdonly" || word == "noaccess";
}

void vmdk_descriptor::feed(std::span<const std::byte> bytes) noexcept {
    for (const auto byte : bytes) {
        if (ended_) return;
        feed(static_cast<char>(byte));
    }
}

void vmdk_descriptor::feed(char c) noexcept {
    if (c == '\0') {
        ended_ = true;
        return;
    }
    empty_ = false;
    if (static_cast<unsigned char>(c) >= 0x80) ascii_ = false;
    c = ascii_lower(c);
    feed_type(c);
    if (parent_search_.feed(c)) parent_ = true;
    if (c == '\n') {
        end_line();
    } else {
        line_.feed(c);
    }
}

void vmdk_descriptor::feed_type(char c) noexcept {
    if (in_type_) {
        if (c == '"') {
            in_type_ = false;
        } else {
            if (type_size_ < type_.size()) type_[type_size_] = c;
            ++type_size_;
        }
    } else if (type_search_.feed(c)) {
        in_type_ = ++type_count_ == 1;
    }
}

void vmdk_descriptor::end_line() noexcept {
    if (line_.is_extent() && !line_.is_header_field()) {
        ++extent_count_;
        if (line_.slash) extent_elsewhere_ = true;
    } else if (line_.size > 0 && !line_.starts_with("#") && !line_.starts_with("ddb") &&
               !line_.is_header_field()) {
        unknown_line_ = true;
    }
    line_ = {};
}

bool vmdk_descriptor::holds_its_data() const noexcept {
    if (in_type_ || type_size_ > type_.size()) return false;
    const std::string_view type(type_.data(), type_size_);
    return type == "monolithicsparse" || type == "streamoptimized";
}

std::optional<safety_violation> vmdk_descriptor::violation() const noexcept {
    constexpr auto violation = [](std::string_view why) {
        return safety_violation{"descriptor", why};
    };
    auto whole = *this;
    whole.end_line();
    if (empty_ || !ascii_) return violation("No descriptor found");
    if (!holds_its_data()) return violation("Unsupported subformat");
    // qemu takes the one that is written in its own capitals, Glance the first: so only one.
    if (type_count_ > 1) return violation("Several subformats");
    if (whole.unknown_line_) return violation("Invalid VMDK descriptor data");
    if (whole.extent_elsewhere_) return violation("Invalid extent filenames found");
    if (whole.extent_count_ == 0) return violation("No extents found");
    // A file that qemu reads what is not in this one from, as a backing file of qcow2.
    if (parent_) return violation("Image has a parent");
    return std::nullopt;
}

}  // namespace glimt
