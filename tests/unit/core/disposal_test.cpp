// SPDX-License-Identifier: Apache-2.0
#include "core/disposal.hpp"

#include "support/faulty_loop.hpp"
#include "support/sockets.hpp"

#include <fcntl.h>

#include <cstdlib>
#include <filesystem>

using namespace glimt;
using namespace glimt::testing;

namespace {

bool is_open(int number) { return ::fcntl(number, F_GETFD) >= 0; }

// A file of its own with a name; returns its descriptor.
descriptor new_file(std::string& path) {
    path = std::filesystem::temp_directory_path() / "glimt-disposal-XXXXXX";
    return descriptor(::mkostemp(path.data(), O_CLOEXEC));
}

using disposal_test = faulty_loop;

TEST_F(disposal_test, a_file_is_closed_in_the_next_turn) {
    pipe_ends pipe;
    const int number = pipe.in.get();
    close_later(loop, std::move(pipe.in));
    EXPECT_TRUE(is_open(number));
    loop.run();
    EXPECT_FALSE(is_open(number));
}

TEST_F(disposal_test, no_file_is_no_operation) {
    close_later(loop, descriptor());
    loop.run();
    EXPECT_EQ(plan->seen(operation_kind::close), 0u);
}

TEST_F(disposal_test, one_that_fails_has_no_consequence_for_the_next) {
    std::string kept_path, path;
    const descriptor kept = new_file(kept_path);
    descriptor file = new_file(path);
    const int number = file.get();
    plan->add(operation_kind::unlink, 1, fail_with{EIO});
    unlink_later(loop, kept_path);
    unlink_later(loop, path);
    close_later(loop, std::move(file));
    loop.run();
    EXPECT_TRUE(std::filesystem::exists(kept_path));
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_FALSE(is_open(number));
    std::filesystem::remove(kept_path);
}

TEST_F(disposal_test, what_is_not_there_need_not_be_removed) {
    unlink_later(loop, std::string(300, 'n') + "/nothing");
    loop.run();
    EXPECT_EQ(plan->seen(operation_kind::unlink), 1u);
}

// A coroutine's end leaves them behind, while the loop has other things to do.
TEST_F(disposal_test, the_loop_runs_until_they_have_ended) {
    std::string path;
    auto body = [&]() -> task<> {
        const descriptor file = new_file(path);
        plan->add(operation_kind::unlink, 1, late_by{std::chrono::milliseconds(20)});
        unlink_later(loop, path);
        co_return;
    };
    run(body());
    EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
