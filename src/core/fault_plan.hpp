// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/system/result.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace glimt {

// What a rule of a fault plan can name. Entries of one meaning are one kind: READ and READV are
// read, WRITE and WRITEV write, SEND and SENDMSG send. The loop's own wake-up is a poll, its
// messages to other loops are message.
enum class operation_kind : std::uint8_t {
    accept,
    connect,
    recv,
    send,
    shutdown,
    poll,
    timeout,
    read,
    write,
    open,
    close,
    fsync,
    fallocate,
    rename,
    link,
    unlink,
    statx,
    splice,
    message,
    other,
};
inline constexpr std::size_t operation_kinds = std::size_t(operation_kind::other) + 1;

// The operation does not happen and completes with this errno. A multishot one ends with it. A
// close does happen: whatever Linux answers to one, the descriptor is gone (close(2)).
struct fail_with {
    int error;
};
// The operation moves no more than so many bytes (at least 1). Says nothing to a multishot receive,
// nor to kinds that move no bytes.
struct at_most {
    std::size_t bytes;
};
// The operation begins so much later; meanwhile it can be cancelled.
struct late_by {
    std::chrono::milliseconds delay;
};
using fault_action = std::variant<fail_with, at_most, late_by>;

// Which operations of a fault_ring meet with what. The test that made it adds rules while the loop
// runs. Belongs to one loop, as its ring does.
class fault_plan {
public:
    static constexpr unsigned every = 0;

    // The `nth` operation of the kind from now on (1 is the next one; or `every`) meets `action`.
    // When several rules say something about one operation, the oldest holds.
    void add(operation_kind kind, unsigned nth, fault_action action);

    // No more faults; seen() counts on.
    void clear() noexcept { rules_.clear(); }

    // How many operations of the kind were begun, those that met a fault included. A sweep runs
    // without faults first, and then once for each operation it saw.
    std::size_t seen(operation_kind kind) const noexcept { return seen_[std::size_t(kind)]; }

    // Counts one more operation of the kind and says what it meets. For fault_ring.
    std::optional<fault_action> meet(operation_kind kind);

private:
    struct rule {
        operation_kind kind;
        unsigned nth;   // or every
        unsigned seen;  // of its kind, since it was added
        fault_action action;
    };
    std::vector<rule> rules_;
    std::array<std::size_t, operation_kinds> seen_{};
};

// Reads "recv:3=ECONNRESET, write:2=short:512, fsync:*=late:200ms": a kind, which one of them (from
// 1, or * for every one), and an errno's name, the most bytes it moves, or its delay. The error is
// a sentence that quotes the rule. An empty text is an empty plan.
boost::system::result<fault_plan, std::string> parse_fault_plan(std::string_view text);

}  // namespace glimt
