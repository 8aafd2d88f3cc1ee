// SPDX-License-Identifier: Apache-2.0
#include "outbound/http_client.hpp"

#include "outbound/http_transfer.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <utility>

namespace glimt {

namespace {

constexpr long fetch_buffer_bytes = 16 * 1024;
constexpr long stream_buffer_bytes = 256 * 1024;

class answer_body final : public source {
public:
    answer_body(admission::ticket place, std::unique_ptr<http_transfer> from)
        : place_(std::move(place)), from_(std::move(from)) {}

    task<std::size_t> read_some(asio::mutable_buffer into) override {
        const auto n = co_await from_->read_some(into);
        if (n == 0) place_.reset();
        const auto& failed = from_->head().failed;
        if (n == 0 && failed)
            throw boost::system::system_error(*failed == http_failure::timed_out
                                                  ? asio::error::timed_out
                                                  : asio::error::connection_reset,
                                              from_->head().why);
        co_return n;
    }

private:
    admission::ticket place_;
    std::unique_ptr<http_transfer> from_;
};

template <class Answer>
Answer no_place() {
    Answer none;
    none.failed = http_failure::timed_out;
    none.why = "too many transfers";
    return none;
}

}  // namespace

http_client::http_client(ring_context& home, unsigned transfers_max)
    : home_(home), places_(home, transfers_max) {}

http_client::~http_client() = default;

// Who never asks anybody has no libcurl.
curl_driver& http_client::driver() {
    if (!driver_) driver_ = std::make_unique<curl_driver>(home_);
    return *driver_;
}

task<http_answer> http_client::fetch(http_query query) {
    const auto bytes_max = query.answer_bytes_max;
    const auto place = co_await places_.enter(query.patience.connect);
    if (!place) co_return no_place<http_answer>();
    http_transfer transfer(driver(), std::move(query), fetch_buffer_bytes);
    co_await transfer.open();
    std::string body;
    if (!transfer.head().failed) {
        std::size_t filled = 0;
        do {
            // A byte of room more, so that the end is seen to be one.
            const auto room =
                std::min<std::uint64_t>(fetch_buffer_bytes - 1, bytes_max - filled) + 1;
            body.resize(filled + room);
            const auto n = co_await transfer.read_some(asio::buffer(body.data() + filled, room));
            filled += n;
            if (n == 0) break;
        } while (filled <= bytes_max);
        body.resize(filled);
    }
    http_answer answer{std::move(transfer.head()), std::move(body)};
    if (answer.body.size() > bytes_max) {
        answer.failed = http_failure::too_large;
        answer.why = name_of(http_failure::too_large);
    }
    if (answer.failed) answer.body.clear();
    co_return answer;
}

task<http_opened> http_client::open(http_query query) {
    auto place = co_await places_.enter(query.patience.connect);
    if (!place) co_return no_place<http_opened>();
    auto transfer =
        std::make_unique<http_transfer>(driver(), std::move(query), stream_buffer_bytes);
    co_await transfer->open();
    http_opened opened{transfer->head(), transfer->declared_length(), nullptr};
    if (!opened.failed)
        opened.body = std::make_unique<answer_body>(std::move(place), std::move(transfer));
    co_return opened;
}

}  // namespace glimt
