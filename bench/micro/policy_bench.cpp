// SPDX-License-Identifier: Apache-2.0
// What one decision of the policy costs, for callers as they are: a member asks for what is theirs.
#include "auth/image_policy.hpp"
#include "core/clock.hpp"
#include "core/fleet.hpp"

#include <benchmark/benchmark.h>

#include <boost/asio/co_spawn.hpp>

namespace glimt {
namespace {

image shared_image() {
    image made;
    made.id = "71c675ab-d94f-49cd-a114-e12490b328d9";
    made.owner = "6838eb7b-6ded-434a-882c-b344c77fe8df";
    made.visibility = image_visibility::shared;
    for (int i = 0; i < 20; ++i)
        made.properties.push_back({"hw_property_" + std::to_string(i), "value"});
    return made;
}

void decide(benchmark::State& state, action asked, std::string project,
            policy_ruling::answer expected) {
    std::vector<std::string> errors;
    const policy_table rules({}, errors);
    request_context caller;
    caller.project_id = std::move(project);
    caller.roles = {"load-balancer_member", "heat_stack_owner", "member", "reader"};
    const auto target = shared_image();
    for (auto _ : state) {
        const image_target seen(target, caller);
        if (rules.decide(asked, seen, caller).so != expected)
            return state.SkipWithError("decided wrongly");
    }
    state.SetItemsProcessed(state.iterations());
}

// The same as handlers ask: a coroutine that does not wait.
void await_decision(benchmark::State& state) {
    std::vector<std::string> errors;
    real_clock time;
    log journal({.path = "/dev/null"}, time);
    ring_context loop(make_ring(loop_kind::automatic));
    http_client web(loop);
    remote_checks others(web, {}, journal);
    const permissions rules(std::make_shared<const policy_table>(policy_options{}, errors), others);
    request_context caller;
    caller.project_id = "6838eb7b-6ded-434a-882c-b344c77fe8df";
    caller.roles = {"member", "reader"};
    const auto target = shared_image();
    const auto ask = [&]() -> task<> {
        for (auto _ : state) {
            const image_policy asked(rules, caller, target);
            co_await asked.enforce("get_image");
        }
    };
    asio::co_spawn(loop.get_executor(), ask(), [&](std::exception_ptr failure) {
        if (failure) state.SkipWithError("refused");
    });
    loop.run();
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(await_decision);

BENCHMARK_CAPTURE(decide, owner_gets_image, "get_image", "6838eb7b-6ded-434a-882c-b344c77fe8df",
                  policy_ruling::answer::yes);
BENCHMARK_CAPTURE(decide, member_gets_image, "get_image", "9d2b7a3e-8c1f-4e5d-9b6a-1f2e3d4c5b6a",
                  policy_ruling::answer::yes);
BENCHMARK_CAPTURE(decide, member_may_not_modify, "modify_image",
                  "9d2b7a3e-8c1f-4e5d-9b6a-1f2e3d4c5b6a", policy_ruling::answer::no);

}  // namespace
}  // namespace glimt
