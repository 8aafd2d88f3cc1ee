// SPDX-License-Identifier: Apache-2.0
#include "core/operations.hpp"

#include "support/loop_fixture.hpp"
#include "support/sockets.hpp"

#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

// Each test in a folder of its own, named relative to its descriptor.
struct file_operations_test : loop_fixture {
    file_operations_test() {
        std::string name = std::filesystem::temp_directory_path() / "glimt_files.XXXXXX";
        folder = ::mkdtemp(name.data());
        at.reset(::open(folder.c_str(), O_DIRECTORY | O_CLOEXEC));
    }
    ~file_operations_test() override { std::filesystem::remove_all(folder); }

    task<int> open(std::string name, int flags) {
        return async_open(loop, at.get(), std::move(name), flags, 0640, or_throw);
    }

    std::filesystem::path folder;
    descriptor at;
};

TEST_F(file_operations_test, what_is_written_can_be_read_in_parts) {
    auto body = [&]() -> task<> {
        const int file = co_await open("a", O_RDWR | O_CREAT | O_EXCL);
        std::string one = "hello ", two = "wide ", three = "world";
        const iovec out[] = {{one.data(), one.size()}, {two.data(), 0}, {three.data(), 5}};
        EXPECT_EQ(co_await async_write_at(loop, file, out, 3, or_throw), 11u);
        char first[4], second[16];
        const iovec in[] = {{first, sizeof first}, {second, sizeof second}};
        EXPECT_EQ(co_await async_read_at(loop, file, in, 3, or_throw), 11u);
        EXPECT_EQ(std::string_view(first, 4), "hell");
        EXPECT_EQ(std::string_view(second, 7), "o world");
        EXPECT_EQ(co_await async_read_at(loop, file, in, 100, or_throw), 0u);
        co_await async_fsync(loop, file, sync_what::data, or_throw);
        co_await async_fsync(loop, file, sync_what::data_and_metadata, or_throw);
        co_await async_close(loop, file, or_throw);
    };
    run(body());
    EXPECT_EQ(std::filesystem::file_size(folder / "a"), 14u);
}

TEST_F(file_operations_test, a_file_is_renamed_looked_at_and_removed) {
    auto body = [&]() -> task<> {
        const int file = co_await open("a", O_WRONLY | O_CREAT);
        const iovec out{const_cast<char*>("12345"), 5};
        co_await async_write_at(loop, file, std::span(&out, 1), 0, or_throw);
        co_await async_close(loop, file, or_throw);
        co_await async_rename(loop, at.get(), "a", "b", rename_how::replacing, or_throw);
        struct statx facts{};
        co_await async_statx(loop, at.get(), "b", STATX_SIZE | STATX_MODE, facts, or_throw);
        EXPECT_EQ(facts.stx_size, 5u);
        EXPECT_EQ(facts.stx_mode & 0777, 0640);
        co_await async_unlink(loop, at.get(), "b", or_throw);
    };
    run(body());
    EXPECT_TRUE(std::filesystem::is_empty(folder));
}

// A name that is taken stays whose it is.
TEST_F(file_operations_test, a_file_is_renamed_only_to_a_name_that_is_free) {
    auto body = [&]() -> task<> {
        for (const char* name : {"a", "taken"})
            co_await async_close(loop, co_await open(name, O_WRONLY | O_CREAT), or_throw);
        std::filesystem::resize_file(folder / "taken", 3);
        const auto how = rename_how::if_absent;
        auto [taken] = co_await async_rename(loop, at.get(), "a", "taken", how, or_error);
        EXPECT_EQ(taken.value(), EEXIST);
        co_await async_rename(loop, at.get(), "a", "free", how, or_throw);
    };
    run(body());
    EXPECT_EQ(std::filesystem::file_size(folder / "taken"), 3u);
    EXPECT_EQ(std::filesystem::file_size(folder / "free"), 0u);
    EXPECT_FALSE(std::filesystem::exists(folder / "a"));
}

TEST_F(file_operations_test, a_file_without_a_name_gets_one_that_is_free) {
    auto body = [&]() -> task<> {
        descriptor file(co_await open(".", O_WRONLY | O_TMPFILE));
        const iovec out{const_cast<char*>("12345"), 5};
        co_await async_write_at(loop, file.get(), std::span(&out, 1), 0, or_throw);
        EXPECT_TRUE(std::filesystem::is_empty(folder));
        const std::string path = folder / std::string(200, 'n');
        co_await async_link(loop, file.get(), path, or_throw);
        auto [taken] = co_await async_link(loop, file.get(), path, or_error);
        EXPECT_EQ(taken.value(), EEXIST);
        auto [no_file] = co_await async_link(loop, 999'999, path + "x", or_error);
        EXPECT_EQ(no_file.value(), ENOENT);
        EXPECT_EQ(std::filesystem::file_size(path), 5u);
    };
    run(body());
}

// Longer than a small string holds inside itself, so that the path must be kept for the kernel.
TEST_F(file_operations_test, paths_live_as_long_as_their_operation) {
    const std::string name(200, 'n');
    auto body = [&]() -> task<> {
        for (int i = 0; i < 20; ++i) {
            const auto here = name + std::to_string(i);
            co_await async_close(loop, co_await open(here, O_CREAT | O_RDWR), or_throw);
            co_await async_rename(loop, at.get(), here, here + "x", rename_how::replacing,
                                  or_throw);
            struct statx facts{};
            co_await async_statx(loop, at.get(), here + "x", STATX_SIZE, facts, or_throw);
            co_await async_unlink(loop, at.get(), here + "x", or_throw);
        }
    };
    run(body());
}

TEST_F(file_operations_test, errors_are_the_kernels) {
    auto body = [&]() -> task<> {
        struct statx facts{};
        char byte = 'x';
        const iovec part{&byte, 1};
        const int reads_only = co_await open("r", O_RDONLY | O_CREAT);
        const int writes_only = co_await open("w", O_WRONLY | O_CREAT);
        pipe_ends pipe;
        const auto fds = std::pair{reads_only, writes_only};
        auto value = [](auto result) { return std::get<0>(result).value(); };
        EXPECT_EQ(value(co_await async_open(loop, at.get(), "no", O_RDONLY, 0, or_error)), ENOENT);
        EXPECT_EQ(value(co_await async_open(loop, at.get(), "r", O_CREAT | O_EXCL, 0, or_error)),
                  EEXIST);
        EXPECT_EQ(value(co_await async_statx(loop, at.get(), "no", STATX_SIZE, facts, or_error)),
                  ENOENT);
        EXPECT_EQ(value(co_await async_unlink(loop, at.get(), "no", or_error)), ENOENT);
        EXPECT_EQ(value(co_await async_rename(loop, at.get(), "no", "r", rename_how::replacing,
                                              or_error)),
                  ENOENT);
        EXPECT_EQ(value(co_await async_read_at(loop, fds.second, std::span(&part, 1), 0, or_error)),
                  EBADF);
        EXPECT_EQ(value(co_await async_write_at(loop, fds.first, std::span(&part, 1), 0, or_error)),
                  EBADF);
        EXPECT_EQ(value(co_await async_fsync(loop, pipe.in.get(), sync_what::data, or_error)),
                  EINVAL);
        EXPECT_EQ(value(co_await async_close(loop, 999'999, or_error)), EBADF);
        EXPECT_EQ(value(co_await async_splice(loop, fds.first, 0, fds.second, 0, 1, or_error)),
                  EINVAL);
        co_await async_close(loop, reads_only, or_throw);
        co_await async_close(loop, writes_only, or_throw);
    };
    run(body());
}

TEST_F(file_operations_test, splice_moves_a_file_through_a_pipe_to_a_socket) {
    const auto content = stream_bytes(0, 300'000);
    std::string got;
    auto body = [&]() -> task<> {
        const int file = co_await open("image", O_RDWR | O_CREAT);
        const iovec out{const_cast<char*>(content.data()), content.size()};
        EXPECT_EQ(co_await async_write_at(loop, file, std::span(&out, 1), 0, or_throw),
                  content.size());
        auto ends = tcp_ends();
        pipe_ends pipe;
        std::vector<char> space(65'536);
        for (std::int64_t offset = 0;;) {
            const auto n =
                co_await async_splice(loop, file, offset, pipe.in.get(), -1, 50'000, or_throw);
            if (n == 0) break;
            offset += static_cast<std::int64_t>(n);
            for (std::size_t left = n; left > 0;)
                left -= co_await async_splice(loop, pipe.out.get(), -1, ends.here.get(), -1,
                                              static_cast<unsigned>(left), or_throw);
            for (std::size_t left = n; left > 0;) {
                const auto m = co_await async_receive(loop, ends.there.get(), asio::buffer(space),
                                                      0, or_throw);
                got.append(space.data(), m);
                left -= m;
            }
        }
        co_await async_close(loop, file, or_throw);
    };
    run(body());
    EXPECT_TRUE(got == content);
}

}  // namespace
