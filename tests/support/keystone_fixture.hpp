// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "keystone/token_authorities.hpp"
#include "support/outbound_fixture.hpp"
#include "support/scratch_folder.hpp"

#include <fmt/format.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

namespace glimt::testing {

// The document of a token of user "u" in project "p".
inline std::string token_document(std::string_view expires = "2026-11-25T12:00:00.000000Z",
                                  std::string_view roles = R"([{"id":"1","name":"Member"}])",
                                  std::string_view more = "") {
    return fmt::format(
        R"({{"token":{{"methods":["password"],"expires_at":"{}","roles":{},)"
        R"("user":{{"id":"u","name":"U","domain":{{"id":"ud","name":"UD"}}}},)"
        R"("project":{{"id":"p","name":"P","domain":{{"id":"pd","name":"PD"}}}}{}}}}})",
        expires, roles, more);
}

// As much of Keystone as is asked by us, on the loop of the test, where it is as slow and as broken
// as the test says.
struct fake_keystone {
    explicit fake_keystone(ring_context& home) : changed(home) {}

    std::map<std::string, std::string> tokens;     // and the documents about them
    std::map<std::string, std::string> documents;  // of other paths, with their queries
    std::string login_expires = "2026-11-25T12:00:00.000000Z";
    std::string catalog = "[]";
    std::string login_status = "201 Created";
    std::string versions = R"({"versions":{"values":[{"id":"v3.14","status":"stable"}]}})";
    std::string question_status;  // instead of what is right, when it is not empty
    bool held = false;            // questions wait
    bool deaf = false;            // connections are closed without an answer
    unsigned deaf_times = 0;      // so often more
    bool forgetful = false;       // no token of ours is good for more than nothing

    unsigned discoveries = 0, logins = 0, questions = 0, heard = 0;
    std::vector<std::string> bodies;          // of logins
    std::vector<std::string> question_heads;  // whole
    std::set<std::string> ours;               // tokens it gave us, and still takes
    event changed;

    void hold() { held = true; }
    void let_go() {
        held = false;
        changed.notify_all();
    }
    task<> until_asked(unsigned times) {
        while (questions < times) co_await changed.async_wait(or_throw);
    }

    task<> converse(peer& from) {
        for (;;) {
            const auto head = co_await next_head(from);
            if (head.empty()) co_return;
            ++heard;
            const auto body = co_await body_of(from, head);
            if (deaf || deaf_times > 0) {
                if (deaf_times > 0) --deaf_times;
                co_return;
            }
            std::string said;
            if (head.starts_with("POST ")) {
                said = log_in(body);
            } else if (const auto named = documents.find(target_of(head));
                       named != documents.end()) {
                ++questions;
                said = answer(head, named->second);
            } else if (head.find("/auth/tokens") == head.npos) {
                ++discoveries;
                said = answer_of(versions, "300 Multiple Choices");
            } else {
                ++questions;
                question_heads.push_back(head);
                changed.notify_all();
                while (held) co_await changed.async_wait(or_throw);
                said = answer(head);
            }
            if (!co_await from.send(std::move(said))) co_return;
        }
    }

    static std::string field(const std::string& head, std::string_view name) {
        const auto at = head.find(fmt::format("\r\n{}: ", name));
        if (at == head.npos) return "";
        const auto begin = at + name.size() + 4;
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }

private:
    static task<std::string> body_of(peer& from, const std::string& head) {
        const auto length = field(head, "Content-Length");
        const std::size_t bytes = length.empty() ? 0 : std::stoul(length);
        if (!co_await from.receive(bytes)) co_return "";
        auto body = from.received.substr(0, bytes);
        from.received.erase(0, bytes);
        co_return body;
    }

    std::string log_in(const std::string& body) {
        bodies.push_back(body);
        const auto token = fmt::format("ours-{}", ++logins);
        if (!forgetful) ours.insert(token);
        auto document = token_document(login_expires);
        document.insert(document.size() - 2, R"(,"catalog":)" + catalog);
        return answer_of(document, login_status, fmt::format("X-Subject-Token: {}\r\n", token));
    }

    static std::string target_of(const std::string& head) {
        const auto begin = head.find(' ') + 1;
        return head.substr(begin, head.find(' ', begin) - begin);
    }

    std::string answer(const std::string& head, std::optional<std::string> document = {}) {
        if (!ours.contains(field(head, "X-Auth-Token"))) return answer_of("", "401 Unauthorized");
        if (!question_status.empty()) return answer_of("", question_status);
        if (!document) {
            const auto found = tokens.find(field(head, "X-Subject-Token"));
            if (found == tokens.end()) return answer_of("", "404 Not Found");
            document = found->second;
        }
        return answer_of(*document);
    }
};

// A validator that asks the fake. What it has begun ends with the test.
struct keystone_fixture : outbound_fixture {
    scratch_folder folder;
    keystone_settings options;
    manual_clock time{*read_keystone_time("2026-11-25T03:00:00Z")};
    std::string log_path = folder.file("log");
    std::optional<log> journal{std::in_place, log::options{.path = log_path}, time};
    fake_keystone keystone{loop};
    http_client web{loop};
    std::optional<keystone_session> session;
    std::optional<keystone_authority> authority;
    std::optional<token_validator> tokens;

    keystone_fixture() {
        options.auth_type = "password";
        options.auth_url = url("");
        options.username = "glance";
        options.user_domain_id = options.project_domain_id = "default";
        options.password = "hunter2";
        options.project_name = "service";
    }

    void run(task<> body) {
        serve([this](peer& from) { return keystone.converse(from); });
        session.emplace(loop, web, options, time, *journal);
        authority.emplace(*session, options.service_type);
        tokens.emplace(loop, *authority, options.token_cache_time, time, *journal);
        outbound_fixture::run(closing(std::move(body)));
    }

    task<token_verdict> verify(std::string token, bool expired_too = false) {
        co_return co_await tokens->verify(std::move(token), expired_too);
    }
    task<token_standing> standing(std::string token, bool expired_too = false) {
        co_return (co_await verify(std::move(token), expired_too)).standing;
    }

    // What was logged; nothing is any more.
    std::string logged() {
        tokens.reset();
        authority.reset();
        session.reset();
        journal.reset();
        std::ifstream in(log_path);
        return {std::istreambuf_iterator<char>(in), {}};
    }

private:
    task<> closing(task<> body) {
        std::exception_ptr failure;
        try {
            co_await std::move(body);
        } catch (...) {
            failure = std::current_exception();
        }
        tokens->close();
        session->close();
        if (failure) std::rethrow_exception(failure);
    }
};

}  // namespace glimt::testing
