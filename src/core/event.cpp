// SPDX-License-Identifier: Apache-2.0
#include "core/event.hpp"

#include <cassert>

namespace glimt {

event::~event() { assert(!has_waiters() && "an event is destroyed with somebody waiting"); }

void event::notify_one() {
    if (has_waiters()) wake(*waiters_.next, 0);
}

void event::notify_all() {
    while (has_waiters()) wake(*waiters_.next, 0);
}

void event::wake(link& place, int result) {
    place.previous->next = place.next;
    place.next->previous = place.previous;
    home_.complete_soon(*std::exchange(place.who, nullptr), result);
}

}  // namespace glimt
