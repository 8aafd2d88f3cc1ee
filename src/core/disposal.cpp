// SPDX-License-Identifier: Apache-2.0
#include "core/disposal.hpp"

#include <fcntl.h>

#include <utility>

namespace glimt {
namespace {

// Owns what its entry points at, and itself.
class disposal final : public completion {
public:
    explicit disposal(std::string path = {}) : path_(std::move(path)) {}

    const char* path() const noexcept { return path_.c_str(); }

    void complete(int, std::uint32_t) override { delete this; }
    void discard() noexcept override { delete this; }

private:
    ~disposal() = default;
    std::string path_;
};

}  // namespace

void close_later(ring_context& home, descriptor file) {
    if (!file) return;
    auto* entry = home.entry(*new disposal);
    io_uring_prep_close(entry, file.release());
    // In a worker of the kernel: inline it would be this thread that frees the blocks.
    entry->flags |= IOSQE_ASYNC;
}

void unlink_later(ring_context& home, std::string path) {
    auto& kept = *new disposal(std::move(path));
    io_uring_prep_unlinkat(home.entry(kept), AT_FDCWD, kept.path(), 0);
}

}  // namespace glimt
