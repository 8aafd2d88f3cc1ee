// SPDX-License-Identifier: Apache-2.0
#include "api/members.hpp"

#include "api/dispatch.hpp"
#include "api/image_answer.hpp"
#include "auth/image_policy.hpp"
#include "core/problem.hpp"
#include "image/image_json.hpp"
#include "image/member_input.hpp"
#include "image/request_json.hpp"

#include <fmt/format.h>

namespace glimt {
namespace {

// --- what is refused, in Glance's words ----------------------------------------------------------

[[noreturn]] void refuse_unknown_member(std::string_view member, std::string_view image_id) {
    throw problem(reason::not_found, fmt::format("{} not found in the member list of the image {}.",
                                                 member, image_id));
}

[[noreturn]] void refuse_to(std::string_view verb, std::string_view image_id) {
    throw problem(reason::forbidden,
                  fmt::format("Not allowed to {} members for image {}.", verb, image_id));
}

constexpr std::string_view only_shared = "Only shared images have members.";

bool is_shared(const image& of) { return of.visibility == image_visibility::shared; }

// Whether Glance's check of owners from before its roles applies to the caller (contract 3.3).
bool owner_decides(const call& asked) {
    return asked.rules.table().checks_owners() && !asked.caller.is_admin;
}

bool is_own(const call& asked, const image& of) { return of.owner == asked.caller.project_id; }

// Asked of every call: who may not see the image is told nothing of it.
task<> enforce(const call& asked, const image& of, action rule) {
    const image_policy policy(asked.rules, asked.caller, of);
    if (!co_await policy.allows("get_image")) throw problem(reason::not_found);
    co_await policy.enforce(rule);
}

// --- what is asked about -------------------------------------------------------------------------

task<image> find_image_of(const call& asked) {
    std::string id(asked.parameter("image_id"));
    auto found = co_await asked.with.images.find(id, viewer_of(asked.caller));
    if (!found) throw problem(reason::not_found, fmt::format("Image {} not found.", id));
    co_return std::move(*found);
}

task<image_member> find_member_of(const call& asked, const image& of) {
    std::string project(asked.parameter("member_id"));
    co_await enforce(asked, of, "get_member");
    auto found = co_await asked.with.images.find_member(of.id, project, viewer_of(asked.caller));
    if (!found) refuse_unknown_member(project, of.id);
    co_return std::move(*found);
}

// --- what is answered ----------------------------------------------------------------------------

response member_answer(const image_member& shown) {
    response answer = json_answer();
    append_member(answer.text, shown);
    return answer;
}

// --- changes -------------------------------------------------------------------------------------

task<> check_quota(const call& asked, const image& of) {
    const std::int64_t quota = asked.with.options.image_member_quota;
    if (quota < 0) co_return;
    const std::int64_t count = co_await asked.with.images.count_members(of.id) + 1;
    if (count <= quota) co_return;
    throw problem(reason::too_large,
                  fmt::format("Image member limit exceeded for image {}: The limit has been "
                              "exceeded on the number of allowed image members for this image. "
                              "Attempted: {}, Maximum: {}:",
                              of.id, count, quota));
}

member_status read_status(const boost::json::value& status) {
    if (status.is_string()) {
        const auto known = member_status_of(std::string_view(status.get_string()));
        if (known) return *known;
    }
    throw problem(reason::invalid,
                  R"(Incorrect request: Status must be "pending", "accepted" or "rejected".)");
}

}  // namespace

task<response> get_image_members(call& asked) {
    const image of = co_await find_image_of(asked);
    if (!is_shared(of)) {
        throw problem(reason::forbidden, fmt::format("Not allowed to list members for image {}: {}",
                                                     of.id, only_shared));
    }
    co_await enforce(asked, of, "get_members");
    auto members = co_await asked.with.images.members(of.id, viewer_of(asked.caller));
    // Members are not asked about one by one: the rule sees of them only the image.
    if (!co_await image_policy(asked.rules, asked.caller, of).allows("get_member")) members.clear();
    response answer = json_answer();
    append_members(answer.text, members);
    co_return answer;
}

task<response> post_image_member(call& asked) {
    std::string project = read_new_member(parse_request_json(co_await collect_document(asked)));
    refuse_read_only(asked.caller);
    const image of = co_await find_image_of(asked);
    if (!is_shared(of) || (owner_decides(asked) && (!of.owner || !is_own(asked, of)))) {
        refuse_to("create", of.id);
    }
    co_await enforce(asked, of, "add_member");
    co_await check_quota(asked, of);
    image_member made;
    made.image_id = of.id;
    made.project = std::move(project);
    made.created_at = made.updated_at = time_of_change(asked);
    const auto added = co_await asked.with.images.add_member(made);
    if (!added) {
        throw problem(reason::conflict,
                      fmt::format("Member {} is duplicated for image {}", made.project, of.id));
    }
    co_return member_answer(*added);
}

// Who may not see the member, or whose image has none, finds nothing.
task<response> get_image_member(call& asked) {
    const image of = co_await find_image_of(asked);
    if (!is_shared(of)) throw problem(reason::not_found, std::string(only_shared));
    const image_policy policy(asked.rules, asked.caller, of);
    if (co_await policy.allows("get_image") && !co_await policy.allows("get_member")) {
        throw problem(reason::not_found, "You are not authorized to complete get_member action.");
    }
    co_return member_answer(co_await find_member_of(asked, of));
}

task<response> put_image_member(call& asked) {
    const auto body = parse_request_json(co_await collect_document(asked));
    const boost::json::value& wanted = read_member_status(body);
    refuse_read_only(asked.caller);
    const image of = co_await find_image_of(asked);
    if (!is_shared(of) || (owner_decides(asked) && is_own(asked, of))) refuse_to("update", of.id);
    image_member member = co_await find_member_of(asked, of);
    co_await enforce(asked, of, "modify_member");
    const member_status status = read_status(wanted);
    if (status == member.status) co_return member_answer(member);
    member.status = status;
    member.updated_at = time_of_change(asked);
    const bool found = co_await asked.with.images.update_member(member);
    if (!found) refuse_unknown_member(member.project, of.id);
    co_return member_answer(member);
}

task<response> delete_image_member(call& asked) {
    refuse_read_only(asked.caller);
    const image of = co_await find_image_of(asked);
    if (!is_shared(of) || (owner_decides(asked) && !is_own(asked, of))) refuse_to("delete", of.id);
    const image_member member = co_await find_member_of(asked, of);
    co_await enforce(asked, of, "delete_member");
    const bool found =
        co_await asked.with.images.remove_member(of.id, member.project, time_of_change(asked));
    if (!found) refuse_unknown_member(member.project, of.id);
    response answer;
    answer.status = 204;
    answer.without_length = true;
    co_return answer;
}

}  // namespace glimt
