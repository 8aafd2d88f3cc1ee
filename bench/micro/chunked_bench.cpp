// SPDX-License-Identifier: Apache-2.0
#include "proto/chunked.hpp"

#include <benchmark/benchmark.h>

#include <span>
#include <string>

using namespace glimt;

namespace {

// An upload in chunks of 64 KiB, as python-glanceclient sends it, arriving in a 1 MiB body buffer.
// The decoder touches the framing only, so the bytes per second say how little it is in the way.
void chunked_decoding(benchmark::State& state) {
    constexpr std::size_t chunk_bytes = 64 << 10, chunks = 16;
    std::string body;
    for (std::size_t i = 0; i < chunks; ++i) {
        body += http::chunk_head(chunk_bytes).text();
        body.append(chunk_bytes, 'x');
        body += http::chunk_end;
    }
    body += http::last_chunk;
    for (auto _ : state) {
        http::chunked_decoder decoder;
        auto rest = std::as_bytes(std::span(body));
        std::size_t got = 0;
        while (!decoder.done() && !decoder.failed()) {
            const auto step = decoder.feed(rest);
            rest = rest.subspan(step.consumed);
            got += step.data.size();
        }
        if (got != chunk_bytes * chunks || !rest.empty()) return state.SkipWithError("wrong body");
    }
    state.SetBytesProcessed(state.iterations() * std::int64_t(chunk_bytes * chunks));
}
BENCHMARK(chunked_decoding);

}  // namespace
