// SPDX-License-Identifier: Apache-2.0
// Uploads that glimt refuses before it has read them, as curl sees them: the answer arrives, behind
// every front end and for every framing, and nothing is left behind (front-ends.md 1.3).
#include "frontends/support/curl.hpp"
#include "frontends/support/front_end.hpp"

#include <gtest/gtest.h>

namespace glimt::testing {
namespace {

constexpr std::uintmax_t upload_bytes = 64 << 20;

class uploads : public behind {
protected:
    void SetUp() override {
        if (!curl_is_installed()) GTEST_SKIP() << "curl is not installed (tools/deps --all)";
        behind::SetUp();
        std::filesystem::resize_file(files_.write("upload", ""), upload_bytes);
    }

    curl_result upload(std::vector<std::string> arguments) const {
        arguments.insert(arguments.end(), {"--upload-file", files_ / "upload"});
        arguments.push_back(front_->url("/v2/nowhere"));
        return curl(arguments);
    }

private:
    temporary_folder files_;
};

TEST_P(uploads, of_a_known_length_hear_the_answer) {
    const auto seen = upload({"--header", "Expect:"});
    EXPECT_EQ(seen.status, 404u) << "curl ended with " << seen.exit_code;
    EXPECT_NE(seen.body, "");
}

TEST_P(uploads, in_chunks_hear_the_answer) {
    const auto seen = upload({"--header", "Expect:", "--header", "Transfer-Encoding: chunked"});
    EXPECT_EQ(seen.status, GetParam().refuses_chunked ? 411u : 404u)
        << "curl ended with " << seen.exit_code;
}

// Some front ends answer Expect themselves, some leave it to glimt. curl waits for a minute, so
// that one where nobody does is seen.
TEST_P(uploads, that_expect_to_be_told_to_continue_are_told_something) {
    for (const bool chunked : {false, true}) {
        SCOPED_TRACE(chunked ? "chunked" : "known length");
        std::vector<std::string> arguments = {"--header", "Expect: 100-continue",
                                              "--expect100-timeout", "60"};
        if (chunked) arguments.insert(arguments.end(), {"--header", "Transfer-Encoding: chunked"});
        const auto seen = upload(arguments);
        EXPECT_EQ(seen.status, chunked && GetParam().refuses_chunked ? 411u : 404u)
            << "curl ended with " << seen.exit_code;
        EXPECT_LT(seen.took, 30s);
    }
}

// That nothing of them stays is seen when the test is torn down.
TEST_P(uploads, whose_client_goes_away_do_no_harm) {
    for (int i = 0; i < 8; ++i) {
        auto visitor = front_->connect();
        visitor.send(
            "PUT /v2/nowhere HTTP/1.1\r\nHost: images.test\r\n"
            "Content-Length: 1073741824\r\n\r\n");
        visitor.try_send(std::string(1 << 20, 'x'), 2s);
        if (i % 2 == 0) visitor.reset();
    }
    EXPECT_TRUE(glimt_->process().running());
    EXPECT_EQ(ask("GET", "/healthcheck").status, 200u);
}

INSTANTIATE_TEST_SUITE_P(every, uploads, ::testing::ValuesIn(arrangements()), name_of_arrangement);

}  // namespace
}  // namespace glimt::testing
