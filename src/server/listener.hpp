// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/listen_address.hpp"
#include "core/descriptor.hpp"

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace glimt {

// A bound and listening socket.
//
// A unix socket's file is made with the mode and owner asked for, 0660 and ours when nothing was
// said, never wider in between; a file that a dead process left there is replaced, a living one's
// is not. It is removed at the end, unless somebody else's stands there by then.
class listener {
public:
    struct options {
        std::uint32_t backlog = 4096;
        std::uint32_t keep_idle_seconds = 0;  // TCP: before an idle peer is probed; 0: never
    };

    // Throws boost::system::system_error, whose text names the address.
    listener(const listen_address& where, const options& with);
    listener(listener&&) = default;
    listener& operator=(listener&&) = delete;
    ~listener();

    int socket() const noexcept { return socket_.get(); }
    wire_protocol protocol() const noexcept { return protocol_; }

    // As text, with the port the kernel chose when none was asked for.
    const std::string& name() const noexcept { return name_; }

    // Accepts one of the connections that are queued already; nothing when there are none. Does not
    // wait; from now on next() of an acceptor on this socket must not be used.
    descriptor accept_queued() noexcept;

    // Nobody can connect any more; the file of a unix socket is gone.
    void close() noexcept;

private:
    void open_tcp(const listen_address& where, const options& with);
    void open_unix(const listen_address& where);
    void own_file(const listen_address& where);

    descriptor socket_;
    wire_protocol protocol_;
    std::string name_;
    std::string file_;  // of a unix socket, and which one it is
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace glimt
