// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/event.hpp"
#include "core/nursery.hpp"
#include "core/task.hpp"

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>

namespace glimt {

// Questions that many ask at once and that are answered once. Who asks what is being asked already
// waits for that answer. A question goes on when those who wait for it are cancelled: others may,
// and whoever makes it bounds the time that it takes.
//
// Loop only. Before it is destroyed it is closed, and the loop has run until nobody waits here.
template <class Key, class Value, class Hash = std::hash<Key>>
class single_flight {
public:
    // `name` is a literal; on_failure is told of exceptions that end a question.
    single_flight(ring_context& home, std::string_view name, std::size_t flights_max,
                  nursery::failure_sink on_failure)
        : home_(home),
          name_(name),
          flights_max_(flights_max),
          questions_(home, std::move(on_failure)) {}

    // The answer to what is being asked under that key, else to `make()`, a task<Value> that refers
    // to nothing that may end before it. Nothing when too much is being asked, when the question
    // ended in an exception, and once closed. Throws operation_aborted when cancelled, and what
    // make() throws.
    template <class Make>
    task<std::optional<Value>> ask(Key key, Make make) {
        auto flight = under_way(key);
        if (!flight) {
            if (flights_.size() >= flights_max_) co_return std::nullopt;
            flight = std::make_shared<one>(home_);
            if (!begin(key, flight, make)) co_return std::nullopt;
        }
        while (!flight->landed) co_await flight->changed.async_wait(or_throw);
        co_return flight->answer;
    }

    // Ends every question, and no new one is begun.
    void close() { questions_.abort(); }

private:
    struct one {
        explicit one(ring_context& home) : changed(home) {}
        event changed;
        bool landed = false;
        std::optional<Value> answer;
    };

    std::shared_ptr<one> under_way(const Key& key) const {
        const auto found = flights_.find(key);
        return found == flights_.end() ? nullptr : found->second;
    }

    // Whatever keeps a question from beginning: an entry left behind would be waited for for ever.
    template <class Make>
    bool begin(const Key& key, const std::shared_ptr<one>& flight, Make& make) {
        flights_.emplace(key, flight);
        bool begun = false;
        try {
            begun = questions_.start(name_, fly(key, flight, make()));
        } catch (...) {
            flights_.erase(key);
            throw;
        }
        if (!begun) flights_.erase(key);
        return begun;
    }

    task<> fly(Key key, std::shared_ptr<one> flight, task<Value> question) {
        std::exception_ptr failure;
        try {
            flight->answer.emplace(co_await std::move(question));
        } catch (...) {
            failure = std::current_exception();
        }
        flights_.erase(key);
        flight->landed = true;
        flight->changed.notify_all();
        if (failure) std::rethrow_exception(failure);
    }

    ring_context& home_;
    const std::string_view name_;
    const std::size_t flights_max_;
    std::unordered_map<Key, std::shared_ptr<one>, Hash> flights_;
    nursery questions_;
};

}  // namespace glimt
