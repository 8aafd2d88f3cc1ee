// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/sql.hpp"

#include <cassert>
#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

namespace glimt {

// What a script and the driver that runs it say to each other.
struct sql_conversation {
    const sql_statement* asked = nullptr;  // in the frame of the script that waits for the answer
    sql_result answer;
    std::coroutine_handle<> waiting;
};

// The statements of one transaction, one after the other, without knowing who executes them:
//
//     script<bool> rename(const std::string& id) {
//         const sql_result done = co_await update_statement(id);
//         co_return done.changed > 0;
//     }
//
// Lazy. A driver starts it, executes what it asks and resumes it with the answer: a thread in a
// loop, or a coroutine of the shard that awaits a socket. Scripts call scripts with co_await. They
// know no loop, and a test can be the database. Arguments by reference outlive the run.
template <class T>
class [[nodiscard]] script {
public:
    struct promise_type;

    script(script&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
    script& operator=(script&&) = delete;
    ~script() {
        if (frame_) frame_.destroy();
    }

    // Runs until it asks something, or to its end. Throws what the script throws.
    void start(sql_conversation& talk) {
        frame_.promise().talk = &talk;
        talk.waiting = frame_;
        go_on(talk);
    }
    void go_on(sql_conversation& talk) {
        talk.asked = nullptr;
        talk.waiting.resume();
        if (frame_.done() && frame_.promise().failure)
            std::rethrow_exception(frame_.promise().failure);
    }

    // What it came to. Once, after its end.
    T take() {
        assert(frame_.done() && frame_.promise().value);
        return std::move(*frame_.promise().value);
    }

private:
    template <class U>
    friend class script;
    friend struct script_promise;

    explicit script(std::coroutine_handle<promise_type> frame) noexcept : frame_(frame) {}

    std::coroutine_handle<promise_type> frame_;
};

// What the promises of all scripts share.
struct script_promise {
    sql_conversation* talk = nullptr;
    std::coroutine_handle<> caller;  // the script that awaits this one
    std::exception_ptr failure;

    struct ask {
        sql_conversation& talk;
        sql_statement statement;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> frame) noexcept {
            talk.asked = &statement;
            talk.waiting = frame;
        }
        sql_result await_resume() noexcept { return std::move(talk.answer); }
    };

    template <class U>
    struct call {
        sql_conversation& talk;
        script<U> callee;
        bool await_ready() const noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<> frame) noexcept {
            callee.frame_.promise().talk = &talk;
            callee.frame_.promise().caller = frame;
            return callee.frame_;
        }
        U await_resume() {
            if (auto& thrown = callee.frame_.promise().failure) std::rethrow_exception(thrown);
            return callee.take();
        }
    };

    struct leave {
        bool await_ready() const noexcept { return false; }
        template <class Promise>
        std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> frame) noexcept {
            if (frame.promise().caller) return frame.promise().caller;
            return std::noop_coroutine();
        }
        void await_resume() const noexcept {}
    };

    std::suspend_always initial_suspend() const noexcept { return {}; }
    leave final_suspend() const noexcept { return {}; }
    void unhandled_exception() noexcept { failure = std::current_exception(); }
    ask await_transform(sql_statement statement) { return {*talk, std::move(statement)}; }
    template <class U>
    call<U> await_transform(script<U> callee) {
        return {*talk, std::move(callee)};
    }
};

template <class T>
struct script<T>::promise_type : script_promise {
    std::optional<T> value;

    script get_return_object() {
        return script(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    template <class U>
    void return_value(U&& result) {
        value.emplace(std::forward<U>(result));
    }
};

}  // namespace glimt
