// SPDX-License-Identifier: Apache-2.0
#include "image/inspection.hpp"

#include "image/byte_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace glimt {

namespace {

// Whether what could not be looked at to its end could be unsafe.
bool has_safety_checks(data_format format) noexcept {
    switch (format) {
        case data_format::qcow2:
        case data_format::vmdk:
        case data_format::qed:
        case data_format::gpt:
        case data_format::luks: return true;
        case data_format::raw:
        case data_format::vhd:
        case data_format::vhdx:
        case data_format::vdi:
        case data_format::iso: break;
    }
    return false;
}

std::string names_of(std::span<const format_finding> findings) {
    std::vector<std::string_view> names;
    for (const auto& finding : findings) names.push_back(name_of(finding.format));
    return fmt::format("{}", fmt::join(names, ","));
}

const format_finding* find(std::span<const format_finding> findings, data_format format) {
    const auto at = std::ranges::find(findings, format, &format_finding::format);
    return at == findings.end() ? nullptr : &*at;
}

// The one that counts: of several, an ISO that also boots as a disk. Null: none does.
std::span<const format_finding> relevant(const inspection& found) {
    const auto* iso = find(found.matches, data_format::iso);
    const bool hybrid = found.matches.size() == 2 && iso && find(found.matches, data_format::gpt);
    return hybrid ? std::span(iso, 1) : std::span(found.matches);
}

// Why the data are not what their disk format says, in Glance's words; empty when they are. Sets
// the virtual size.
std::string mismatch(std::span<const format_finding> findings, std::uint64_t bytes,
                     std::string_view disk_format, std::uint64_t& virtual_size) {
    if (findings.size() != 1)
        return fmt::format("Multiple formats detected: {}", names_of(findings));
    const auto& one = findings.front();
    if (name_of(one.format) == disk_format) {
        if (!one.virtual_size_valid) return "Image format inspection failed";
        virtual_size = one.virtual_size;
    } else if (disk_format == "raw") {
        virtual_size = bytes;
    } else if (one.format != data_format::raw || data_format_named(disk_format)) {
        return fmt::format("Image disk_format {} does not match stream data {}", disk_format,
                           name_of(one.format));
    }
    return one.complete ? "" : "Incomplete file cannot be safety checked";
}

bool is_fatal(const format_finding& finding, const inspection_rules& rules) {
    return finding.format != data_format::gpt ||
           std::ranges::find(rules.gpt_nonfatal, finding.violation->check) ==
               rules.gpt_nonfatal.end();
}

void check_safety(const format_finding& finding, const inspection_rules& rules,
                  format_verdict& verdict) {
    if (!finding.complete && has_safety_checks(finding.format)) {
        verdict.refusal = "Incomplete file cannot be safety checked";
    } else if (finding.violation) {
        verdict.note = fmt::format("safety check {} on {} failed: {}", finding.violation->check,
                                   name_of(finding.format), finding.violation->why);
        if (is_fatal(finding, rules)) verdict.refusal = "Image failed safety checks";
    }
}

}  // namespace

bool is_inspected(std::string_view container_format) noexcept { return container_format == "bare"; }

void format_inspector::feed(std::span<const std::byte> bytes) noexcept {
    head_.feed(bytes_, bytes);
    iso_descriptor_.feed(bytes_, bytes);
    if (has_text_at(head_.bytes(), 0, "vhdxfile")) vhdx_.feed(bytes_, bytes);
    vmdk_.feed(bytes_, bytes, head_.bytes());
    bytes_ += bytes.size();
}

inspection format_inspector::finish() const {
    inspection found{.bytes = bytes_};
    const auto head = head_.bytes();
    const auto add = [&](const std::optional<format_finding>& finding) {
        if (finding) found.matches.push_back(*finding);
    };
    add(find_qcow2(head));
    add(find_vhd(head));
    if (has_text_at(head, 0, "vhdxfile")) add(vhdx_.finding(bytes_));
    add(vmdk_.finding(bytes_, head));
    add(find_vdi(head));
    add(find_qed(head));
    add(find_iso(iso_descriptor_.bytes(), bytes_));
    add(find_gpt(head, bytes_));
    add(find_luks(head, bytes_));
    if (found.matches.empty()) found.matches.push_back({.virtual_size = bytes_});
    return found;
}

format_verdict judge(const inspection& found, std::string_view disk_format,
                     const inspection_rules& rules) {
    const auto findings = relevant(found);
    format_verdict verdict;
    std::uint64_t virtual_size = 0;
    verdict.note = mismatch(findings, found.bytes, disk_format, virtual_size);
    if (!verdict.note.empty() && rules.require_match) verdict.refusal = verdict.note;
    for (const auto& finding : findings) {
        if (!verdict.refusal) check_safety(finding, rules, verdict);
    }
    if (virtual_size > 0) verdict.virtual_size = virtual_size;
    return verdict;
}

}  // namespace glimt
