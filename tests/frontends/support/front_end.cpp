// SPDX-License-Identifier: Apache-2.0
#include "frontends/support/front_end.hpp"

#include "frontends/support/recipe.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <iostream>
#include <random>
#include <thread>

namespace glimt::testing {

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// A port nobody listens on, below those the kernel gives to clients: until the front end takes it,
// only another such test could.
std::uint16_t free_port() {
    std::random_device random;
    for (;;) {
        const auto port = static_cast<std::uint16_t>(10000 + random() % 20000);
        const descriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        const auto address = loopback(port);
        if (::bind(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
            return port;
    }
}

bool accepts(std::uint16_t port) {
    const descriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto address = loopback(port);
    return ::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool accepts_within(child_process& process, std::uint16_t port, std::chrono::seconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (process.running() && std::chrono::steady_clock::now() < end) {
        if (accepts(port)) return true;
        std::this_thread::sleep_for(5ms);  // no program tells when it has begun to listen
    }
    return false;
}

}  // namespace

const std::vector<arrangement>& arrangements() {
    static const std::vector<arrangement> all = {
        {.name = "nginx_http", .program = &nginx, .heading = "nginx over HTTP", .fails_over = true},
        {.name = "nginx_http_unix",
         .program = &nginx,
         .heading = "nginx over HTTP",
         .unix_socket = true,
         .fails_over = true},
        {.name = "nginx_uwsgi",
         .program = &nginx,
         .heading = "nginx over uwsgi",
         .drops_port = true,
         .fails_over = true},
        {.name = "nginx_uwsgi_unix",
         .program = &nginx,
         .heading = "nginx over uwsgi",
         .unix_socket = true,
         .drops_port = true,
         .fails_over = true},
        {.name = "apache_http",
         .program = &apache,
         .heading = "Apache over HTTP",
         .takes_many_headers = true},
        {.name = "apache_http_unix",
         .program = &apache,
         .heading = "Apache over HTTP",
         .unix_socket = true,
         .takes_many_headers = true},
        {.name = "apache_uwsgi",
         .program = &apache,
         .heading = "Apache over uwsgi",
         .refuses_chunked = true,
         .takes_many_headers = true},
        {.name = "apache_uwsgi_unix",
         .program = &apache,
         .heading = "Apache over uwsgi",
         .unix_socket = true,
         .refuses_chunked = true,
         .takes_many_headers = true},
        {.name = "apache_balancer",
         .program = &apache,
         .heading = "Apache in front of several",
         .takes_many_headers = true,
         .fails_over = true},
        {.name = "haproxy", .program = &haproxy, .heading = "HAProxy", .fails_over = true},
        {.name = "haproxy_unix",
         .program = &haproxy,
         .heading = "HAProxy",
         .unix_socket = true,
         .fails_over = true},
    };
    return all;
}

std::string name_of_arrangement(const ::testing::TestParamInfo<arrangement>& info) {
    return info.param.name;
}

front_end::front_end(const arrangement& how, const std::vector<std::string>& back_ends,
                     const recipe_change& change) {
    const auto port = free_port();
    const auto listen = "127.0.0.1:" + std::to_string(port);
    auto text = recipe(how.heading);
    if (change) text = change(text);
    const auto file = folder_.write(
        "front_end.conf", how.program->configuration(text, {folder_ / "", listen, back_ends}));
    child_process::options run;
    run.command = how.program->arguments(file);
    run.command.insert(run.command.begin(), how.program->path);
    process_ = std::make_unique<child_process>(run);
    if (accepts_within(*process_, port, 10s))
        address_ = listen;
    else
        ADD_FAILURE() << how.name << " does not listen:\n" << log();
}

front_end::~front_end() {
    if (!process_->running()) {
        ADD_FAILURE() << "the front end has ended:\n" << log();
        return;
    }
    process_->send(SIGTERM);
    process_->wait();
}

std::string front_end::url(std::string_view target) const {
    return "http://" + address_ + std::string(target);
}

std::string front_end::log() const { return process_->log(); }

void behind::SetUp() {
    const char* path = GetParam().program->path;
    if (::access(path, X_OK) != 0) GTEST_SKIP() << path << " is not installed (tools/deps --all)";
    // Apache serves as www-data.
    std::filesystem::permissions(sockets_ / "", std::filesystem::perms::others_exec,
                                 std::filesystem::perm_options::add);
    glimt_ = start_glimt(configuration());
    if (glimt_->addresses().empty()) return;
    descriptors_alone_ = glimt_->process().descriptors();
    front_ = std::make_unique<front_end>(GetParam(), glimt_->addresses());
}

void behind::TearDown() {
    if (!front_) return;
    if (HasFailure()) std::cerr << "The front end says:\n" << front_->log();
    front_.reset();
    EXPECT_TRUE(glimt_->descriptors_return_to(descriptors_alone_))
        << glimt_->process().descriptors() << " descriptors, before " << descriptors_alone_;
}

std::unique_ptr<glimt_process> behind::start_glimt(const std::string& defaults) {
    glimt_process::options options;
    options.defaults = defaults;
    if (GetParam().unix_socket) {
        const auto path = sockets_ / ("glimt" + std::to_string(++sockets_made_));
        options.listen = {"unix:" + path + "?mode=666"};
    }
    return std::make_unique<glimt_process>(options);
}

reply behind::ask(std::string_view method, std::string_view target) const {
    auto visitor = front_->connect();
    visitor.send(std::string(method) + " " + std::string(target) +
                 " HTTP/1.1\r\nHost: " + front_->address() + "\r\nConnection: close\r\n\r\n");
    return visitor.read_reply(method == "HEAD");
}

}  // namespace glimt::testing
