// SPDX-License-Identifier: Apache-2.0
#include "api/dispatch.hpp"

#include "api/body.hpp"
#include "api/errors.hpp"
#include "api/handlers.hpp"
#include "api/healthcheck.hpp"
#include "api/request_url.hpp"
#include "auth/permissions.hpp"
#include "proto/utf8.hpp"

#include <exception>

namespace glimt {
namespace {

// Remembers that the body ended in an error, which is the session's business and not a 500.
class watched_body final : public source {
public:
    explicit watched_body(source& inner) : inner_(inner) {}

    bool failed() const { return failed_; }

    task<std::size_t> read_some(asio::mutable_buffer into) override {
        failed_ = true;
        const std::size_t n = co_await inner_.read_some(into);
        failed_ = false;
        co_return n;
    }
    task<> wait() override {
        failed_ = true;
        co_await inner_.wait();
        failed_ = false;
    }
    bool has_more_now() const override { return inner_.has_more_now(); }

private:
    source& inner_;
    bool failed_ = false;
};

bool is_abort(const std::exception& why) {
    const auto* of_system = dynamic_cast<const boost::system::system_error*>(&why);
    return of_system && of_system->code() == asio::error::operation_aborted;
}

// Routes sends the bare version on to itself with a slash, which is then not found.
response redirect_to_slash(const request_head& head, const settings& options) {
    response answer;
    answer.status = 302;
    answer.headers.push_back({"Content-Type", "text/plain; charset=utf8"});
    answer.headers.push_back({"Location", request_url(head, options) + "/v2/"});
    return answer;
}

}  // namespace

api::api(services with, std::span<const route> routes)
    : with_(with),
      routes_(routes),
      versions_(with.options),
      origins_(with.options),
      ids_(with.identities.adopts_request_ids(), with.options.max_request_id_length) {}

response api::list_versions(const request_head& head, unsigned status) const {
    const std::string& configured = with_.options.public_endpoint;
    std::string base = configured.empty() ? request_url(head, with_.options) : configured;
    while (base.ends_with('/')) base.pop_back();
    response answer;
    answer.status = status;
    answer.headers.push_back({"Content-Type", "application/json"});
    answer.text = versions_.document(base);
    return answer;
}

task<response> api::answer(request& asked) {
    const request_head& head = asked.head;
    if (names_healthcheck(head.path)) {
        const std::string& file = with_.options.healthcheck_disable_file;
        const bool disabled = !file.empty() && co_await exists(with_.loop, file);
        co_return healthcheck_response(head, disabled);
    }
    response answered;
    if (first_segment(head.path) == "versions") {
        answered = list_versions(head, 200);
    } else if (const auto path = below_version(head, versions_)) {
        answered = co_await answer_below_version(asked, *path);
    } else {
        answered = list_versions(head, 300);
    }
    if (with_.filters.has(paste_filter::cors)) origins_.apply(head, answered);
    co_return answered;
}

// Who is nobody gets no request id either: the filter that makes both has refused.
task<response> api::answer_below_version(request& asked, std::string_view path) {
    request_context caller;
    try {
        caller = co_await with_.identities.identify(asked.head, path);
    } catch (const problem& why) {
        co_return error_response(why, asked.head);
    }
    co_return co_await answer_caller(asked, path, caller);
}

task<response> api::answer_caller(request& asked, std::string_view path,
                                  const request_context& caller) {
    watched_body body(asked.body);
    request watched{asked.head, body};
    std::string id = ids_.next();
    response answered;
    try {
        ids_.adopt(asked.head, id);
        answered = co_await run_route(watched, path, id, caller);
    } catch (const problem& why) {
        answered = error_response(why, asked.head);
    } catch (const std::exception& why) {
        if (body.failed() || is_abort(why)) throw;
        with_.journal.write(severity::error, "glimt.api", {.request_id = id}, "{} {} failed: {}",
                            asked.head.method, asked.head.path, why.what());
        answered = error_response(problem(reason::internal), asked.head);
    }
    answered.headers.push_back({"x-openstack-request-id", std::move(id)});
    co_return answered;
}

task<response> api::run_route(request& asked, std::string_view path, std::string_view id,
                              const request_context& caller) {
    const request_head& head = asked.head;
    if (path.empty()) co_return redirect_to_slash(head, with_.options);
    if (!is_utf8(path)) throw undecodable();
    const auto segments = split_path(path);
    if (!segments) co_return error_response(no_route(head.method, nullptr), head);
    const route* found = find_route(routes_, head.method, *segments);
    if (!found) co_return error_response(no_route(head.method, &*segments), head);
    if (found->body == body_rule::refused && has_body(head)) {
        throw problem(reason::invalid, "A body is not expected with this request.");
    }
    const permissions rules(with_.rules.table(), with_.others);
    call calling{head, asked.body, with_, caller, rules, id, found->pattern, *segments};
    co_return co_await found->run(calling);
}

}  // namespace glimt
