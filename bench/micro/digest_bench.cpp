// SPDX-License-Identifier: Apache-2.0
#include "digest/openssl_hasher.hpp"
#include "digest/woven_hasher.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <deque>
#include <random>
#include <string>
#include <vector>

using namespace glimt;

namespace {

constexpr std::size_t job_bytes = 256 * 1024;
constexpr std::size_t slice_bytes = 32 * 1024;  // as digest_engine has it

// What so many uploads have received: each its own memory, together more than a cache holds.
std::vector<std::vector<std::byte>> received(std::size_t streams) {
    std::vector<std::vector<std::byte>> all(streams, std::vector<std::byte>(job_bytes));
    std::minstd_rand random;
    for (auto& each : all)
        for (std::byte& byte : each) byte = std::byte(random() >> 8);
    return all;
}

// One job of each, eight at a time, as one thread of the engine does it.
void hash_side_by_side(const kernel_set& kernels, std::deque<woven_hasher>& hashers,
                       const std::vector<std::vector<std::byte>>& jobs) {
    const std::size_t lanes = kernels.lanes_max();
    for (std::size_t first = 0; first < jobs.size(); first += lanes) {
        std::deque<woven_piece> pieces;
        std::vector<woven_piece*> together;
        for (std::size_t i = first; i < std::min(first + lanes, jobs.size()); ++i)
            together.push_back(&pieces.emplace_back(hashers[i], jobs[i]));
        while (!together.front()->ended()) woven_piece::advance(kernels, together, slice_bytes);
    }
}

std::vector<data_digests> expected_of(const std::vector<std::vector<std::byte>>& jobs) {
    std::vector<data_digests> all;
    for (const auto& job : jobs) {
        openssl_hasher reference("sha512");
        reference.update(job);
        all.push_back(reference.finish());
    }
    return all;
}

// Whether the streams end as they should. The end costs a stream a block or two of 4,096.
template <class Hasher>
bool all_end_as(const std::vector<data_digests>& expected, std::deque<Hasher>& hashers) {
    return std::ranges::equal(hashers, expected, {}, [](hasher& each) { return each.finish(); });
}

void openssl_digests(benchmark::State& state) {
    const auto jobs = received(static_cast<std::size_t>(state.range(0)));
    const auto expected = expected_of(jobs);
    for (auto _ : state) {
        std::deque<openssl_hasher> hashers;
        for (const auto& job : jobs) hashers.emplace_back("sha512").update(job);
        if (!all_end_as(expected, hashers)) return state.SkipWithError("wrong digests");
    }
    state.SetBytesProcessed(state.iterations() * std::int64_t(job_bytes * jobs.size()));
}

void woven_digests(benchmark::State& state, const char* name) {
    const auto kernels = find_kernels(name);
    if (!kernels) return state.SkipWithError("this CPU cannot run them");
    const auto jobs = received(static_cast<std::size_t>(state.range(0)));
    const auto expected = expected_of(jobs);
    for (auto _ : state) {
        std::deque<woven_hasher> hashers;
        for (std::size_t i = 0; i < jobs.size(); ++i) hashers.emplace_back(*kernels, sha512);
        hash_side_by_side(*kernels, hashers, jobs);
        if (!all_end_as(expected, hashers)) return state.SkipWithError("wrong digests");
    }
    state.SetBytesProcessed(state.iterations() * std::int64_t(job_bytes * jobs.size()));
}

void numbers_of_streams(benchmark::internal::Benchmark* of) {
    of->ArgName("streams")->RangeMultiplier(2)->Range(1, 32)->Arg(3);
}
BENCHMARK(openssl_digests)->Apply(numbers_of_streams);
BENCHMARK_CAPTURE(woven_digests, avx2, "avx2")->Apply(numbers_of_streams);
BENCHMARK_CAPTURE(woven_digests, avx512, "avx512")->Apply(numbers_of_streams);

}  // namespace
