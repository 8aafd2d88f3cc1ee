// SPDX-License-Identifier: Apache-2.0
#include "keystone/project_limits.hpp"

#include "core/problem.hpp"
#include "keystone/json_document.hpp"
#include "proto/percent.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace glimt {
namespace {

constexpr std::string_view component = "glimt.keystone";

std::string encoded(std::string_view text) {
    std::string out;
    append_percent_encoded(out, text);
    return out;
}

// The first of every resource counts.
using limits_by_name = std::map<std::string, std::int64_t, std::less<>>;

// The numbers called `value` in the list called `list`; nothing when the document has no such list.
std::optional<limits_by_name> read_limits(std::string_view text, std::string_view list,
                                          std::string_view value) {
    const auto document = read_json_document(text);
    const auto* const found = document ? member(&*document, list) : nullptr;
    if (!found || !found->is_array()) return std::nullopt;
    limits_by_name limits;
    for (const auto& each : found->get_array()) {
        const auto name = text_at(&each, "resource_name");
        const auto* const number = member(&each, value);
        if (name && number && number->is_int64()) limits.emplace(*name, number->get_int64());
    }
    return limits;
}

resource_limit limit_of(std::string_view resource, const limits_by_name& own,
                        const limits_by_name& registered) {
    auto found = own.find(resource);
    if (found == own.end()) {
        found = registered.find(resource);
        if (found == registered.end()) return 0;
    }
    if (found->second < 0) return std::nullopt;
    return found->second;
}

}  // namespace

task<std::vector<resource_limit>> keystone_limits::of(std::optional<std::string> project,
                                                      std::span<const std::string_view> resources) {
    if (service_query_.empty()) co_await find_service();
    limits_by_name own;
    if (project) {
        const auto said =
            co_await ask("/limits" + service_query_ + "&project_id=" + encoded(*project));
        auto read = read_limits(said, "limits", "resource_limit");
        if (!read) fail("answers a question about limits with something else");
        own = std::move(*read);
    }
    const auto said = co_await ask("/registered_limits" + service_query_);
    const auto registered = read_limits(said, "registered_limits", "default_limit");
    if (!registered) fail("answers a question about registered limits with something else");
    std::vector<resource_limit> limits;
    for (const std::string_view each : resources) {
        if (!own.contains(each) && !registered->contains(each))
            out_.error(component, "no limit is registered for {}: nobody may have any", each);
        limits.push_back(limit_of(each, own, *registered));
    }
    co_return limits;
}

// What Keystone calls us. Models other than the flat one oslo.limit does not know either.
task<> keystone_limits::find_service() {
    const auto model = read_json_document(co_await ask("/limits/model"));
    const auto name = text_at(model ? member(&*model, "model") : nullptr, "name");
    if (name != "flat") fail("has limits of another model than \"flat\"");
    const auto found = read_json_document(co_await ask("/endpoints/" + encoded(endpoint_)));
    const auto* const ours = found ? member(&*found, "endpoint") : nullptr;
    const auto service = text_at(ours, "service_id");
    if (!service) fail("does not know the endpoint that [oslo_limit] endpoint_id names");
    std::string query = "?service_id=" + encoded(*service);
    if (const auto region = text_at(ours, "region_id")) query += "&region_id=" + encoded(*region);
    service_query_ = std::move(query);
}

task<std::string> keystone_limits::ask(std::string path) {
    auto answer = co_await session_.get(std::move(path), {});
    if (!answer) {
        if (session_.was_refused()) throw problem(reason::internal);
        throw problem(reason::unavailable);
    }
    if (answer->status >= 500) throw problem(reason::unavailable);
    if (answer->status != 200 && answer->status != 404)
        fail(fmt::format("answers {} to a question about limits", answer->status));
    co_return std::move(answer->body);
}

void keystone_limits::fail(std::string_view why) {
    out_.error(component, "Keystone {}", why);
    throw problem(reason::internal);
}

}  // namespace glimt
