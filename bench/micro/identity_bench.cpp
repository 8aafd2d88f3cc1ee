// SPDX-License-Identifier: Apache-2.0
// What finding out who asks costs a request: nothing to find out, and a fernet token of usual size
// that is known already, of a member with the roles that a cloud gives, among 10,000 others.
#include "auth/identity_source.hpp"
#include "core/fleet.hpp"

#include <boost/asio/co_spawn.hpp>

#include <benchmark/benchmark.h>

namespace glimt {
namespace {

struct everybody_known final : token_authority {
    task<token_verdict> ask(std::string token, bool) override {
        auto made = std::make_shared<verified_token>();
        made->expires = wall_time::max();
        made->user_id = token.substr(0, 32);
        made->project_id = "6838eb7b6ded434a882cb344c77fe8df";
        made->user_domain_id = made->project_domain_id = "default";
        made->roles = {"load-balancer_member", "heat_stack_owner", "member", "reader"};
        co_return token_verdict{token_standing::valid, std::move(made)};
    }
};

std::string fernet_token(int i) {
    auto token = fmt::format("gAAAAA{:026}", i);
    token.resize(183, 'x');
    return token;
}

void identify(benchmark::State& state, identity_way way) {
    ring_context loop(make_ring(loop_kind::automatic));
    const real_clock time;
    log journal({.path = "/dev/null"}, time);
    everybody_known authority;
    token_validator tokens(loop, authority, 300, time, journal);
    std::vector<std::string> errors;
    const policy rules({}, errors);
    const settings options;
    identity_plan plan;
    plan.way = way;
    const auto source = make_identity_source(plan, options, rules, &tokens);
    const std::string token = fernet_token(7);
    request_head head;
    head.method = "GET";
    head.headers = {{"Host", "image.example.org"},
                    {"User-Agent", "python-glanceclient"},
                    {"Accept", "*/*"},
                    {"Accept-Encoding", "gzip, deflate"},
                    {"Connection", "keep-alive"},
                    {"X-Auth-Token", token}};
    auto body = [&]() -> task<> {
        for (int i = 0; i < 10'000; ++i) co_await tokens.verify(fernet_token(i), false);
        for (auto _ : state) {
            const auto caller = co_await source->identify(head, "/images");
            if (caller.roles.empty()) state.SkipWithError("nobody");
        }
    };
    asio::co_spawn(loop.get_executor(), body(), [&](std::exception_ptr failure) {
        if (failure) state.SkipWithError("refused");
    });
    loop.run();
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK_CAPTURE(identify, open_door, identity_way::open_door);
BENCHMARK_CAPTURE(identify, known_token, identity_way::keystone);

}  // namespace
}  // namespace glimt
