// SPDX-License-Identifier: Apache-2.0
#include "core/single_flight.hpp"

#include "support/loop_fixture.hpp"

#include <gtest/gtest.h>

#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace glimt;
using namespace glimt::testing;

namespace {

struct single_flight_test : loop_fixture {
    std::vector<std::string> failures;
    nursery::failure_sink sink = [this](std::string_view name, std::exception_ptr) {
        failures.emplace_back(name);
    };
    single_flight<int, std::string> questions{loop, "question", 2, sink};
    nursery askers{loop, [](std::string_view, std::exception_ptr) {}};
    event answer{loop};
    bool may_answer = false;
    unsigned asked = 0;
    std::vector<std::optional<std::string>> answers;

    task<std::string> question(std::string what) {
        ++asked;
        while (!may_answer) co_await answer.async_wait(or_throw);
        if (what == "bad") throw std::runtime_error(what);
        co_return what;
    }
    task<> ask(int key, std::string what) {
        const auto make = [&] { return question(what); };
        answers.push_back(co_await questions.ask(key, make));
    }
    template <class Make>
    task<> keep(Make make) {
        answers.push_back(co_await questions.ask(1, make));
    }
    void let_answer() {
        may_answer = true;
        answer.notify_all();
    }
    task<> start(int key, std::string what) {
        askers.start("asker", ask(key, std::move(what)));
        co_await pause({});
    }
    task<> finish() {
        let_answer();
        co_await askers.join();
    }
};

TEST_F(single_flight_test, one_answer_serves_all_who_ask_meanwhile) {
    auto body = [&]() -> task<> {
        for (int i = 0; i < 3; ++i) co_await start(1, "one");
        co_await start(2, "two");
        EXPECT_EQ(asked, 2u);
        co_await finish();
        co_await start(1, "again");
    };
    run(body());
    EXPECT_EQ(asked, 3u);
    EXPECT_EQ(answers,
              (std::vector<std::optional<std::string>>{"one", "one", "one", "two", "again"}));
}

TEST_F(single_flight_test, beyond_the_bound_there_is_no_answer) {
    auto body = [&]() -> task<> {
        co_await start(1, "one");
        co_await start(2, "two");
        co_await start(3, "three");
        EXPECT_EQ(answers, (std::vector<std::optional<std::string>>{std::nullopt}));
        co_await finish();
    };
    run(body());
    EXPECT_EQ(asked, 2u);
}

TEST_F(single_flight_test, a_question_that_fails_leaves_nobody_waiting) {
    auto body = [&]() -> task<> {
        co_await start(1, "bad");
        co_await start(1, "bad");
        co_await finish();
    };
    run(body());
    EXPECT_EQ(answers, (std::vector<std::optional<std::string>>{std::nullopt, std::nullopt}));
    EXPECT_EQ(failures, std::vector<std::string>{"question"});
}

TEST_F(single_flight_test, who_stops_waiting_does_not_stop_the_question) {
    auto body = [&]() -> task<> {
        nursery::child* leaving = nullptr;
        askers.start_knowing("leaving", [&](nursery::child& who) {
            leaving = &who;
            return ask(1, "one");
        });
        co_await start(1, "one");
        leaving->abort();
        co_await pause({});
        co_await finish();
    };
    run(body());
    EXPECT_EQ(answers, (std::vector<std::optional<std::string>>{"one"}));
    EXPECT_EQ(asked, 1u);
}

TEST_F(single_flight_test, a_question_that_cannot_be_made_leaves_room_for_the_next) {
    auto body = [&]() -> task<> {
        const auto make = [this](bool may) {
            if (!may) throw std::bad_alloc();
            return question("one");
        };
        const auto never = [&] { return make(false); };
        const auto now = [&] { return make(true); };
        may_answer = true;
        bool thrown = false;
        try {
            co_await questions.ask(1, never);
        } catch (const std::bad_alloc&) {
            thrown = true;
        }
        EXPECT_TRUE(thrown);
        askers.start("asker", keep(now));
        co_await pause({});
        EXPECT_EQ(asked, 1u);
        askers.abort();
        co_await askers.join();
    };
    run(body());
    EXPECT_EQ(answers, (std::vector<std::optional<std::string>>{"one"}));
}

TEST_F(single_flight_test, close_ends_what_is_asked_and_what_would_be) {
    auto body = [&]() -> task<> {
        co_await start(1, "one");
        questions.close();
        co_await askers.join();
        co_await start(2, "two");
    };
    run(body());
    EXPECT_EQ(answers, (std::vector<std::optional<std::string>>{std::nullopt, std::nullopt}));
    EXPECT_TRUE(failures.empty());
}

}  // namespace
