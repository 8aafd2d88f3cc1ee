// SPDX-License-Identifier: Apache-2.0
// uwsgi as front ends speak it: one packet, one answer, and the connection ends.
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <map>
#include <random>
#include <set>

namespace glimt::testing {

namespace {

const std::string folder = GLIMT_TEST_DATA "/uwsgi/";

const std::string get_healthcheck = uwsgi_packet({{"REQUEST_METHOD", "GET"},
                                                  {"PATH_INFO", "/healthcheck"},
                                                  {"QUERY_STRING", ""},
                                                  {"SERVER_PROTOCOL", "HTTP/1.1"},
                                                  {"HTTP_HOST", "test"}});

// One answer and nothing else, as a front end can pass it on.
void expect_one_answer(client& front_end) {
    const auto answer = front_end.read_reply();
    EXPECT_EQ(answer.head.substr(0, 9), "HTTP/1.1 ");
    EXPECT_GE(answer.status, 200u);
    EXPECT_TRUE(answer.complete);
    EXPECT_EQ(answer.header("Transfer-Encoding"), "");
    EXPECT_EQ(answer.header("Connection"), "");
    EXPECT_NE(answer.header("Content-Length"), "");
    front_end.finish_sending();
    EXPECT_EQ(front_end.end_within(2s), ending::orderly);
}

}  // namespace

TEST(uwsgi_scenario, a_packet_is_answered_and_the_connection_ends) {
    const glimt_process server;
    auto front_end = server.connect();
    front_end.send(get_healthcheck);
    const auto all = front_end.read_until_end();
    EXPECT_EQ(all.substr(0, 17), "HTTP/1.1 200 OK\r\n");
    EXPECT_EQ(all.substr(all.size() - 6), "\r\n\r\nOK");
}

TEST(uwsgi_scenario, what_front_ends_sent_is_answered) {
    const glimt_process server({.glimt = "body_idle_timeout = 1"});
    const auto expected = boost::json::parse(read_file(folder + "expected.json")).as_object();
    for (const auto& [file, reading] : expected) {
        SCOPED_TRACE(file);
        auto front_end = server.connect();
        front_end.try_send(read_file(folder + std::string(file)));
        const std::string verdict(reading.at("verdict").as_string());
        if (verdict == "accept")
            expect_one_answer(front_end);
        else
            EXPECT_EQ(std::to_string(front_end.read_reply().status), verdict);
        if (HasFailure()) break;
    }
}

TEST(uwsgi_scenario, what_nobody_should_send_is_refused) {
    const glimt_process server({.listen = {"127.0.0.1:0?protocol=uwsgi"}});
    const std::set<std::string> silent = {"size-larger-than-data-then-FIN",
                                          "modifier1-5",
                                          "modifier1-17-spooler",
                                          "modifier1-22-eval",
                                          "modifier2-1",
                                          "modifier1-98-reload",
                                          "modifier1-110-signal",
                                          "tls-hello",
                                          "modifier1-173-rpc",
                                          "http-request-on-this-socket",
                                          "proxy-v1"};
    const std::set<std::string> served = {"ok-minimal",          "ok-one-byte-at-a-time",
                                          "ok-empty-value-last", "ok-max-65535",
                                          "cl-eq-http-cl",       "cl-empty",
                                          "te-chunked-no-cl",    "te-chunked-with-cl",
                                          "dup-accept",          "lowercase-key",
                                          "dash-in-key",         "http-prefix-only",
                                          "crlf-in-path",        "uwsgi-file-var",
                                          "uwsgi-setenv-var",    "300-vars",
                                          "two-packets"};
    const auto index = boost::json::parse(read_file(folder + "malformed/index.json")).as_array();
    for (const auto& row : index) {
        const std::string file(row.at("file").as_string());
        const auto name = file.substr(0, file.rfind(".bin"));
        SCOPED_TRACE(name);
        auto front_end = server.connect();
        front_end.send(read_file(folder + "malformed/" + file));
        if (name == "size-larger-than-data-then-FIN") front_end.finish_sending();
        const auto all = front_end.read_until_end();
        const std::string wanted = silent.contains(name)          ? ""
                                   : served.contains(name)        ? "HTTP/1.1 300"
                                   : name == "modifier1-100-ping" ? std::string("d\0\0\1", 4)
                                   : name == "te-xchunked"        ? "HTTP/1.1 501"
                                                                  : "HTTP/1.1 400";
        EXPECT_EQ(all.substr(0, 12), wanted);
        EXPECT_EQ(all.find("HTTP/1.1", 8), all.npos) << all;
    }
}

TEST(uwsgi_scenario, the_answer_does_not_depend_on_how_the_packet_is_cut) {
    const glimt_process server;
    auto slow = server.connect();
    for (const char byte : get_healthcheck) slow.send({&byte, 1});
    EXPECT_EQ(slow.read_reply().body, "OK");
    std::mt19937 random(3);
    for (int i = 0; i < 50; ++i) {
        auto front_end = server.connect();
        const auto cut = random() % get_healthcheck.size();
        front_end.send(std::string_view(get_healthcheck).substr(0, cut));
        front_end.send(std::string_view(get_healthcheck).substr(cut));
        EXPECT_EQ(front_end.read_reply().body, "OK") << cut;
    }
}

// The routers of uWSGI pass on whatever their client sends next (front-ends.md U5).
TEST(uwsgi_scenario, what_follows_a_packet_is_no_second_request) {
    const glimt_process server;
    for (const auto& second : {get_healthcheck, healthcheck, std::string(200'000, 'x')}) {
        auto front_end = server.connect();
        front_end.send(get_healthcheck + second);
        const auto all = front_end.read_until_end();
        EXPECT_EQ(all.substr(all.size() - 6), "\r\n\r\nOK");
        EXPECT_EQ(all.find("HTTP/1.1", 8), all.npos);
    }
}

TEST(uwsgi_scenario, a_refused_upload_is_answered_while_it_comes) {
    const glimt_process server;
    auto front_end = server.connect();
    front_end.send(uwsgi_packet({{"REQUEST_METHOD", "PUT"},
                                 {"PATH_INFO", "/v2/nowhere"},
                                 {"CONTENT_LENGTH", "67108864"},
                                 {"HTTP_EXPECT", "100-continue"}}));
    const std::string piece(1 << 20, 'x');
    for (int i = 0; i < 64; ++i) front_end.send(piece);
    const auto all = front_end.read_until_end();
    EXPECT_EQ(all.substr(0, 12), "HTTP/1.1 404");
}

}  // namespace glimt::testing
