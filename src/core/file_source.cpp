// SPDX-License-Identifier: Apache-2.0
#include "core/file_source.hpp"

#include "core/disposal.hpp"
#include "core/operations.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

namespace glimt {

file_source::~file_source() { close_later(home_, std::move(file_)); }

task<std::size_t> file_source::read_some(asio::mutable_buffer into) {
    if (left_ == 0) co_return 0;
    const iovec where{into.data(), std::min<std::uint64_t>(into.size(), left_)};
    const auto n =
        co_await async_read_at(home_, file_.get(), std::span(&where, 1), offset_, or_throw);
    if (n == 0) throw boost::system::system_error(asio::error::eof);
    offset_ += n;
    left_ -= n;
    co_return n;
}

}  // namespace glimt
