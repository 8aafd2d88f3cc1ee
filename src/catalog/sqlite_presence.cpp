// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite_presence.hpp"

#include "core/problem.hpp"

#include <fcntl.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <random>

namespace glimt {
namespace {

constexpr mode_t mode = 0640;

[[noreturn]] void fail(const std::string& path) {
    throw problem(reason::unavailable,
                  "The database cannot be shared: " + path + ": " + std::strerror(errno));
}

// An open file description's lock: a second one of this process is another's, as it is in tests.
struct flock byte_lock(off_t at) {
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = at;
    lock.l_len = 1;
    return lock;
}

// So many that no two processes ever take the same.
off_t random_byte() {
    std::random_device source;
    const auto high = std::uint64_t{source()} << 32;
    return static_cast<off_t>((high | source()) >> 2);
}

}  // namespace

sqlite_presence::sqlite_presence(const std::string& path) {
    const off_t byte = random_byte();
    name_ = std::to_string(byte);
    if (path.empty()) return;
    const std::string beside = path + "-glimt";
    locks_.reset(::open(beside.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, mode));
    if (!locks_) fail(beside);
    struct flock lock = byte_lock(byte);
    if (::fcntl(locks_.get(), F_OFD_SETLK, &lock) != 0) fail(beside);
}

bool sqlite_presence::is_alive(std::string_view name) const {
    if (name == name_) return true;
    if (!locks_) return false;
    off_t byte = 0;
    const char* const end = name.data() + name.size();
    const auto [stopped, ec] = std::from_chars(name.data(), end, byte);
    if (ec != std::errc() || stopped != end || byte < 0) return false;
    struct flock lock = byte_lock(byte);
    // Should the kernel not say, nobody is declared dead.
    return ::fcntl(locks_.get(), F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

}  // namespace glimt
