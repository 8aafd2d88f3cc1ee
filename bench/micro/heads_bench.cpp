// SPDX-License-Identifier: Apache-2.0
#include "proto/http_head.hpp"
#include "proto/message.hpp"
#include "proto/uwsgi.hpp"

#include <benchmark/benchmark.h>

#include <fstream>
#include <iterator>
#include <string>

using namespace glimt;

namespace {

// What python-glanceclient 4.1 sends for `glance image-show`, with a Fernet token.
const std::string glanceclient_get =
    "GET /v2/images/71c675ab-d94f-49cd-a114-e12490b328d9 HTTP/1.1\r\n"
    "Host: 192.0.2.10:9292\r\n"
    "User-Agent: python-glanceclient\r\n"
    "Accept-Encoding: gzip, deflate\r\n"
    "Accept: */*\r\n"
    "Connection: keep-alive\r\n"
    "Content-Type: application/octet-stream\r\n"
    "X-Auth-Token: gAAAAABmW0pQ3r8t1yVbqk5c2n7m4x9s6d0f1g2h3j4k5l6z7x8c9v0b1n2m3q4w5e6r7t8y9u0i1"
    "o2p3a4s5d6f7g8h9j0k1l2z3x4c5v6b7n8m9QWERTYUIOPasdfghjklZXCVBNM1234567890qwertyuiopASDFGHJKLz\r"
    "\n"
    "X-OpenStack-Request-ID: req-5b1d4f8e-3c52-4b1e-9d76-0a8f6c2e1b34\r\n"
    "\r\n";

// Finding the end, parsing, and the gate: all that stands between bytes and a request.
void http_head(benchmark::State& state) {
    const http::head_limits limits;
    for (auto _ : state) {
        http::head_finder finder(limits);
        const auto end = finder.find_end(glanceclient_get);
        request_head head;
        const auto error =
            http::parse_head(std::string_view(glanceclient_get).substr(0, end), limits, head);
        if (error || end != glanceclient_get.size()) return state.SkipWithError("refused");
        benchmark::DoNotOptimize(head);
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(state.iterations() * std::int64_t(glanceclient_get.size()));
}
BENCHMARK(http_head);

// A GET as nginx 1.22 sends it with Debian's uwsgi_params. Reading rewrites the packet, so each
// round begins with a fresh copy of it, whose cost is in the number.
void uwsgi_head(benchmark::State& state) {
    std::ifstream file(GLIMT_TEST_DATA "/uwsgi/nginx122-image__get.bin", std::ios::binary);
    const std::string packet{std::istreambuf_iterator<char>(file), {}};
    std::string copy;
    for (auto _ : state) {
        copy = packet;
        const auto progress = uwsgi::examine(copy);
        if (progress.state != uwsgi::head_state::complete) return state.SkipWithError("incomplete");
        request_head head;
        const auto error = uwsgi::parse_head({copy.data(), progress.head_bytes}, head);
        if (error || head.headers.empty()) return state.SkipWithError("refused");
        benchmark::DoNotOptimize(head);
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(state.iterations() * std::int64_t(packet.size()));
}
BENCHMARK(uwsgi_head);

}  // namespace
