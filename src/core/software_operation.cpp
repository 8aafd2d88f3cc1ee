// SPDX-License-Identifier: Apache-2.0
#include "core/software_operation.hpp"

#include <algorithm>
#include <cassert>

namespace glimt {

std::span<const completion_entry> software_completions::take() {
    const auto count = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), taken_.size()));
    std::copy_n(waiting_.begin(), count, taken_.begin());
    waiting_.erase(waiting_.begin(), waiting_.begin() + count);
    return {taken_.data(), static_cast<std::size_t>(count)};
}

void software_buffers::provide(std::byte* memory, unsigned count, unsigned size) {
    assert(memory_ == nullptr && count > 0 && (count & (count - 1)) == 0 && count <= 32768);
    memory_ = memory;
    size_ = size;
    free_.reserve(count);
    for (unsigned id = count; id-- > 0;) free_.push_back(static_cast<std::uint16_t>(id));
}

std::uint16_t software_buffers::take() {
    assert(!free_.empty());
    const std::uint16_t id = free_.back();
    free_.pop_back();
    return id;
}

}  // namespace glimt
