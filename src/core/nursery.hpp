// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/event.hpp"
#include "core/task.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// Owns every child task of one scope: the only place where a task starts without being awaited.
//
// Life: open -> draining -> empty.
//   drain()   children finish what they are doing and start nothing new   (total cancellation)
//   abort()   children stop at their next suspension                      (terminal cancellation)
//   join()    returns when the last child has left
//
// Loop only; drain and abort from inside the loop, because Asio 1.26 delivers a signal sent from
// outside after the child may be gone. Must be empty when destroyed.
class nursery {
public:
    // Told of an exception that ended a child; not of the operation_aborted of one that was
    // aborted.
    using failure_sink = std::function<void(std::string_view name, std::exception_ptr)>;

    // One running task. Lives until the task has ended.
    class child {
    public:
        // Stops this child alone at its next suspension. Not from within the child itself.
        void abort();
        bool aborted() const noexcept { return aborted_; }

    private:
        friend class nursery;
        std::string_view name_;
        asio::cancellation_signal cancel_;
        bool aborted_ = false;  // from then on operation_aborted is no failure
    };

    nursery(ring_context& home, failure_sink on_failure);
    nursery(const nursery&) = delete;
    nursery& operator=(const nursery&) = delete;
    ~nursery();

    // Starts `work` as a child; `name` is a literal or outlives it. Returns false, without starting
    // it, once draining.
    bool start(std::string_view name, task<> work);

    // The same for work that wants to know its own child, to be aborted by what it waits for:
    // `make(child&)` returns the task.
    template <class Make>
    bool start_knowing(std::string_view name, Make&& make);

    void drain();
    void abort();
    task<> join();

    bool draining() const noexcept { return draining_; }
    std::size_t size() const noexcept { return children_.size(); }

    // Who is still inside, for a log line at the end of patience.
    std::vector<std::string_view> names() const;

private:
    child& admit(std::string_view name);
    void launch(child& who, task<> work);
    void leave(child& who, std::exception_ptr failure);

    ring_context& home_;
    failure_sink on_failure_;
    std::list<child> children_;
    event empty_{home_};
    bool draining_ = false;
};

template <class Make>
bool nursery::start_knowing(std::string_view name, Make&& make) {
    if (draining_) return false;
    child& who = admit(name);
    launch(who, make(who));
    return true;
}

}  // namespace glimt
