// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "core/acceptor.hpp"
#include "core/fleet.hpp"
#include "server/listener.hpp"
#include "server/session.hpp"

#include <atomic>
#include <cstddef>
#include <list>
#include <memory>
#include <string_view>
#include <vector>

namespace glimt {

// The listeners, and the connections they bring, over all shards of a fleet.
//
// The first shard accepts for all and hands each connection to the shard that has the fewest: where
// every shard accepts for itself, the kernel's choice leaves some idle (measurements.md 6).
class server {
public:
    // `apps` has one responder for each shard; they and `options` outlive the server. Binds every
    // address of options.listen: throws boost::system::system_error when one cannot be had.
    server(fleet& shards, std::vector<responder*> apps, const settings& options);
    ~server();

    // Begins to accept. On the first shard's loop.
    void start();

    // Stops accepting: what the kernel has queued by now is still taken and served, then nobody can
    // connect any more. Completes when that is done; before the fleet is drained.
    task<> close();

    // What is listened on, for people.
    std::vector<std::string_view> addresses() const;

private:
    // One shard's connections.
    struct post {
        post(shard& here, responder& app, const settings& options) : context(here, app, options) {}
        session_context context;
        std::atomic<std::size_t> connections{0};  // also those on their way here
    };
    struct entrance {
        entrance(listener&& open, ring_context& home)
            : door(std::move(open)), accepting(home, door.socket()) {}
        listener door;
        acceptor accepting;
    };

    task<> accept_from(entrance& from);
    task<> pause_after(const error_code& failure, const entrance& from);
    task<> wait_for_room();
    void hand_over(descriptor socket, wire_protocol protocol);
    void adopt(post& there, descriptor socket, wire_protocol protocol);
    task<> serve_here(post& here, descriptor socket, wire_protocol protocol, nursery::child& self);
    post& least_loaded() noexcept;
    std::size_t connections() const noexcept;

    fleet& shards_;
    std::size_t connections_max_;
    std::vector<std::unique_ptr<post>> posts_;
    std::list<entrance> entrances_;
    std::size_t open_ = 0;  // entrances that still accept
    event closed_;
    bool closing_ = false;
    bool exhausted_ = false;  // said so in the log
};

}  // namespace glimt
