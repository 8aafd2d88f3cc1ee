// SPDX-License-Identifier: Apache-2.0
#include "keystone/token_cache.hpp"

#include <gtest/gtest.h>

#include <string>

using namespace glimt;
using namespace std::chrono_literals;

namespace {

constexpr steady_time start{};

token_verdict good_until(steady_time until, std::string user = "u") {
    auto made = std::make_shared<verified_token>();
    made->user_id = std::move(user);
    return {token_standing::valid, std::move(made), until};
}

struct token_cache_test : ::testing::Test {
    token_hasher hash;
    token_key key(int i) { return hash("token" + std::to_string(i)); }
};

TEST_F(token_cache_test, a_key_is_the_sha256_of_the_token) {
    const auto made = hash("abc");
    const unsigned char expected[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
                                      0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
                                      0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
                                      0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
    EXPECT_EQ(std::memcmp(made.data(), expected, sizeof expected), 0);
    EXPECT_EQ(hash("abc"), made);
    EXPECT_NE(hash("abd"), made);
}

TEST_F(token_cache_test, knows_a_token_until_its_time) {
    token_cache known;
    known.put(key(1), good_until(start + 10s));
    const auto found = known.find(key(1), start + 10s - 1ns);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->standing, token_standing::valid);
    EXPECT_EQ(found->token->user_id, "u");
    EXPECT_EQ(found->good_until, start + 10s);
    EXPECT_FALSE(known.find(key(2), start));
    EXPECT_FALSE(known.find(key(1), start + 10s));
    EXPECT_EQ(known.size(), 0u);
    EXPECT_EQ(known.bytes(), 0u);
}

TEST_F(token_cache_test, what_was_asked_for_longest_ago_makes_room) {
    token_cache known(3);
    for (int i = 0; i < 3; ++i) known.put(key(i), good_until(start + 1s));
    EXPECT_TRUE(known.find(key(0), start));
    known.put(key(3), good_until(start + 1s));
    EXPECT_TRUE(known.find(key(0), start));
    EXPECT_FALSE(known.find(key(1), start));
    EXPECT_TRUE(known.find(key(2), start));
    EXPECT_TRUE(known.find(key(3), start));
}

TEST_F(token_cache_test, what_is_put_again_is_there_once) {
    token_cache known;
    known.put(key(1), good_until(start + 1s));
    const auto bytes = known.bytes();
    known.put(key(1), good_until(start + 2s, "v"));
    EXPECT_EQ(known.size(), 1u);
    EXPECT_EQ(known.bytes(), bytes);
    EXPECT_EQ(known.find(key(1), start + 1s)->token->user_id, "v");
}

TEST_F(token_cache_test, large_tokens_make_room_for_themselves) {
    const auto large = good_until(start + 1s, std::string(1000, 'x'));
    const auto bytes_max = 5 * large.token->bytes();
    token_cache known(100, bytes_max);
    for (int i = 0; i < 50; ++i) {
        known.put(key(i), large);
        EXPECT_LE(known.bytes(), bytes_max);
    }
    EXPECT_EQ(known.size(), 5u);
    known.put(key(99), good_until(start + 1s, std::string(100'000, 'x')));
    EXPECT_EQ(known.size(), 0u) << "one that is larger than all is not kept";
}

TEST_F(token_cache_test, ten_thousand_usual_tokens_fit) {
    token_cache known;
    for (int i = 0; i < 20'000; ++i) {
        auto made = std::make_shared<verified_token>();
        made->user_id = made->project_id = std::string(32, 'a');
        made->user_domain_id = made->project_domain_id = std::string(32, 'b');
        made->roles = {"admin", "member", "reader", "creator", "load-balancer_member"};
        known.put(key(i), {token_standing::valid, std::move(made), start + 1s});
    }
    EXPECT_EQ(known.size(), token_cache::entries_max);
    EXPECT_LE(known.bytes(), token_cache::bytes_max / 2);
    EXPECT_FALSE(known.find(key(9'999), start));
    EXPECT_TRUE(known.find(key(10'000), start));
}

}  // namespace
