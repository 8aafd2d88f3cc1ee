// SPDX-License-Identifier: Apache-2.0
#include "core/software_descriptors.hpp"

#include <boost/system/system_error.hpp>

#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>

namespace glimt {

software_descriptors::software_descriptors() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll_ < 0)
        throw boost::system::system_error(errno, boost::system::system_category(), "epoll_create1");
}

software_descriptors::~software_descriptors() { ::close(epoll_); }

software_descriptors::descriptor_state& software_descriptors::state(int descriptor) {
    assert(descriptor >= 0);
    const auto index = static_cast<std::size_t>(descriptor);
    if (index >= states_.size()) states_.resize(index + 1);
    return states_[index];
}

int software_descriptors::wait_for(software_operation& operation) {
    const int descriptor = operation.waits_on;
    if (descriptor < 0) return -EBADF;
    descriptor_state& known = state(descriptor);

    epoll_event interest{};
    interest.events = EPOLLET | operation.events;
    interest.data.fd = descriptor;
    for (const software_operation& other : known.waiting) interest.events |= other.events;

    int result = ::epoll_ctl(epoll_, known.registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor,
                             &interest);
    if (result < 0 && (errno == ENOENT || errno == EEXIST))
        result = ::epoll_ctl(epoll_, errno == ENOENT ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, descriptor,
                             &interest);
    known.registered = result == 0;
    if (result < 0) return -errno;
    known.waiting.push_back(operation);
    return 0;
}

software_operations& software_descriptors::waiting(int descriptor) {
    return state(descriptor).waiting;
}

void software_descriptors::forget(int descriptor) {
    assert(state(descriptor).waiting.empty());
    state(descriptor).registered = false;
}

void software_descriptors::watch_always(int descriptor) {
    epoll_event interest{};
    interest.events = EPOLLIN;
    interest.data.fd = descriptor;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &interest) < 0)
        throw boost::system::system_error(errno, boost::system::system_category(), "epoll_ctl");
}

std::span<const epoll_event> software_descriptors::ready(int timeout_ms) {
    const int count =
        ::epoll_wait(epoll_, ready_.data(), static_cast<int>(ready_.size()), timeout_ms);
    if (count < 0 && errno != EINTR)
        throw boost::system::system_error(errno, boost::system::system_category(), "epoll_wait");
    return {ready_.data(), static_cast<std::size_t>(std::max(count, 0))};
}

}  // namespace glimt
