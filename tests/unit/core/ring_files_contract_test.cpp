// SPDX-License-Identifier: Apache-2.0
// Files and splicing on both rings.
#include "unit/core/ring_contract.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <algorithm>
#include <filesystem>
#include <functional>

namespace glimt {
namespace {

constexpr auto current = static_cast<std::uint64_t>(-1);  // the file's own position

class ring_files : public ring_contract {
protected:
    void SetUp() override {
        ring_contract::SetUp();
        std::string name = testing::TempDir() + "glimt_ring_XXXXXX";
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
    }
    void TearDown() override {
        if (!folder_.empty()) std::filesystem::remove_all(folder_);
    }

    std::string path(const char* name) const { return folder_ / name; }

    std::int32_t done(io_uring_sqe* request) {
        named(request, 30);
        return result_of(30);
    }

    owned_descriptor open(const std::string& name, int flags = O_RDWR | O_CREAT) {
        io_uring_sqe* request = entry();
        io_uring_prep_openat(request, AT_FDCWD, name.c_str(), flags | O_CLOEXEC, 0640);
        const std::int32_t result = done(request);
        EXPECT_GE(result, 0) << name;
        return owned_descriptor(result);
    }

    std::int32_t write(const owned_descriptor& to, std::string_view text, std::uint64_t offset) {
        io_uring_sqe* request = entry();
        io_uring_prep_write(request, to.get(), text.data(), static_cast<unsigned>(text.size()),
                            offset);
        return done(request);
    }

    std::string read(const owned_descriptor& from, unsigned size, std::uint64_t offset) {
        std::string text(size, '\0');
        io_uring_sqe* request = entry();
        io_uring_prep_read(request, from.get(), text.data(), size, offset);
        const std::int32_t result = done(request);
        EXPECT_GE(result, 0);
        text.resize(static_cast<std::size_t>(std::max(result, 0)));
        return text;
    }

    io_uring_sqe* splice(int from, std::int64_t from_offset, int to, std::int64_t to_offset,
                         unsigned size) {
        io_uring_sqe* request = entry();
        io_uring_prep_splice(request, from, from_offset, to, to_offset, size, 0);
        return request;
    }

    std::filesystem::path folder_;
};

TEST_P(ring_files, write_and_read_at_offsets_and_at_the_files_position) {
    const owned_descriptor file = open(path("a"));
    EXPECT_EQ(write(file, "hello world", 0), 11);
    EXPECT_EQ(write(file, "W", 6), 1);
    EXPECT_EQ(read(file, 64, 0), "hello World");
    EXPECT_EQ(read(file, 5, 6), "World");
    EXPECT_EQ(read(file, 64, 11), "");
    EXPECT_EQ(read(file, 6, current), "hello ");
    EXPECT_EQ(read(file, 64, current), "World");
    EXPECT_EQ(write(file, "!", current), 1);
    EXPECT_EQ(read(file, 64, 0), "hello World!");
}

TEST_P(ring_files, writev_and_readv_gather_and_scatter) {
    const owned_descriptor file = open(path("a"));
    std::string left = "left";
    std::string right = "right";
    const std::array<iovec, 2> parts{{{left.data(), 4}, {right.data(), 5}}};
    io_uring_sqe* request = entry();
    io_uring_prep_writev(request, file.get(), parts.data(), 2, 1);
    EXPECT_EQ(done(request), 9);
    left = right = "-----";
    request = entry();
    io_uring_prep_readv(request, file.get(), parts.data(), 2, 1);
    EXPECT_EQ(done(request), 9);
    EXPECT_EQ(left, "left-");
    EXPECT_EQ(right, "right");
}

TEST_P(ring_files, many_at_once_all_complete) {
    const owned_descriptor file = open(path("a"));
    constexpr std::uint64_t count = 300;
    std::vector<char> bytes(count);
    for (std::uint64_t i = 0; i < count; ++i) {
        bytes[i] = static_cast<char>('a' + i % 26);
        io_uring_sqe* request = entry();
        io_uring_prep_write(request, file.get(), &bytes[i], 1, i);
        named(request, i);
    }
    for (std::uint64_t i = 0; i < count; ++i) EXPECT_EQ(next().result, 1);
    EXPECT_EQ(read(file, 1'000, 0), std::string(bytes.begin(), bytes.end()));
}

TEST_P(ring_files, sync_allocate_look_rename_and_remove) {
    const std::string before = path("before");
    const std::string after = path("after");
    const owned_descriptor file = open(before);
    for (const unsigned flags : {0U, unsigned{IORING_FSYNC_DATASYNC}}) {
        io_uring_sqe* request = entry();
        io_uring_prep_fsync(request, file.get(), flags);
        EXPECT_EQ(done(request), 0);
    }
    io_uring_sqe* request = entry();
    io_uring_prep_fallocate(request, file.get(), 0, 4'096, 8'192);
    EXPECT_EQ(done(request), 0);

    request = entry();
    io_uring_prep_renameat(request, AT_FDCWD, before.c_str(), AT_FDCWD, after.c_str(), 0);
    EXPECT_EQ(done(request), 0);

    struct statx status{};
    request = entry();
    io_uring_prep_statx(request, AT_FDCWD, after.c_str(), 0, STATX_BASIC_STATS, &status);
    EXPECT_EQ(done(request), 0);
    EXPECT_EQ(status.stx_size, 12'288U);
    EXPECT_EQ(status.stx_mode & 0777, 0640);

    request = entry();
    io_uring_prep_unlinkat(request, AT_FDCWD, after.c_str(), 0);
    EXPECT_EQ(done(request), 0);
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_P(ring_files, what_fails_says_why) {
    const std::string missing = path("missing");
    const std::string file = path("a");
    const owned_descriptor taken = open(file);
    struct statx status{};
    struct failure {
        const char* what;
        std::function<void(io_uring_sqe*)> prepare;
        int expected;
    };
    const failure failures[] = {
        {"open what is not there",
         [&](auto* e) { io_uring_prep_openat(e, AT_FDCWD, missing.c_str(), O_RDONLY, 0); }, ENOENT},
        {"create what is there",
         [&](auto* e) {
             io_uring_prep_openat(e, AT_FDCWD, file.c_str(), O_CREAT | O_EXCL | O_RDWR, 0600);
         },
         EEXIST},
        {"look at what is not there",
         [&](auto* e) { io_uring_prep_statx(e, AT_FDCWD, missing.c_str(), 0, 0, &status); },
         ENOENT},
        {"remove what is not there",
         [&](auto* e) { io_uring_prep_unlinkat(e, AT_FDCWD, missing.c_str(), 0); }, ENOENT},
        {"remove a file as a folder",
         [&](auto* e) { io_uring_prep_unlinkat(e, AT_FDCWD, file.c_str(), AT_REMOVEDIR); },
         ENOTDIR},
        {"rename what is not there",
         [&](auto* e) {
             io_uring_prep_renameat(e, AT_FDCWD, missing.c_str(), AT_FDCWD, file.c_str(), 0);
         },
         ENOENT},
        {"rename over another against the flags",
         [&](auto* e) {
             io_uring_prep_renameat(e, AT_FDCWD, file.c_str(), AT_FDCWD, file.c_str(),
                                    RENAME_NOREPLACE);
         },
         EEXIST},
        {"sync what is not open", [&](auto* e) { io_uring_prep_fsync(e, 99'999, 0); }, EBADF},
        {"allocate nothing", [&](auto* e) { io_uring_prep_fallocate(e, taken.get(), 0, 0, 0); },
         EINVAL},
        {"read what is not open", [&](auto* e) { io_uring_prep_read(e, 99'999, &status, 1, 0); },
         EBADF},
    };
    for (const failure& each : failures) {
        SCOPED_TRACE(each.what);
        io_uring_sqe* request = entry();
        each.prepare(request);
        EXPECT_EQ(done(request), -each.expected);
    }
}

TEST_P(ring_files, close_closes_a_file) {
    owned_descriptor file = open(path("a"));
    const int number = file.release();
    for (const int expected : {0, -EBADF}) {
        io_uring_sqe* request = entry();
        io_uring_prep_close(request, number);
        EXPECT_EQ(done(request), expected);
    }
}

TEST_P(ring_files, splice_goes_from_a_file_through_a_pipe_to_a_socket) {
    const owned_descriptor file = open(path("a"));
    const connected_pair pipe = pipe_pair();
    const connected_pair pair = tcp_pair();
    ASSERT_EQ(write(file, "0123456789", 0), 10);
    EXPECT_EQ(done(splice(file.get(), 2, pipe.there.get(), -1, 5)), 5);
    EXPECT_EQ(done(splice(pipe.here.get(), -1, pair.here.get(), -1, 5)), 5);
    std::array<char, 8> got{};
    EXPECT_EQ(::recv(pair.there.get(), got.data(), got.size(), 0), 5);
    EXPECT_STREQ(got.data(), "23456");
}

TEST_P(ring_files, splice_goes_from_a_socket_through_a_pipe_to_a_file) {
    const owned_descriptor file = open(path("a"));
    const connected_pair pipe = pipe_pair();
    const connected_pair pair = tcp_pair();
    named(splice(pair.here.get(), -1, pipe.there.get(), -1, 100), 1);
    put(pair.there, "abcdef");
    EXPECT_EQ(result_of(1), 6);
    EXPECT_EQ(done(splice(pipe.here.get(), -1, file.get(), 3, 6)), 6);
    EXPECT_EQ(read(file, 64, 3), "abcdef");
}

TEST_P(ring_files, splice_to_a_file_waits_for_the_pipe) {
    const owned_descriptor file = open(path("a"));
    const connected_pair pipe = pipe_pair();
    named(splice(pipe.here.get(), -1, file.get(), 0, 6), 1);
    EXPECT_FALSE(completed_now(1));
    put(pipe.there, "late");
    EXPECT_EQ(result_of(1), 4);
    EXPECT_EQ(read(file, 64, 0), "late");
}

// Opening a FIFO sleeps until its other end is opened. Four of them hold all workers, so that the
// state of the fifth operation is certain. io_uring interrupts what runs; a thread cannot be.
TEST_P(ring_files, what_a_worker_runs_is_not_cancelled_but_what_waits_for_one_is) {
    if (!on_epoll()) GTEST_SKIP() << "the kernel's ring has no four workers";
    constexpr std::uint64_t fifos = 4;
    std::vector<std::string> names;
    for (std::uint64_t i = 0; i < fifos; ++i) {
        names.push_back(path("fifo") + std::to_string(i));
        ASSERT_EQ(::mkfifo(names.back().c_str(), 0600), 0);
    }
    for (std::uint64_t i = 0; i < fifos; ++i) {
        io_uring_sqe* request = entry();
        io_uring_prep_openat(request, AT_FDCWD, names[i].c_str(), O_RDONLY, 0);
        named(request, i);
    }
    // Opened without waiting, the writing end fails until the reader sleeps in open().
    std::vector<owned_descriptor> writers;
    const std::string last = path("last");
    io_uring_sqe* request = entry();
    io_uring_prep_openat(request, AT_FDCWD, last.c_str(), O_RDWR | O_CREAT, 0600);
    named(request, 9);
    turn();
    EXPECT_EQ(cancel(9), 0);
    EXPECT_EQ(result_of(9), -ECANCELED);
    for (std::uint64_t i = 0; i < fifos; ++i) {
        int writer = -1;
        while ((writer = ::open(names[i].c_str(), O_WRONLY | O_NONBLOCK)) < 0)
            ASSERT_EQ(errno, ENXIO);
        writers.emplace_back(writer);
        // It has returned, or is about to: it is too late in either case.
        const std::int32_t cancelled = cancel(i);
        EXPECT_TRUE(cancelled == -EALREADY || cancelled == -ENOENT) << cancelled;
        const owned_descriptor reader(result_of(i));
    }
    EXPECT_FALSE(std::filesystem::exists(last));
}

INSTANTIATE_TEST_SUITE_P(loops, ring_files, testing::Values("uring", "epoll"), loop_name);

}  // namespace
}  // namespace glimt
