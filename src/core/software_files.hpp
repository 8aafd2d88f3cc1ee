// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/software_operation.hpp"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace glimt {

// A file, directory or disk: poll calls it ready however long it takes. False for what is not open.
bool is_on_disk(int descriptor);

// Runs one entry's system call, which may sleep. Understands READ, READV, WRITE, WRITEV, OPENAT,
// CLOSE, FSYNC, FALLOCATE, RENAMEAT, LINKAT, UNLINKAT, STATX and SPLICE. Returns the result or
// -errno.
std::int32_t run_file_operation(const io_uring_sqe& entry);

// Four threads for the system calls that may sleep on a disk. They start with the first operation
// and are joined by the destructor once each has finished the call it is in; what is still queued
// then is dropped. Operations belong to the ring and stay alive until they are collected or
// withdrawn, or the pool is gone. All functions are called on the ring's thread.
class software_files {
public:
    software_files();
    ~software_files();
    software_files(const software_files&) = delete;
    software_files& operator=(const software_files&) = delete;

    void start(software_operation& operation);

    // Takes a queued operation back. False when a worker has begun it: it will be collected.
    bool withdraw(software_operation& operation);

    // Moves what has finished, results set, to the end of `finished`.
    void collect(software_operations& finished);

    // An eventfd, readable when something waits to be collected.
    int descriptor() const { return finished_signal_; }

private:
    void start_threads();
    void work();

    const int finished_signal_;
    std::vector<std::thread> threads_;
    std::mutex mutex_;  // guards what is below, and every operation that is linked there
    std::condition_variable changed_;
    software_operations queued_;
    software_operations finished_;
    bool leaving_ = false;
};

}  // namespace glimt
