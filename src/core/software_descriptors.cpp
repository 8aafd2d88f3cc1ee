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

int software_descriptors::wait_for(software_operation& operation) {
    const int descriptor = operation.waits_on;
    epoll_event interest{};
    interest.events = EPOLLET | operation.events;
    interest.data.fd = descriptor;
    bool registered = false;
    if (descriptor_state* known = find(descriptor)) {
        registered = known->registered;
        for (const software_operation& other : known->waiting) interest.events |= other.events;
    }

    const auto control = [&](int how) { return ::epoll_ctl(epoll_, how, descriptor, &interest); };
    int result = control(registered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD);
    if (result < 0 && errno == (registered ? ENOENT : EEXIST))
        result = control(registered ? EPOLL_CTL_ADD : EPOLL_CTL_MOD);
    if (result < 0) return -errno;

    const auto index = static_cast<std::size_t>(descriptor);
    if (index >= states_.size()) states_.resize(index + 1);
    states_[index].registered = true;
    states_[index].waiting.push_back(operation);
    return 0;
}

software_descriptors::descriptor_state* software_descriptors::find(int descriptor) {
    const auto index = static_cast<std::size_t>(descriptor);
    return descriptor >= 0 && index < states_.size() ? &states_[index] : nullptr;
}

software_operations* software_descriptors::waiting(int descriptor) {
    descriptor_state* known = find(descriptor);
    return known != nullptr ? &known->waiting : nullptr;
}

void software_descriptors::forget(int descriptor) {
    if (descriptor_state* known = find(descriptor)) {
        assert(known->waiting.empty());
        known->registered = false;
    }
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
