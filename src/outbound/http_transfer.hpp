// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/event.hpp"
#include "core/task.hpp"
#include "outbound/curl_driver.hpp"
#include "outbound/http_query.hpp"
#include "outbound/uri_filter.hpp"

#include <boost/asio/buffer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace glimt {

// One query on its way: a handle of curl's, and what its callbacks noted. First open(), then
// read_some() until it returns 0. Loop only; the driver outlives it; destroying it ends it.
class http_transfer final : public curl_driver::listener {
public:
    // `buffer_bytes`: what curl receives at once, and keeps while nobody reads.
    http_transfer(curl_driver& driver, http_query query, long buffer_bytes);
    http_transfer(const http_transfer&) = delete;
    http_transfer& operator=(const http_transfer&) = delete;
    ~http_transfer();

    // Until the head of the answer, behind all redirects that are to be followed, or a failure.
    // Throws operation_aborted only.
    task<> open();

    // Some bytes of the body; 0 is its end or, as head().failed says then, a failure.
    task<std::size_t> read_some(asio::mutable_buffer into);

    http_head& head() noexcept { return head_; }

    // What Content-Length says.
    std::optional<std::uint64_t> declared_length() const;

private:
    struct cleanup {
        void operator()(CURL* easy) const noexcept { libcurl().easy_cleanup(easy); }
        void operator()(curl_slist* list) const noexcept { libcurl().slist_free_all(list); }
    };
    using curl_list = std::unique_ptr<curl_slist, cleanup>;

    template <class Value>
    void set(CURLoption option, Value value);
    void set_protocol(long buffer_bytes);
    void set_trust();
    void set_patience();
    void set_callbacks();
    void set_proxy();
    void set_method();
    bool set_headers();

    bool begin_hop(std::string url);
    bool set_time_left();
    void prepare_redirect(std::string_view from, std::string_view to);
    void fail(http_failure why, std::string_view detail = {});
    void ended(CURLcode how) override;

    // noexcept: nothing can be thrown through curl.
    static std::size_t on_header(const char* line, std::size_t, std::size_t bytes,
                                 void* self) noexcept;
    static std::size_t on_body(const char* data, std::size_t, std::size_t bytes,
                               void* self) noexcept;
    static curl_socket_t on_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept;
    static int on_connected(void* self, char* address, char*, int, int) noexcept;
    bool take_header(std::string_view line);
    void end_head();
    std::size_t take_body(std::string_view data);
    bool may_reach(const std::optional<ip_address>& address);

    curl_driver& driver_;
    http_query query_;
    std::unique_ptr<CURL, cleanup> easy_;
    curl_list headers_;
    std::array<char, CURL_ERROR_SIZE> error_text_{};
    ring_context::clock::time_point deadline_ = ring_context::clock::time_point::max();

    event changed_;
    http_head head_;
    std::size_t head_bytes_ = 0;
    uri_filter::reach reach_ = uri_filter::reach::anywhere;
    bool running_ = false;  // curl has it
    bool proxied_ = false;
    bool head_done_ = false;
    bool redirected_ = false;  // the head says so, and it is to be followed
    bool refused_ = false;     // an address, by the filter
    bool connecting_ = false;  // an address was not refused
    bool head_too_large_ = false;
    bool paused_ = false;

    asio::mutable_buffer waiting_;  // of who reads: what is left of it
    std::string kept_;              // one write of curl's that nobody waited for, or its end
    std::size_t kept_begin_ = 0;
    std::size_t discarded_ = 0;  // of a redirect's body
};

}  // namespace glimt
