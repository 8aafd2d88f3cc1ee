// SPDX-License-Identifier: Apache-2.0
#include "core/acceptor.hpp"

#include "core/uncancelled.hpp"

#include <deque>

namespace glimt {

namespace {

// So many wait here before the kernel's own backlog is left to hold the rest.
constexpr std::size_t waiting_max = 256;

}  // namespace

class acceptor::state final : public completion {
public:
    state(ring_context& home, int listening) : changed(home), home_(home), listening_(listening) {}

    void arm() {
        if (armed_) return;
        auto* entry = home_.entry(*this);
        io_uring_prep_multishot_accept(entry, listening_, nullptr, nullptr, SOCK_CLOEXEC);
        armed_ = true;
    }

    void disarm() {
        if (armed_) home_.cancel(*this);
    }

    void abandon() {
        waiting.clear();
        abandoned_ = true;
        if (armed_)
            disarm();
        else
            delete this;
    }

    void complete(int result, std::uint32_t flags) override {
        armed_ = flags & IORING_CQE_F_MORE;
        if (result >= 0)
            waiting.emplace_back(result);
        else if (result != -ECANCELED)
            failure = error_of(result);
        if (abandoned_) {
            waiting.clear();
            if (!armed_) delete this;
            return;
        }
        if (armed_ && waiting.size() == waiting_max) disarm();
        changed.notify_all();
    }

    void discard() noexcept override {}

    bool armed() const noexcept { return armed_; }

    std::deque<descriptor> waiting;
    error_code failure;
    bool finished = false;
    event changed;

private:
    ring_context& home_;
    int listening_;
    bool armed_ = false, abandoned_ = false;
};

acceptor::acceptor(ring_context& home, int listening) : state_(new state(home, listening)) {}

acceptor::~acceptor() { state_->abandon(); }

task<std::pair<error_code, descriptor>> acceptor::next() {
    while (state_->waiting.empty()) {
        if (state_->finished)
            co_return std::pair{error_code(asio::error::operation_aborted), descriptor{}};
        if (state_->failure) co_return std::pair{std::exchange(state_->failure, {}), descriptor{}};
        state_->arm();
        auto [ec] = co_await state_->changed.async_wait(or_error);
        if (ec) co_return std::pair{ec, descriptor{}};
    }
    co_return std::pair{error_code{}, take()};
}

task<> acceptor::finish() {
    state_->finished = true;
    state_->changed.notify_all();
    state_->disarm();
    while (state_->armed()) co_await state_->changed.async_wait(uncancelled());
}

descriptor acceptor::take() {
    if (state_->waiting.empty()) return {};
    descriptor first = std::move(state_->waiting.front());
    state_->waiting.pop_front();
    return first;
}

}  // namespace glimt
