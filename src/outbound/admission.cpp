// SPDX-License-Identifier: Apache-2.0
#include "outbound/admission.hpp"

#include "core/operations.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/system/system_error.hpp>

namespace glimt {

void admission::leave::operator()(admission* from) const noexcept {
    --from->inside_;
    from->left_.notify_one();
}

task<admission::ticket> admission::enter(std::chrono::milliseconds patience) {
    using namespace asio::experimental::awaitable_operators;
    const auto until = ring_context::clock::now() + patience;
    while (inside_ == inside_max_) {
        const auto rest = until - ring_context::clock::now();
        if (rest <= rest.zero()) co_return nullptr;
        const auto first =
            co_await (left_.async_wait(or_error) || async_sleep(left_.home(), rest, or_error));
        const auto ec = std::visit([](const auto& told) { return std::get<0>(told); }, first);
        if (ec) throw boost::system::system_error(ec);
    }
    ++inside_;
    co_return ticket(this);
}

}  // namespace glimt
