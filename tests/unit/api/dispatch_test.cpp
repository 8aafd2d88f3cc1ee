// SPDX-License-Identifier: Apache-2.0
#include "api/dispatch.hpp"

#include "api/body.hpp"
#include "api_fixture.hpp"
#include "core/problem.hpp"

#include <gmock/gmock.h>

using namespace glimt;
using glimt::testing::plain_request;
using glimt::testing::text_source;
using glimt::testing::value_of;

namespace {

task<response> show(call& asked) {
    response answered;
    answered.text =
        std::string(asked.parameter("image_id")).append("|").append(asked.parameter("tag_value"));
    answered.headers.push_back({"X-Id", std::string(asked.request_id)});
    co_return answered;
}

task<response> echo(call& asked) {
    response answered;
    answered.text = co_await collect(asked.body, 10);
    co_return answered;
}

task<response> wait_for_more(call& asked) {
    co_await asked.body.wait();
    response answered;
    answered.text = asked.body.has_more_now() ? "more" : "nothing yet";
    co_return answered;
}

task<response> whoami(call& asked) {
    response answered;
    answered.text = asked.caller.project_id.value_or("nobody");
    co_return answered;
}

task<response> refuse(call&) {
    throw problem(reason::conflict, "No.", layout::sentence_first).with_header("X-Why", "because");
    co_return response();
}

task<response> break_down(call&) {
    throw std::runtime_error("the secret reason");
    co_return response();
}

task<response> fail_elsewhere(call&) {
    throw boost::system::system_error(asio::error::broken_pipe, "a disk");
    co_return response();
}

task<response> abort_request(call&) {
    throw boost::system::system_error(asio::error::operation_aborted);
    co_return response();
}

constexpr route test_routes[] = {
    {"GET", "/v2/images/{image_id}/tags/{tag_value}", show, body_rule::refused},
    {"PUT", "/v2/images/{image_id}/tags/{tag_value}", show, body_rule::refused},
    {"POST", "/v2/echo", echo},
    {"POST", "/v2/wait", wait_for_more},
    {"OPTIONS", "/v2/echo", echo},
    {"POST", "/v2/images/{image_id}/import", refuse},
    {"GET", "/v2/whoami", whoami},
    {"GET", "/v2/broken", break_down},
    {"GET", "/v2/elsewhere", fail_elsewhere},
    {"GET", "/v2/aborted", abort_request},
};

struct dispatch_test : glimt::testing::api_fixture {
    dispatch_test() { routes = test_routes; }

    std::string logged() {
        journal.flush();
        std::ifstream file(log_path);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }
};

TEST_F(dispatch_test, gives_handlers_what_stands_in_the_path) {
    const response answered = ask({"PUT", "/v2.9//images/a%20b/tags/%C3%A9", {}});
    EXPECT_EQ(answered.status, 200u);
    EXPECT_EQ(answered.text, "a b|\xc3\xa9");
    EXPECT_EQ(value_of(answered, "x-id"), value_of(answered, "x-openstack-request-id"));
}

TEST_F(dispatch_test, refuses_a_body_where_none_belongs) {
    struct body_case {
        const char* what;
        const char* method;
        body_kind kind;
        std::uint64_t bytes;
        unsigned status;
    };
    const body_case cases[] = {
        {"no body", "PUT", body_kind::none, 0, 200},
        {"Content-Length: 0", "PUT", body_kind::length, 0, 200},
        {"one byte", "PUT", body_kind::length, 1, 400},
        {"one byte, GET", "GET", body_kind::length, 1, 400},
        {"chunked", "PUT", body_kind::chunked, 0, 400},
        {"chunked, but GET has none for Glance", "GET", body_kind::chunked, 0, 200},
    };
    for (const body_case& one : cases) {
        SCOPED_TRACE(one.what);
        const plain_request asked{one.method, "/v2/images/a/tags/b", {}};
        request_head head = asked.head();
        head.body = one.kind;
        head.body_bytes = one.bytes;
        text_source nothing{""};
        const response answered = ask_of(head, nothing);
        EXPECT_EQ(answered.status, one.status);
        if (one.status != 400) continue;
        EXPECT_EQ(answered.text,
                  "400 Bad Request\n\nA body is not expected with this request.\n\n   ");
    }
}

TEST_F(dispatch_test, answers_a_problem_where_it_was_thrown_from) {
    const response answered = ask({"POST", "/v2/images/a/import", {}});
    EXPECT_EQ(answered.status, 409u);
    EXPECT_EQ(answered.text,
              "409 Conflict\n\nThere was a conflict when trying to complete your request.\n\n"
              " No.  ");
    EXPECT_EQ(value_of(answered, "x-why"), "because");
    EXPECT_TRUE(value_of(answered, "x-openstack-request-id"));
}

TEST_F(dispatch_test, a_method_the_resource_lacks_is_405) {
    const response answered = ask({"GET", "/v2/images/a/import", {}});
    EXPECT_EQ(answered.status, 405u);
    EXPECT_EQ(value_of(answered, "allow"), "POST");
}

TEST_F(dispatch_test, what_we_do_not_have_yet_is_not_found) {
    EXPECT_EQ(ask({"GET", "/v2/images", {}}).status, 404u);
    EXPECT_EQ(ask({"GET", "/v2/a/b/c/d/e/f/g/h/i/j", {}}).status, 404u);
}

TEST_F(dispatch_test, a_path_that_is_no_text_is_400) {
    for (const char* path : {"/v2/images/a/tags/%ff", "/v2/nope/%C3", "/v2/images/%C0%80/tags/b"}) {
        SCOPED_TRACE(path);
        const response answered = ask({"PUT", path, {}});
        EXPECT_EQ(answered.status, 400u);
        EXPECT_THAT(answered.text,
                    ::testing::StartsWith("400 Bad Request\n\nError decoding your request."));
        EXPECT_TRUE(value_of(answered, "x-openstack-request-id"));
    }
}

TEST_F(dispatch_test, an_unknown_exception_is_500_and_says_nothing_but_to_the_log) {
    for (const char* target : {"/v2/broken", "/v2/elsewhere"}) {
        SCOPED_TRACE(target);
        const response answered = ask({"GET", target, {}});
        EXPECT_EQ(answered.status, 500u);
        EXPECT_EQ(answered.text,
                  "500 Internal Server Error\n\nThe server has either erred or is incapable of "
                  "performing the requested operation.\n\n   ");
        EXPECT_THAT(logged(), ::testing::HasSubstr(*value_of(answered, "x-openstack-request-id")));
    }
    EXPECT_THAT(logged(), ::testing::HasSubstr("GET /v2/broken failed: the secret reason"));
}

TEST_F(dispatch_test, an_abort_passes_through) {
    EXPECT_THROW(ask({"GET", "/v2/aborted", {}}), boost::system::system_error);
}

TEST_F(dispatch_test, the_end_of_a_body_before_its_time_passes_through) {
    text_source body{"abc"};
    body.cut = asio::error::connection_reset;
    try {
        ask({"POST", "/v2/echo", {}}, body);
        ADD_FAILURE() << "nothing was thrown";
    } catch (const boost::system::system_error& why) {
        EXPECT_EQ(why.code(), asio::error::connection_reset);
    }
}

// Or uploads hold memory while their clients say nothing.
TEST_F(dispatch_test, handlers_wait_for_the_body_itself) {
    struct slow_source final : source {
        std::optional<error_code> cut;
        int waits = 0;

        task<std::size_t> read_some(asio::mutable_buffer) override { co_return 0; }
        task<> wait() override {
            ++waits;
            if (cut) throw boost::system::system_error(*cut);
            co_return;
        }
        bool has_more_now() const override { return false; }
    } body;
    EXPECT_EQ(ask({"POST", "/v2/wait", {}}, body).text, "nothing yet");
    EXPECT_EQ(body.waits, 1);
    body.cut = asio::error::eof;
    EXPECT_THROW(ask({"POST", "/v2/wait", {}}, body), boost::system::system_error);
}

TEST_F(dispatch_test, a_body_that_is_too_long_is_413) {
    text_source body{"0123456789a"};
    EXPECT_EQ(ask({"POST", "/v2/echo", {}}, body).status, 413u);
    text_source fits{"0123456789"};
    EXPECT_EQ(ask({"POST", "/v2/echo", {}}, fits).text, "0123456789");
}

TEST_F(dispatch_test, options_keeps_a_success) {
    text_source body{"text"};
    const response answered = ask({"OPTIONS", "/v2/echo", {}}, body);
    EXPECT_EQ(answered.status, 200u);
    EXPECT_EQ(answered.text, "text");
}

TEST_F(dispatch_test, options_of_the_whole_server_is_200) {
    const response answered = ask({"OPTIONS", "*", {}});
    EXPECT_EQ(answered.status, 200u);
    EXPECT_TRUE(answered.headers.empty());
}

TEST_F(dispatch_test, gives_handlers_the_caller) {
    take_fake_tokens();
    EXPECT_EQ(ask({"GET", "/v2/whoami", {{"X-Auth-Token", "u:p:r"}}}).text, "p");
}

TEST_F(dispatch_test, who_is_nobody_is_refused_whatever_the_path) {
    take_fake_tokens();
    for (const char* target : {"/v2", "/v2/", "/v2/whoami", "/v2/nope", "/v2.9/images"}) {
        SCOPED_TRACE(target);
        const response answered = ask({"GET", target, {}});
        EXPECT_EQ(answered.status, 401u);
        EXPECT_FALSE(value_of(answered, "x-openstack-request-id"));
    }
    EXPECT_EQ(ask({"GET", "/versions", {}}).status, 200u);
    EXPECT_EQ(ask({"GET", "/healthcheck", {}}).status, 200u);
}

TEST_F(dispatch_test, a_request_id_beyond_the_limit_is_431_behind_a_context) {
    take_fake_tokens();
    options.max_request_id_length = 5;
    const plain_request six{
        "GET", "/v2/nope", {{"X-Openstack-Request-Id", "123456"}, {"X-Auth-Token", "u:p:r"}}};
    const response refused = ask(six);
    EXPECT_EQ(refused.status, 431u);
    EXPECT_EQ(refused.text,
              "431 Request Header Fields Too Large\n\nThe request header fields were too large\n\n "
              "x-openstack-request-id is too long, max size 5  ");
    EXPECT_NE(value_of(refused, "x-openstack-request-id"), "req-123456");
    options.max_request_id_length = 0;
    EXPECT_EQ(value_of(ask(six), "x-openstack-request-id"), "req-123456");
}

}  // namespace
