// SPDX-License-Identifier: Apache-2.0
#include "server/listener.hpp"

#include <boost/system/system_error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <memory>

namespace glimt {

namespace {

constexpr mode_t default_mode = 0660;

[[noreturn]] void fail(int error, const std::string& what) {
    throw boost::system::system_error(error, boost::system::system_category(), what);
}

void set_option(int socket, int level, int name, int value) {
    ::setsockopt(socket, level, name, &value, sizeof value);
}

struct free_addresses {
    void operator()(addrinfo* first) const noexcept { ::freeaddrinfo(first); }
};

std::unique_ptr<addrinfo, free_addresses> resolve(const listen_address& where,
                                                  const std::string& name) {
    addrinfo hints{};
    hints.ai_family = where.host.empty() ? AF_INET6 : AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const char* host = where.host.empty() ? nullptr : where.host.c_str();
    const int error = ::getaddrinfo(host, std::to_string(where.port).c_str(), &hints, &found);
    if (error) {
        throw boost::system::system_error(
            boost::system::errc::make_error_code(boost::system::errc::address_not_available),
            fmt::format("{}: {}", name, ::gai_strerror(error)));
    }
    return std::unique_ptr<addrinfo, free_addresses>(found);
}

std::uint16_t port_of(int socket) {
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    ::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size);
    if (bound.ss_family == AF_INET6)
        return ntohs(reinterpret_cast<const sockaddr_in6&>(bound).sin6_port);
    return ntohs(reinterpret_cast<const sockaddr_in&>(bound).sin_port);
}

// A number, or a name that `look_up` knows; -1 when neither.
template <class LookUp>
long id_of(const std::string& text, LookUp look_up) {
    unsigned number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec == std::errc{} && end == text.data() + text.size()) return number;
    return look_up(text.c_str());
}

sockaddr_un unix_address(const std::string& path, socklen_t& size) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) fail(ENAMETOOLONG, path);
    std::memcpy(address.sun_path, path.data(), path.size());
    if (path.front() == '@') address.sun_path[0] = '\0';  // the abstract namespace
    const bool abstract = path.front() == '@';
    size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + !abstract);
    return address;
}

// Whether a file there is the socket of a process that no longer listens.
bool is_left_behind(const std::string& path, const sockaddr_un& address, socklen_t size) {
    struct stat info{};
    if (::lstat(path.c_str(), &info) != 0 || !S_ISSOCK(info.st_mode)) return false;
    const descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 &&
           errno == ECONNREFUSED;
}

}  // namespace

listener::listener(const listen_address& where, const options& with)
    : protocol_(where.protocol), name_(to_string(where)) {
    try {
        if (where.type == listen_address::kind::unix_)
            open_unix(where);
        else
            open_tcp(where, with);
        if (::listen(socket(), static_cast<int>(with.backlog)) != 0) fail(errno, name_);
    } catch (...) {
        close();  // no destructor will
        throw;
    }
}

listener::~listener() { close(); }

void listener::open_tcp(const listen_address& where, const options& with) {
    int error = 0;
    listen_address tried = where;
    auto found = resolve(where, name_);
    for (const addrinfo* each = found.get(); each; each = each->ai_next) {
        socket_.reset(::socket(each->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (!socket_) {
            error = errno;
            // Without IPv6 "every interface" is every IPv4 one.
            if (!where.host.empty()) continue;
            tried.host = "0.0.0.0";
            return open_tcp(tried, with);
        }
        set_option(socket(), SOL_SOCKET, SO_REUSEADDR, 1);
        if (each->ai_family == AF_INET6)
            set_option(socket(), IPPROTO_IPV6, IPV6_V6ONLY, where.host.empty() ? 0 : 1);
        // Accepted sockets inherit these.
        set_option(socket(), IPPROTO_TCP, TCP_NODELAY, 1);
        if (with.keep_idle_seconds) {
            set_option(socket(), SOL_SOCKET, SO_KEEPALIVE, 1);
            set_option(socket(), IPPROTO_TCP, TCP_KEEPIDLE,
                       static_cast<int>(with.keep_idle_seconds));
        }
        if (::bind(socket(), each->ai_addr, each->ai_addrlen) == 0) {
            tried.port = port_of(socket());
            name_ = to_string(tried);
            return;
        }
        error = errno;
    }
    fail(error, name_);
}

void listener::open_unix(const listen_address& where) {
    socklen_t size = 0;
    const auto address = unix_address(where.path, size);
    const auto* plain = reinterpret_cast<const sockaddr*>(&address);
    socket_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket_) fail(errno, name_);
    // Before bind, so that the file is never wider than asked for.
    ::fchmod(socket(), where.mode.value_or(default_mode));
    int error = ::bind(socket(), plain, size) == 0 ? 0 : errno;
    if (error == EADDRINUSE && is_left_behind(where.path, address, size)) {
        ::unlink(where.path.c_str());
        error = ::bind(socket(), plain, size) == 0 ? 0 : errno;
    }
    if (error) fail(error, name_);
    if (where.path.front() != '@') own_file(where);
}

void listener::own_file(const listen_address& where) {
    file_ = where.path;
    struct stat info{};
    if (::lstat(file_.c_str(), &info) == 0) {
        device_ = info.st_dev;
        inode_ = info.st_ino;
    }
    long user = -1, group = -1;
    if (!where.owner.empty()) {
        user = id_of(where.owner, [](const char* name) {
            const passwd* known = ::getpwnam(name);
            return known ? static_cast<long>(known->pw_uid) : -1;
        });
        if (user < 0) fail(EINVAL, name_ + ": no such user");
    }
    if (!where.group.empty()) {
        group = id_of(where.group, [](const char* name) {
            const ::group* known = ::getgrnam(name);
            return known ? static_cast<long>(known->gr_gid) : -1;
        });
        if (group < 0) fail(EINVAL, name_ + ": no such group");
    }
    if ((user >= 0 || group >= 0) &&
        ::chown(file_.c_str(), static_cast<uid_t>(user), static_cast<gid_t>(group)) != 0)
        fail(errno, name_);
    // The umask may have taken bits away, and chown more.
    if (::chmod(file_.c_str(), where.mode.value_or(default_mode)) != 0) fail(errno, name_);
}

descriptor listener::accept_queued() noexcept {
    ::fcntl(socket(), F_SETFL, ::fcntl(socket(), F_GETFL) | O_NONBLOCK);
    int accepted = -1;
    do {
        accepted = ::accept4(socket(), nullptr, nullptr, SOCK_CLOEXEC);
    } while (accepted < 0 && (errno == ECONNABORTED || errno == EINTR));  // that one has gone
    return descriptor(accepted);
}

void listener::close() noexcept {
    if (!socket_) return;
    socket_.reset();
    struct stat info{};
    if (file_.empty() || ::lstat(file_.c_str(), &info) != 0) return;
    if (info.st_dev == device_ && info.st_ino == inode_) ::unlink(file_.c_str());
}

}  // namespace glimt
