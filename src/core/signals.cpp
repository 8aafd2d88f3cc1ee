// SPDX-License-Identifier: Apache-2.0
#include "core/signals.hpp"

#include "core/operations.hpp"

#include <poll.h>
#include <sys/signalfd.h>

#include <csignal>

namespace glimt {

namespace {

sigset_t set_of(std::initializer_list<int> numbers) {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : numbers) sigaddset(&set, number);
    return set;
}

}  // namespace

void block_signals(std::initializer_list<int> numbers) {
    const auto set = set_of(numbers);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

signal_source::signal_source(ring_context& home, std::initializer_list<int> numbers) : home_(home) {
    const auto set = set_of(numbers);
    waiting_.reset(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!waiting_)
        throw boost::system::system_error(errno, boost::system::system_category(), "signalfd");
}

task<int> signal_source::next() {
    for (;;) {
        signalfd_siginfo info;
        if (::read(waiting_.get(), &info, sizeof info) == sizeof info)
            co_return static_cast<int>(info.ssi_signo);
        co_await async_poll(home_, waiting_.get(), POLLIN, or_throw);
    }
}

}  // namespace glimt
