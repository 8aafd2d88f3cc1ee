// SPDX-License-Identifier: Apache-2.0
#include "outbound/curl_driver.hpp"

#include <poll.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <chrono>
#include <new>
#include <optional>
#include <stdexcept>
#include <utility>

namespace glimt {

namespace {

constexpr long idle_connections_max = 32;

int curl_events_of(int polled) {
    int events = 0;
    if (polled < 0) return CURL_CSELECT_ERR;
    if (polled & (POLLIN | POLLPRI | POLLHUP | POLLRDHUP)) events |= CURL_CSELECT_IN;
    if (polled & POLLOUT) events |= CURL_CSELECT_OUT;
    if (polled & (POLLERR | POLLNVAL)) events |= CURL_CSELECT_ERR;
    return events;
}

}  // namespace

// What curl waits for, as at most one entry in the ring. An entry that is in flight is cancelled
// when curl changes its mind, and renewed when it has come back; after forget() it only comes back.
class curl_driver::wait : public completion {
public:
    explicit wait(curl_driver& driver) : driver_(&driver), home_(driver.home_) {}
    virtual ~wait() = default;

    // Deletes it, at once or when the ring has let go of it.
    void forget() {
        driver_ = nullptr;
        if (in_flight_) return cancel();
        if (!acting_) delete this;
    }

    void complete(int result, std::uint32_t) final {
        in_flight_ = cancelling_ = false;
        if (driver_ && result != -ECANCELED) {
            acting_ = true;
            act(*driver_, result);
            acting_ = false;
        }
        if (!driver_) {
            delete this;
            return;
        }
        renew();
    }

    void discard() noexcept final {}

protected:
    // Has the ring wait for what is wanted now.
    void renew() {
        if (acting_) return;
        if (in_flight_ && !is_right()) cancel();
        if (!in_flight_ && is_wanted()) {
            prepare(home_.entry(*this));
            in_flight_ = true;
        }
    }

private:
    virtual bool is_wanted() const = 0;
    virtual bool is_right() const = 0;  // what is in flight
    virtual void prepare(io_uring_sqe* entry) = 0;
    virtual void act(curl_driver& driver, int result) = 0;

    // At once and not with the rest of the turn: the socket may be closed next, by curl or by its
    // resolver, and nothing may wait on it then.
    void cancel() {
        if (std::exchange(cancelling_, true)) return;
        home_.cancel(*this);
        home_.submit();
    }

    curl_driver* driver_;  // nullptr: forgotten
    ring_context& home_;
    bool in_flight_ = false, cancelling_ = false, acting_ = false;
};

class curl_driver::socket_wait final : public wait {
public:
    socket_wait(curl_driver& driver, curl_socket_t socket) : wait(driver), socket_(socket) {}

    void want(unsigned events) {
        wanted_ = events;
        renew();
    }

private:
    bool is_wanted() const override { return wanted_ != 0; }
    bool is_right() const override { return wanted_ == prepared_; }
    void prepare(io_uring_sqe* entry) override {
        prepared_ = wanted_;
        io_uring_prep_poll_add(entry, socket_, prepared_);
    }
    void act(curl_driver& driver, int result) override {
        driver.act(socket_, curl_events_of(result));
    }

    curl_socket_t socket_;
    unsigned wanted_ = 0, prepared_ = 0;  // as poll(2)
};

class curl_driver::timer_wait final : public wait {
public:
    using clock = ring_context::clock;
    using wait::wait;

    void want(std::optional<clock::time_point> due) {
        wanted_ = due;
        renew();
    }

private:
    bool is_wanted() const override { return wanted_.has_value(); }
    // One that comes too early is left alone: curl moves its timer at every turn of a transfer.
    bool is_right() const override { return wanted_ && *wanted_ >= prepared_; }
    void prepare(io_uring_sqe* entry) override {
        prepared_ = *wanted_;
        const auto left = std::max(prepared_ - clock::now(), clock::duration(0));
        const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
        duration_ = {seconds.count(), std::chrono::nanoseconds(left - seconds).count()};
        io_uring_prep_timeout(entry, &duration_, 0, 0);
    }
    void act(curl_driver& driver, int) override {
        if (!wanted_ || *wanted_ > clock::now()) return;
        wanted_.reset();
        driver.act(CURL_SOCKET_TIMEOUT, 0);
    }

    std::optional<clock::time_point> wanted_;
    clock::time_point prepared_;
    __kernel_timespec duration_{};
};

curl_driver::curl_driver(ring_context& home) : home_(home) {
    multi_.reset(libcurl().multi_init());
    if (!multi_) throw std::bad_alloc();
    libcurl().multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &curl_driver::on_socket);
    libcurl().multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
    libcurl().multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &curl_driver::on_timer);
    libcurl().multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
    libcurl().multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, idle_connections_max);
    timer_ = new timer_wait(*this);
}

curl_driver::~curl_driver() {
    assert(transfers_ == 0 && "a transfer outlives its client");
    multi_.reset();
    timer_->forget();
}

CURLMcode curl_driver::add(CURL* transfer, listener& who) {
    libcurl().easy_setopt(transfer, CURLOPT_PRIVATE, &who);
    const CURLMcode result = libcurl().multi_add_handle(multi_.get(), transfer);
    if (result == CURLM_OK) ++transfers_;
    return result;
}

void curl_driver::remove(CURL* transfer) {
    --transfers_;
    libcurl().multi_remove_handle(multi_.get(), transfer);
}

int curl_driver::on_socket(CURL*, curl_socket_t socket, int what, void* self, void* wait) noexcept {
    auto& driver = *static_cast<curl_driver*>(self);
    auto* known = static_cast<socket_wait*>(wait);
    if (what == CURL_POLL_REMOVE) {
        if (known) known->forget();
        return 0;
    }
    if (!known) {
        known = new socket_wait(driver, socket);
        libcurl().multi_assign(driver.multi_.get(), socket, known);
    }
    known->want(((what & CURL_POLL_IN) != 0 ? POLLIN : 0U) |
                ((what & CURL_POLL_OUT) != 0 ? POLLOUT : 0U));
    return 0;
}

int curl_driver::on_timer(CURLM*, long milliseconds, void* self) noexcept {
    auto& driver = *static_cast<curl_driver*>(self);
    if (milliseconds < 0)
        driver.timer_->want(std::nullopt);
    else
        driver.timer_->want(timer_wait::clock::now() + std::chrono::milliseconds(milliseconds));
    return 0;
}

void curl_driver::act(curl_socket_t socket, int events) {
    int running = 0;
    libcurl().multi_socket_action(multi_.get(), socket, events, &running);
    int left = 0;
    while (const CURLMsg* told = libcurl().multi_info_read(multi_.get(), &left)) {
        if (told->msg != CURLMSG_DONE) continue;
        CURL* transfer = told->easy_handle;
        const CURLcode how = told->data.result;
        listener* who = nullptr;
        libcurl().easy_getinfo(transfer, CURLINFO_PRIVATE, &who);
        remove(transfer);  // `told` is gone with it
        who->ended(how);
    }
}

}  // namespace glimt
