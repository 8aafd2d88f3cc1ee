// SPDX-License-Identifier: Apache-2.0
#include "digest/kernel_choice.hpp"

#include <algorithm>
#include <cassert>
#include <ranges>

namespace glimt {
namespace {

#ifdef __x86_64__
// __builtin_cpu_supports asks the operating system too, which must save the wider registers.
bool has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"); }
bool has_avx512() {
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw");
}
sha256_kernel sha256_here() {
    return __builtin_cpu_supports("sha") ? hash_with_sha_instructions : nullptr;
}
#else
sha256_kernel sha256_here() { return nullptr; }
#endif
bool always() { return true; }

struct candidate {
    kernel_set set;
    bool (*runs_here)();
};
const candidate fastest_first[] = {
#ifdef __x86_64__
    {{"avx512", avx512_kernels}, has_avx512},
    {{"avx2", avx2_kernels}, has_avx2},
#endif
    {{"openssl", {}}, always},
};

// Every CPU with SHA-NI is newer than SSE 4.1; AVX2 and SHA-NI came in either order.
kernel_set completed(kernel_set set) {
    if (!set.kernels.empty()) set.sha256 = sha256_here();
    return set;
}

}  // namespace

const woven_kernel& kernel_set::for_streams(std::size_t count) const {
    assert(!kernels.empty() && count > 0);
    const auto pays = [&](const woven_kernel& each) { return each.lanes_paying <= count; };
    return *std::ranges::find_if(kernels | std::views::reverse, pays);
}

std::optional<kernel_set> find_kernels(std::string_view name) {
    for (const auto& [set, runs_here] : fastest_first)
        if (set.name == name && runs_here()) return completed(set);
    return std::nullopt;
}

kernel_choice choose_kernels(std::string_view asked) {
    if (asked.empty()) return {best_kernels(), {}};
    if (const auto found = find_kernels(asked)) return {*found, {}};
    return {best_kernels(), "GLIMT_DIGEST_KERNELS is " + std::string(asked) +
                                ", which this CPU cannot run: avx512, avx2 and openssl there are."};
}

kernel_set best_kernels() {
    const auto runs = [](const candidate& each) { return each.runs_here(); };
    return completed(std::ranges::find_if(fastest_first, runs)->set);
}

}  // namespace glimt
