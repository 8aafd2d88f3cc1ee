// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/descriptor.hpp"
#include "core/stream.hpp"

#include <cstdint>

namespace glimt {

// Some bytes of an open file.
struct file_part {
    int file;
    std::uint64_t offset;
    std::uint64_t bytes;
};

// A part of a file as a source. Who finds that a source is one may take the part and have its bytes
// go from the page cache to a socket by themselves.
class file_source final : public source {
public:
    file_source(ring_context& home, descriptor file, std::uint64_t offset, std::uint64_t bytes)
        : home_(home), file_(std::move(file)), offset_(offset), left_(bytes) {}
    ~file_source() override;

    // Throws system_error(eof) when the file is shorter than was said, and what reading throws.
    task<std::size_t> read_some(asio::mutable_buffer into) override;

    // What was not read yet. The file stays open as long as the source lives.
    file_part rest() const noexcept { return {file_.get(), offset_, left_}; }

private:
    ring_context& home_;
    descriptor file_;
    std::uint64_t offset_, left_;
};

}  // namespace glimt
