// SPDX-License-Identifier: Apache-2.0
#include "support/outbound_fixture.hpp"
#include "tls_server.hpp"

#include <csignal>

using namespace glimt;
using namespace glimt::testing;

namespace {

struct trust_case {
    const char* what;
    const char* certified;  // what the server's certificate is for
    bool asks_for_certificate;
    http_trust trust;
    std::optional<http_failure> failed;
};

// Words that stand for files of the server's own.
const std::string its = "certificate", key = "key";

const trust_case cases[] = {
    {"believed by its authority", "IP:127.0.0.1", false, {.ca_file = its}, {}},
    {"unknown authority", "IP:127.0.0.1", false, {}, http_failure::tls},
    {"anybody is believed", "IP:127.0.0.1", false, {.insecure = true}, {}},
    {"another name", "DNS:other.example", false, {.ca_file = its}, http_failure::tls},
    {"another name of anybody", "DNS:other.example", false, {.insecure = true}, {}},
    {"no authorities", "IP:127.0.0.1", false, {.ca_file = "/nowhere"}, http_failure::tls},
    {"no certificate of ours", "IP:127.0.0.1", true, {.ca_file = its}, http_failure::broken},
    {"a certificate of ours",
     "IP:127.0.0.1",
     true,
     {.ca_file = its, .certificate_file = its, .key_file = key},
     {}},
    {"certificate without its file",
     "IP:127.0.0.1",
     true,
     {.ca_file = its, .certificate_file = "/nowhere", .key_file = "/nowhere"},
     http_failure::tls},
};

class http_trust_test : public outbound_fixture,
                        public ::testing::WithParamInterface<trust_case> {};

TEST_P(http_trust_test, is_given_as_told) {
    const auto& c = GetParam();
    const self_signed identity(c.certified);
    std::signal(SIGPIPE, SIG_IGN);  // of the server's thread, when the client does not believe it
    tls_server server(identity, c.asks_for_certificate, 1);
    auto body = [&]() -> task<> {
        http_query asked;
        asked.url = server.url();
        asked.trust = c.trust;
        for (auto* file : {&asked.trust.ca_file, &asked.trust.certificate_file}) {
            if (*file == its) *file = identity.certificate_file;
        }
        if (asked.trust.key_file == key) asked.trust.key_file = identity.key_file;
        const auto got = co_await client->fetch(std::move(asked));
        EXPECT_EQ(got.failed, c.failed) << got.why;
        EXPECT_EQ(got.body, c.failed ? "" : "secret");
    };
    run(body());
}

INSTANTIATE_TEST_SUITE_P(all, http_trust_test, ::testing::ValuesIn(cases),
                         [](const auto& given) { return name_of_case(given.param.what); });

}  // namespace
