// SPDX-License-Identifier: Apache-2.0
#include "image/member_input.hpp"

#include "core/problem.hpp"

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

namespace glimt {
namespace {

// What `read` makes of the body, or the text of the problem.
template <class Read>
std::string result(Read read, std::string_view body) {
    const boost::json::value parsed = boost::json::parse(body);
    try {
        return read(parsed);
    } catch (const problem& why) {
        EXPECT_EQ(why.why(), reason::invalid);
        return why.detail();
    }
}

TEST(member_input, takes_a_project) {
    const std::string most(255, 'x'), more(256, 'x');
    const struct {
        std::string body;
        std::string_view expected;
    } cases[] = {
        {R"({"member": "p2", "junk": 1})", "p2"},
        {R"({"member": ")" + most + "\"}", most},
        {R"({"member": ")" + more + "\"}", "Member should not be greater than 255 characters."},
        {R"({"member": "😀"})", "Member can't contain 4 byte unicode characters."},
        {R"({})", "Member to be added not specified"},
        {R"({"member": ""})", "Member can't be empty"},
        {R"({"member": null})", "Member can't be empty"},
        {R"({"member": 5})", R"(Expected a member in the form: {"member": "image_id"})"},
        {R"({"member": ["p2"]})", R"(Expected a member in the form: {"member": "image_id"})"},
        {R"(["member"])", R"(Expected a member in the form: {"member": "image_id"})"},
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.body);
        EXPECT_EQ(result(read_new_member, each.body), each.expected);
    }
}

TEST(member_input, takes_a_status) {
    constexpr std::string_view unknown = R"(Status must be "pending", "accepted" or "rejected".)";
    const struct {
        std::string_view body, expected;
    } cases[] = {
        {R"({"status": "pending"})", "pending"},
        {R"({"status": "accepted", "junk": 1})", "accepted"},
        {R"({"status": "rejected"})", "rejected"},
        {R"({"status": "Accepted"})", unknown},
        {R"({"status": ""})", unknown},
        {R"({"status": null})", unknown},
        {R"({"status": ["pending"]})", unknown},
        {R"({})", "Status not specified"},
        {R"([])", R"(Expected a status in the form: {"status": "status"})"},
    };
    const auto read = [](const boost::json::value& body) {
        return std::string(to_string(check_member_status(read_member_status(body))));
    };
    for (const auto& each : cases) {
        SCOPED_TRACE(each.body);
        EXPECT_EQ(result(read, each.body), each.expected);
    }
}

}  // namespace
}  // namespace glimt
