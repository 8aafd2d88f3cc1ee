// SPDX-License-Identifier: Apache-2.0
#include "auth/remote_checks.hpp"

#include "core/problem.hpp"
#include "proto/percent.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace glimt {
namespace {

constexpr std::uint64_t answer_bytes_max = 4096;

// Nothing when the target lacks an attribute, or has one that would lead to another path.
std::optional<std::string> url_of(const policy_text& text, const policy_target& target) {
    std::string url, scratch;
    for (const auto& part : text.parts) {
        if (!part.attribute) {
            url += part.text;
            continue;
        }
        const auto value = target.find(part.text, scratch);
        if (!value || *value == "." || *value == "..") return std::nullopt;
        append_percent_encoded(url, *value);
    }
    return url;
}

boost::json::value text_or_null(const std::optional<std::string>& text) {
    if (!text) return nullptr;
    return boost::json::string(*text);
}

boost::json::array array_of(const std::vector<std::string>& texts) {
    boost::json::array made;
    for (const auto& each : texts) made.emplace_back(each);
    return made;
}

bool is_true(std::string_view body) {
    while (body.starts_with('"')) body.remove_prefix(1);
    while (body.ends_with('"')) body.remove_suffix(1);
    return body == "True";
}

}  // namespace

boost::json::object credentials_of(const request_context& caller) {
    return {
        {"user_id", text_or_null(caller.user_id)},
        {"user_domain_id", text_or_null(caller.user_domain_id)},
        {"system_scope", text_or_null(caller.system_scope)},
        {"domain_id", text_or_null(caller.domain_id)},
        {"project_id", text_or_null(caller.project_id)},
        {"project_domain_id", text_or_null(caller.project_domain_id)},
        {"roles", array_of(caller.roles)},
        {"is_admin_project", caller.is_admin_project},
        {"service_user_id", text_or_null(caller.service_user_id)},
        {"service_user_domain_id", text_or_null(caller.service_user_domain_id)},
        {"service_project_id", text_or_null(caller.service_project_id)},
        {"service_project_domain_id", text_or_null(caller.service_project_domain_id)},
        {"service_roles", array_of(caller.service_roles)},
    };
}

http_query remote_checks::query_for(std::string url, const remote_question& about) const {
    http_query query;
    query.method = "POST";
    query.url = std::move(url);
    query.answer_bytes_max = answer_bytes_max;
    query.trust = options_.trust;
    query.patience.total = options_.timeout;
    query.patience.connect = std::min(query.patience.connect, options_.timeout);
    const boost::json::object fields = {{"rule", about.rule},
                                        {"target", about.target.to_json()},
                                        {"credentials", credentials_of(about.caller)}};
    if (options_.json) {
        query.headers.push_back({"Content-Type", "application/json"});
        query.body = boost::json::serialize(fields);
        return query;
    }
    query.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
    for (const auto& [name, value] : fields) {
        query.body += fmt::format("{}{}=", query.body.empty() ? "" : "&", std::string_view(name));
        append_percent_encoded(query.body, boost::json::serialize(value));
    }
    return query;
}

task<bool> remote_checks::ask(const policy_node& check, const remote_question& about) {
    http_answer answer;
    if (auto url = url_of(check.match, about.target)) {
        answer = co_await web_.fetch(query_for(std::move(*url), about));
    } else {
        answer.failed = http_failure::invalid;
        answer.why = "the target has no such attribute as the URL names";
    }
    if (!answer.failed) co_return is_true(answer.body);
    if (answer.failed == http_failure::too_large) co_return false;
    out_.error("glimt.auth", "policy rule {}: another server cannot be asked: {}", about.rule,
               answer.why);
    throw problem(reason::unavailable);
}

}  // namespace glimt
