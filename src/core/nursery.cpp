// SPDX-License-Identifier: Apache-2.0
#include "core/nursery.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>

#include <cassert>
#include <utility>

namespace glimt {

namespace {

bool is_abort(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const boost::system::system_error& e) {
        return e.code() == asio::error::operation_aborted;
    } catch (...) {
        return false;
    }
}

}  // namespace

nursery::nursery(ring_context& home, failure_sink on_failure)
    : home_(home), on_failure_(std::move(on_failure)) {}

nursery::~nursery() { assert(children_.empty() && "a nursery is destroyed with children inside"); }

bool nursery::start(std::string_view name, task<> work) {
    if (draining_) return false;
    launch(admit(name), std::move(work));
    return true;
}

nursery::child& nursery::admit(std::string_view name) {
    child& who = children_.emplace_back();
    who.name_ = name;
    return who;
}

void nursery::launch(child& who, task<> work) {
    const auto self = std::prev(children_.end());
    assert(&*self == &who);
    asio::co_spawn(
        home_.get_executor(), std::move(work),
        asio::bind_cancellation_slot(who.cancel_.slot(), [this, self](std::exception_ptr failure) {
            leave(*self, std::move(failure));
            children_.erase(self);
            if (children_.empty()) empty_.notify_all();
        }));
}

void nursery::leave(child& who, std::exception_ptr failure) {
    if (failure && !(who.aborted_ && is_abort(failure))) on_failure_(who.name_, std::move(failure));
}

void nursery::child::abort() {
    aborted_ = true;
    cancel_.emit(asio::cancellation_type::terminal);
}

void nursery::drain() {
    assert(children_.empty() || home_.in_loop());
    draining_ = true;
    // A child may leave while it is being told to: step past it first.
    for (auto it = children_.begin(); it != children_.end();)
        (it++)->cancel_.emit(asio::cancellation_type::total);
}

void nursery::abort() {
    assert(children_.empty() || home_.in_loop());
    draining_ = true;
    for (auto it = children_.begin(); it != children_.end();) (it++)->abort();
}

task<> nursery::join() {
    while (!children_.empty()) co_await empty_.async_wait(or_throw);
}

std::vector<std::string_view> nursery::names() const {
    std::vector<std::string_view> inside;
    for (const auto& each : children_) inside.push_back(each.name_);
    return inside;
}

}  // namespace glimt
