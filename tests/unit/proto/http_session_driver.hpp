// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/chunked.hpp"
#include "proto/http_head.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace glimt::http {

// A session without a socket: it is fed bytes as a connection would bring them, reads request after
// request, and stops for good where a session closes the connection.
class session_driver {
public:
    struct request {
        std::string method, path, body;
        bool whole = false;
        bool operator==(const request&) const = default;
    };

    // What was understood so far. `status` is what a refusal was answered with, 0 before that.
    struct account {
        std::vector<request> requests;
        unsigned status = 0;
        bool closed = false;
        bool operator==(const account&) const = default;
    };

    explicit session_driver(const head_limits& limits = {}) : limits_(limits), finder_(limits) {}

    void feed(std::string_view bytes) {
        pending_ += bytes;
        while (!seen_.closed && step()) {
        }
    }

    const account& seen() const { return seen_; }

private:
    // Each answers whether it got anywhere with the bytes there are.
    bool step() {
        if (!in_body_) return step_head();
        return chunks_ ? step_chunks() : step_plain();
    }

    bool step_head() {
        const auto end = finder_.find_end(pending_);
        if (finder_.error()) return refuse(status_of(*finder_.error()));
        if (end == 0) return false;
        request_head head;
        if (const auto error = parse_head({pending_.data(), end}, limits_, head)) {
            return refuse(status_of(*error));
        }
        seen_.requests.push_back({std::string(head.method), head.path, {}, false});
        in_body_ = true;
        left_ = head.body_bytes;
        keep_alive_ = head.keep_alive;
        if (head.body == body_kind::chunked) chunks_.emplace();
        pending_.erase(0, end);
        return true;
    }

    bool step_plain() {
        const auto n = std::min<std::uint64_t>(left_, pending_.size());
        seen_.requests.back().body += pending_.substr(0, n);
        pending_.erase(0, n);
        left_ -= n;
        return left_ == 0 ? finish() : false;
    }

    bool step_chunks() {
        if (pending_.empty()) return false;
        const auto [consumed, data] = chunks_->feed(std::as_bytes(std::span(pending_)));
        seen_.requests.back().body.append(reinterpret_cast<const char*>(data.data()), data.size());
        pending_.erase(0, consumed);
        if (chunks_->failed()) return refuse(400);
        return chunks_->done() ? finish() : true;
    }

    bool finish() {
        seen_.requests.back().whole = true;
        seen_.closed = !keep_alive_;
        in_body_ = false;
        chunks_.reset();
        finder_ = head_finder(limits_);
        return true;
    }

    bool refuse(unsigned status) {
        seen_.status = status;
        seen_.closed = true;
        return false;
    }

    head_limits limits_;
    head_finder finder_;
    std::string pending_;
    account seen_;
    bool in_body_ = false, keep_alive_ = false;
    std::uint64_t left_ = 0;
    std::optional<chunked_decoder> chunks_;
};

}  // namespace glimt::http
