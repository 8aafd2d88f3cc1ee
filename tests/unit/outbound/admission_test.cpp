// SPDX-License-Identifier: Apache-2.0
#include "outbound/admission.hpp"

#include "core/nursery.hpp"
#include "core/patience.hpp"
#include "support/loop_fixture.hpp"

using namespace glimt;
using namespace std::chrono_literals;

namespace {

struct admission_test : glimt::testing::loop_fixture {
    admission door{loop, 1};
    nursery guests{loop, [](std::string_view, std::exception_ptr) { ADD_FAILURE(); }};
    std::string entered;

    task<> visit(char name, std::chrono::milliseconds patience) {
        co_await interruptible_by_abort();
        const auto ticket = co_await door.enter(patience);
        entered += ticket ? name : '-';
    }
};

TEST_F(admission_test, lets_in_one_after_the_other) {
    auto body = [&]() -> task<> {
        auto first = co_await door.enter(0ms);
        for (const char name : {'a', 'b', 'c'}) guests.start("guest", visit(name, 10min));
        co_await pause(1ms);
        EXPECT_EQ(entered, "");
        first.reset();
        co_await guests.join();
    };
    run(body());
    EXPECT_EQ(entered, "abc");
}

TEST_F(admission_test, patience_ends) {
    auto body = [&]() -> task<> {
        const auto first = co_await door.enter(0ms);
        EXPECT_EQ(co_await door.enter(0ms), nullptr);
        co_await visit('a', 5ms);
    };
    run(body());
    EXPECT_EQ(entered, "-");
}

TEST_F(admission_test, a_guest_who_is_cancelled_is_passed_by) {
    auto body = [&]() -> task<> {
        auto first = co_await door.enter(0ms);
        nursery::child* a = nullptr;
        guests.start_knowing("a", [&](nursery::child& self) {
            a = &self;
            return visit('a', 10min);
        });
        guests.start("b", visit('b', 10min));
        co_await pause(1ms);
        a->abort();
        first.reset();
        co_await guests.join();
    };
    run(body());
    EXPECT_EQ(entered, "b");
}

}  // namespace
