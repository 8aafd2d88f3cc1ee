// SPDX-License-Identifier: Apache-2.0
// Any bytes as a file of property protections, in both formats: it is refused, or says of every
// name who may do what, and what it hides is what may not be read.
#include "auth/property_protections.hpp"
#include "core/fleet.hpp"
#include "core/log.hpp"
#include "core/problem.hpp"
#include "require.hpp"

#include <boost/asio/co_spawn.hpp>

#include <cstdint>
#include <string>

using glimt::testing::require;

namespace {

using namespace glimt;

// What decisions are made in; nobody else is ever asked.
struct world {
    ring_context loop{make_ring(loop_kind::automatic)};
    real_clock time;
    glimt::log journal{{.path = "/dev/null"}, time};
    http_client web{loop};
    remote_checks others{web, {}, journal};
};

property_access access_of(const property_protections& to, const permissions& rules, world& in) {
    request_context caller;
    caller.roles = {"member"};
    property_access access;
    const auto keep = [&]() -> task<> { access = co_await to.access_of(rules, caller); };
    asio::co_spawn(in.loop.get_executor(), keep(),
                   [](std::exception_ptr failure) { require(!failure); });
    in.loop.run();
    return access;
}

bool enforced(const property_access& access, property_operation what, const std::string& name) {
    try {
        access.enforce(what, name);
        return true;
    } catch (const problem&) {
        return false;
    }
}

void use(const property_access& access, const std::string& text) {
    using enum property_operation;
    image shown;
    for (const std::string& name : {std::string("a"), std::string("os_glance_x"), text}) {
        shown.properties.push_back({name, "value"});
        for (const auto what : {create, read, update, remove})
            require(enforced(access, what, name) == access.may(what, name));
    }
    require(access.may(update, "os_glance_x"));
    access.hide_unreadable(shown);
    for (const auto& each : shown.properties) require(access.may(read, each.name));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static world here;
    const std::string text(reinterpret_cast<const char*>(data), size);
    for (const bool by_policies : {false, true}) {
        std::vector<std::string> errors;
        const auto made = parse_property_protections(text, "file", by_policies, errors);
        if (!errors.empty()) continue;
        policy_options options;
        options.overrides = made.rules();
        auto rules = std::make_shared<const policy_table>(options, errors);
        if (!errors.empty()) continue;
        require(made.protects());
        use(access_of(made, permissions(std::move(rules), here.others), here), text);
    }
    return 0;
}
