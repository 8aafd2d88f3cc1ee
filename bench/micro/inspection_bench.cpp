// SPDX-License-Identifier: Apache-2.0
#include "../../tests/unit/image/disk_images.hpp"
#include "image/inspection.hpp"

#include <benchmark/benchmark.h>

#include <string>

using namespace glimt;

namespace {

// The disks of the tests, followed by what fills an installed one: bytes that are not zero.
struct disk {
    const char* format;
    std::string begin;
};

const disk& disk_at(std::int64_t i) {
    static const std::string text(std::size_t{1} << 20, 'x');
    static const disk all[] = {
        {"raw", "\1"},
        {"gpt", test::gpt_image().bytes()},
        {"qcow2", test::qcow2_image().bytes()},
        {"vhdx", test::vhdx_parts{.items = 2047}.make().bytes()},
        {"vmdk", test::vmdk_image().bytes()},
        {"vmdk", test::vmdk_stream_image().bytes()},
        {"raw", text},
    };
    return all[i];
}

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

// What an upload pays for the first MiB of a disk and the verdict, in slices of a buffer pool.
void inspect_first_mebibyte(benchmark::State& state) {
    constexpr std::size_t slice = 64 * 1024;
    auto bytes = disk_at(state.range(0)).begin;
    bytes.resize(std::size_t{1} << 20, 'x');
    state.SetLabel(disk_at(state.range(0)).format);
    for (auto _ : state) {
        format_inspector inspector;
        for (std::string_view rest = bytes; !rest.empty(); rest.remove_prefix(slice)) {
            inspector.feed(bytes_of(rest.substr(0, slice)));
        }
        const auto found = inspector.finish();
        if (name_of(found.matches[0].format) != disk_at(state.range(0)).format) {
            return state.SkipWithError("not recognised");
        }
        auto verdict = judge(found, "raw", {});
        benchmark::DoNotOptimize(verdict);
    }
    state.SetBytesProcessed(state.iterations() * std::int64_t(bytes.size()));
}
BENCHMARK(inspect_first_mebibyte)->DenseRange(0, 6);

// And for every MiB after that: what a terabyte costs.
void inspect_later_mebibyte(benchmark::State& state) {
    constexpr std::size_t slice = 64 * 1024, mebibyte = std::size_t{1} << 20;
    const std::string bytes(slice, 'x');
    state.SetLabel(disk_at(state.range(0)).format);
    format_inspector inspector;
    inspector.feed(bytes_of(disk_at(state.range(0)).begin));
    inspector.feed(bytes_of(std::string(2 * mebibyte, 'x')));
    for (auto _ : state) {
        for (std::size_t fed = 0; fed < mebibyte; fed += slice) inspector.feed(bytes_of(bytes));
    }
    if (name_of(inspector.finish().matches[0].format) != disk_at(state.range(0)).format) {
        return state.SkipWithError("not recognised");
    }
    state.SetBytesProcessed(state.iterations() * std::int64_t(mebibyte));
}
BENCHMARK(inspect_later_mebibyte)->DenseRange(0, 6);

}  // namespace
