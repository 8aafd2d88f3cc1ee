// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "api/dispatch.hpp"
#include "catalog/sqlite_database.hpp"
#include "outbound/http_client.hpp"
#include "outbound/uri_filter.hpp"
#include "proto/percent.hpp"
#include "support/loop_fixture.hpp"
#include "support/sources.hpp"

#include <boost/json.hpp>

#include <gmock/gmock.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace glimt::testing {

using header_list = std::vector<std::pair<std::string, std::string>>;

// The head of a request, as a session would make it. The views in it point into its own strings.
struct plain_request {
    std::string method;
    std::string target;
    header_list headers;

    // Refers to *this.
    request_head head() const {
        request_head made;
        const std::size_t end = std::min(target.find('?'), target.size());
        made.method = method;
        made.path = percent_decoded(std::string_view(target).substr(0, end)).value();
        if (end < target.size()) made.query = std::string_view(target).substr(end + 1);
        made.scheme = "http";
        made.host = "glance.example:9292";
        for (const auto& [name, value] : headers) {
            made.headers.push_back({name, value});
            if (name == "Host") made.host = value;
        }
        return made;
    }
};

// A body in pieces of `piece` bytes; it ends in an error when it is cut.
struct text_source final : source {
    std::string text;
    std::size_t piece = 4096;
    std::optional<error_code> cut = {};
    std::size_t given = 0;

    explicit text_source(std::string whole) : text(std::move(whole)) {}

    task<std::size_t> read_some(asio::mutable_buffer into) override {
        const std::size_t n = std::min({into.size(), piece, text.size() - given});
        if (n == 0 && cut) throw boost::system::system_error(*cut);
        text.copy(static_cast<char*>(into.data()), n, given);
        given += n;
        co_return n;
    }
};

// An api of its own, asked on the loop under test. Tests change `options` before they ask.
struct api_fixture : loop_fixture {
    settings options;
    real_clock time;
    std::string log_path = ::testing::TempDir() + "api_test." + std::to_string(::getpid()) + ".log";
    log journal{{.path = log_path}, time};
    std::span<const route> routes = api_routes();
    project_limits* limits = nullptr;

    // A database in memory, which lives as long as the test.
    sqlite_pool pool{{}, true};
    sqlite_database database{loop, pool};
    catalog images{database};
    metadef_catalog definitions{database};

    property_protections protections;
    std::vector<policy_override> rules_of_operator;

    // Stores in a folder of the test's own, unless a test configures others.
    worker_threads workers{"test", 1};
    digest_engine hashing{best_kernels(), 1};
    buffer_pool buffers{loop, 4, 64 * 1024};
    std::string folder = ::testing::TempDir() + "api_test." + std::to_string(::getpid());

    ~api_fixture() override {
        ::unlink(log_path.c_str());
        std::error_code ec;
        std::filesystem::remove_all(folder, ec);
    }

    response ask(const plain_request& asked, source& body) {
        const request_head head = asked.head();
        return ask_of(head, body);
    }

    response ask_of(const request_head& head, source& body) {
        std::vector<std::string> errors;
        policy_options given{.enforce_new_defaults = options.enforce_new_defaults};
        given.overrides = rules_of_operator;
        std::ranges::copy(protections.rules(), std::back_inserter(given.overrides));
        const policy rules(given, errors);
        const identity_plan identities = plan_identities(options);
        const image_schema schema({}, errors);
        EXPECT_THAT(errors, ::testing::IsEmpty());
        EXPECT_THAT(identities.errors, ::testing::IsEmpty());
        const auto source = make_identity_source(identities, options, rules);
        const std::vector<store_plan> plans = plan_stores(with_stores(options));
        const uri_filter filter{{}};
        http_client web(loop);
        remote_checks others(web, {}, journal);
        const stores places({loop, workers, true, false, &web, &filter}, plans, journal);
        upload_recovery recovery(loop, "0", images, places, time, journal);
        const upload_services uploads{loop,     buffers, hashing, images, places,
                                      recovery, options, time,    journal};
        api of({loop, options, journal, time, images, definitions, rules, others, protections,
                *source, identities.pipeline, schema, places, uploads, limits},
               routes);
        request whole{head, body};
        response answered;
        auto call = [&]() -> task<> {
            answered = co_await of.answer(whole);
            if (answered.stream) answered.text = co_await read_all(*answered.stream);
            answered.stream.reset();
        };
        run(call());
        return answered;
    }

    // What load() would have made of them.
    settings with_stores(settings given) const {
        if (!given.stores.empty()) return given;
        for (const auto& [id, driver] : given.enabled_backends) {
            store_settings& made = given.stores.emplace_back();
            made.id = id;
            made.driver = driver;
            made.is_default = id == given.default_backend || given.stores.size() == 1;
            made.filesystem_store_datadir = folder + "/" + id;
        }
        if (!given.stores.empty()) return given;
        store_settings& made = given.stores.emplace_back();
        made.driver = "file";
        made.is_default = true;
        made.filesystem_store_datadir = folder + "/images";
        return given;
    }

    response ask(const plain_request& asked) {
        text_source nothing{""};
        return ask(asked, nothing);
    }

    // With a document, whose length is said.
    response ask_with(const plain_request& asked, std::string body) {
        request_head head = asked.head();
        if (!body.empty()) head.body = body_kind::length;
        head.body_bytes = body.size();
        text_source document(std::move(body));
        return ask_of(head, document);
    }

    // Glance's pipeline for its own tests: a token is "user:project:role".
    void take_fake_tokens() { serve_pipeline(options, "fakeauth context"); }

    // A file of pipelines that has this one alone.
    static void serve_pipeline(settings& options, std::string_view filters) {
        options.paste_path = "paste.ini";
        std::string& text = options.paste_text = "[pipeline:glance-api]\npipeline = ";
        text.append(filters).append(
            " rootapp\n[filter:fakeauth]\n"
            "paste.filter_factory = glance.tests.utils:FakeAuthMiddleware.factory\n"
            "[filter:context]\n"
            "paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory\n"
            "[app:rootapp]\npaste.app_factory = glance.api.v2.router:API.factory\n");
    }
};

// The body of a refusal, to who asks for no other form of it.
inline std::string refused(std::string_view status, std::string_view text) {
    return std::string(status).append("\n\n").append(text).append("\n\n   ");
}

// The value of that header, or nothing.
inline std::optional<std::string> value_of(const response& answered, std::string_view name) {
    for (const response_header& one : answered.headers) {
        if (equal_ignoring_case(one.name, name)) return one.value;
    }
    return std::nullopt;
}

inline boost::json::value read_json(std::string_view name) {
    std::ifstream file(std::string(GLIMT_TEST_DATA "/api/").append(name));
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    return boost::json::parse(text);
}

inline std::string text_at(const boost::json::object& row, std::string_view key) {
    return std::string(row.at(key).as_string());
}

}  // namespace glimt::testing
