// SPDX-License-Identifier: Apache-2.0
#include "digest/share_watch.hpp"

#include <ctime>

namespace glimt {

std::chrono::nanoseconds share_watch::used() noexcept {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace glimt
