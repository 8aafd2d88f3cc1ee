// SPDX-License-Identifier: Apache-2.0
#include "image/member_input.hpp"

#include "core/problem.hpp"
#include "image/utf8.hpp"

namespace glimt {
namespace {

namespace json = boost::json;

constexpr std::size_t project_characters_max = 255;  // of the column

[[noreturn]] void refuse(std::string why) { throw problem(reason::invalid, std::move(why)); }

[[noreturn]] void refuse_form_of_member() {
    refuse(R"(Expected a member in the form: {"member": "image_id"})");
}

}  // namespace

std::string read_new_member(const json::value& body) {
    if (!body.is_object()) refuse_form_of_member();
    const json::value* const member = body.get_object().if_contains("member");
    if (!member) refuse("Member to be added not specified");
    if (member->is_null() || *member == "") refuse("Member can't be empty");
    if (!member->is_string()) refuse_form_of_member();
    const std::string_view project = member->get_string();
    if (count_code_points(project) > project_characters_max) {
        refuse("Member should not be greater than 255 characters.");
    }
    if (has_four_byte_character(project)) {
        refuse("Member can't contain 4 byte unicode characters.");
    }
    return std::string(project);
}

const json::value& read_member_status(const json::value& body) {
    if (!body.is_object()) refuse(R"(Expected a status in the form: {"status": "status"})");
    const json::value* const status = body.get_object().if_contains("status");
    if (!status) refuse("Status not specified");
    return *status;
}

member_status check_member_status(const json::value& status) {
    if (status.is_string()) {
        if (const auto known = member_status_of(std::string_view(status.get_string()))) {
            return *known;
        }
    }
    refuse(R"(Status must be "pending", "accepted" or "rejected".)");
}

}  // namespace glimt
