// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/ring_context.hpp"
#include "outbound/libcurl.hpp"

#include <cstddef>
#include <memory>

namespace glimt {

// libcurl's multi handle, driven by the loop: each socket it names is polled, and its one timer is
// a ring timer. Knows nothing of what is transferred.
//
// Loop only. curl calls back from within itself, so whoever is told here only takes notes; what
// curl is to do next (a new transfer, a pause that ends) is asked for by coroutines of the loop.
class curl_driver {
public:
    // A transfer as the driver sees it.
    class listener {
    public:
        // Its handle is out of the driver again. Called from within the driver.
        virtual void ended(CURLcode how) = 0;

    protected:
        ~listener() = default;
    };

    explicit curl_driver(ring_context& home);
    curl_driver(const curl_driver&) = delete;
    curl_driver& operator=(const curl_driver&) = delete;
    ~curl_driver();

    ring_context& home() const noexcept { return home_; }

    // Begins what `transfer` is set up for; `who` is told of its end, unless it is removed before.
    CURLMcode add(CURL* transfer, listener& who);
    void remove(CURL* transfer);

private:
    class wait;
    class socket_wait;
    class timer_wait;
    struct cleanup {
        void operator()(CURLM* multi) const noexcept { libcurl().multi_cleanup(multi); }
    };

    // noexcept: nothing can be thrown through curl.
    static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void* wait) noexcept;
    static int on_timer(CURLM*, long milliseconds, void* self) noexcept;
    void act(curl_socket_t socket, int events);

    ring_context& home_;
    timer_wait* timer_ = nullptr;  // deletes itself when the ring has let go of it
    std::size_t transfers_ = 0;
    std::unique_ptr<CURLM, cleanup> multi_;  // last: its end calls back
};

}  // namespace glimt
