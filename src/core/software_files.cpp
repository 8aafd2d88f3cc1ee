// SPDX-License-Identifier: Apache-2.0
#include "core/software_files.hpp"
#include "core/without_signals.hpp"

#include <boost/system/system_error.hpp>

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdio>

namespace glimt {
namespace {

constexpr int thread_count = 4;

// The offset that means "where the file stands".
constexpr std::uint64_t here = ~std::uint64_t{0};

// preadv2 and pwritev2 take the offset and the RWF flags as io_uring does.
ssize_t read_or_write(const io_uring_sqe& entry) {
    const iovec single{pointer_to<void>(entry.addr), entry.len};
    const bool vectored = entry.opcode == IORING_OP_READV || entry.opcode == IORING_OP_WRITEV;
    const bool reads = entry.opcode == IORING_OP_READ || entry.opcode == IORING_OP_READV;
    const iovec* vectors = vectored ? pointer_to<iovec>(entry.addr) : &single;
    const int count = vectored ? static_cast<int>(entry.len) : 1;
    return (reads ? ::preadv2 : ::pwritev2)(entry.fd, vectors, count, static_cast<off_t>(entry.off),
                                            entry.rw_flags);
}

ssize_t splice(const io_uring_sqe& entry) {
    auto from = static_cast<off64_t>(entry.splice_off_in);
    auto to = static_cast<off64_t>(entry.off);
    // The pipe was ready a moment ago; should it not be any more, no worker shall sleep on it.
    return ::splice(entry.splice_fd_in, entry.splice_off_in == here ? nullptr : &from, entry.fd,
                    entry.off == here ? nullptr : &to, entry.len,
                    entry.splice_flags | SPLICE_F_NONBLOCK);
}

ssize_t call(const io_uring_sqe& entry) {
    const auto* path = pointer_to<char>(entry.addr);
    switch (entry.opcode) {
        case IORING_OP_READ:
        case IORING_OP_READV:
        case IORING_OP_WRITE:
        case IORING_OP_WRITEV: return read_or_write(entry);
        case IORING_OP_SPLICE: return splice(entry);
        case IORING_OP_OPENAT:
            return ::openat(entry.fd, path, static_cast<int>(entry.open_flags), entry.len);
        case IORING_OP_CLOSE: return ::close(entry.fd);
        case IORING_OP_FSYNC:
            return (entry.fsync_flags & IORING_FSYNC_DATASYNC) != 0 ? ::fdatasync(entry.fd)
                                                                    : ::fsync(entry.fd);
        case IORING_OP_FALLOCATE:
            return ::fallocate(entry.fd, static_cast<int>(entry.len), static_cast<off_t>(entry.off),
                               static_cast<off_t>(entry.addr));
        case IORING_OP_RENAMEAT:
            return ::renameat2(entry.fd, path, static_cast<int>(entry.len),
                               pointer_to<char>(entry.addr2), entry.rename_flags);
        case IORING_OP_LINKAT:
            return ::linkat(entry.fd, path, static_cast<int>(entry.len),
                            pointer_to<char>(entry.addr2), static_cast<int>(entry.hardlink_flags));
        case IORING_OP_UNLINKAT:
            return ::unlinkat(entry.fd, path, static_cast<int>(entry.unlink_flags));
        case IORING_OP_STATX:
            return ::statx(entry.fd, path, static_cast<int>(entry.statx_flags), entry.len,
                           pointer_to<struct statx>(entry.off));
        default: errno = EINVAL; return -1;
    }
}

}  // namespace

bool is_on_disk(int descriptor) {
    struct stat status;
    if (::fstat(descriptor, &status) < 0) return false;
    return S_ISREG(status.st_mode) || S_ISDIR(status.st_mode) || S_ISBLK(status.st_mode);
}

std::int32_t run_file_operation(const io_uring_sqe& entry) {
    const ssize_t result = call(entry);
    return result < 0 ? -errno : static_cast<std::int32_t>(result);
}

software_files::software_files() : finished_signal_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (finished_signal_ < 0)
        throw boost::system::system_error(errno, boost::system::system_category(), "eventfd");
}

software_files::~software_files() {
    {
        const std::lock_guard lock(mutex_);
        leaving_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
    ::close(finished_signal_);
}

void software_files::start(software_operation& operation) {
    if (threads_.empty()) start_threads();
    {
        const std::lock_guard lock(mutex_);
        queued_.push_back(operation);
    }
    changed_.notify_one();
}

bool software_files::withdraw(software_operation& operation) {
    const std::lock_guard lock(mutex_);
    if (operation.began) return false;
    queued_.erase(queued_.iterator_to(operation));
    return true;
}

void software_files::collect(software_operations& finished) {
    eventfd_t ignored;
    ::eventfd_read(finished_signal_, &ignored);
    const std::lock_guard lock(mutex_);
    finished.splice(finished.end(), finished_);
}

void software_files::start_threads() {
    const without_signals undisturbed;
    try {
        for (int i = 0; i < thread_count; ++i) threads_.emplace_back(&software_files::work, this);
    } catch (const std::system_error&) {
        // Fewer workers will do.
    }
    if (threads_.empty())
        throw boost::system::system_error(EAGAIN, boost::system::system_category(), "thread");
}

void software_files::work() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return leaving_ || !queued_.empty(); });
        if (leaving_) return;
        software_operation& operation = queued_.front();
        queued_.pop_front();
        operation.began = true;

        lock.unlock();
        operation.result = run_file_operation(operation.entry);
        lock.lock();

        const bool first = finished_.empty();
        finished_.push_back(operation);
        if (first) ::eventfd_write(finished_signal_, 1);
    }
}

}  // namespace glimt
