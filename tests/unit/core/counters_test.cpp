// SPDX-License-Identifier: Apache-2.0
#include "core/counters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>

namespace glimt {
namespace {

TEST(counters, every_member_is_in_the_table_once_and_in_order) {
    counters one;
    const auto* previous = static_cast<const void*>(&one);
    std::set<std::string> series;
    for (const auto& line : counter_table()) {
        SCOPED_TRACE(line.name);
        const void* member = &(one.*line.member);
        EXPECT_EQ(member == previous, &line == counter_table().data());
        EXPECT_LE(previous, member);
        previous = member;
        EXPECT_TRUE(
            series.insert(std::string(line.name) + '{' + std::string(line.label) + '}').second);
    }
    EXPECT_EQ(previous, &one.loop_stalls);
}

TEST(counters, have_names_that_prometheus_accepts) {
    for (const auto& line : counter_table()) {
        SCOPED_TRACE(line.name);
        EXPECT_TRUE(line.name.starts_with("glimt_"));
        EXPECT_TRUE(std::ranges::all_of(line.name,
                                        [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; }));
        EXPECT_EQ(line.name.ends_with("_total"), line.shown_as == counter_description::kind::total);
        EXPECT_TRUE(line.help.ends_with('.'));
    }
}

TEST(counters, responses_are_counted_by_class) {
    const struct {
        unsigned status;
        counter counters::* expect;
    } cases[] = {
        {100, &counters::responses_1xx}, {199, &counters::responses_1xx},
        {200, &counters::responses_2xx}, {300, &counters::responses_3xx},
        {404, &counters::responses_4xx}, {503, &counters::responses_5xx},
        {599, &counters::responses_5xx},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.status);
        counters counted;
        counted.count_response(c.status);
        const counters* shards[] = {&counted};
        const auto sums = sum(shards);
        EXPECT_EQ((counted.*c.expect).value(), 1u);
        EXPECT_EQ(std::count(sums.begin(), sums.end(), 1u), 1);
    }
}

TEST(counters, are_summed_over_shards) {
    counters first, second;
    first.connections_accepted.add(3);
    second.connections_accepted.add();
    first.loop_stalls.add(7);
    const counters* shards[] = {&first, &second};
    const auto sums = sum(shards);
    EXPECT_EQ(sums.front(), 4u);
    EXPECT_EQ(sums.back(), 7u);
    EXPECT_EQ(sum({}).front(), 0u);
}

TEST(counters, a_connection_may_open_on_one_shard_and_close_on_another) {
    counters first, second;
    first.connections_open.add(2);
    second.connections_open.subtract();
    const counters* shards[] = {&first, &second};
    EXPECT_EQ(sum(shards)[1], 1u);
}

TEST(counters, may_be_read_while_their_shard_counts) {
    constexpr std::uint64_t total = 100'000;
    counters shard;
    std::thread writes([&] {
        for (std::uint64_t i = 0; i < total; ++i) shard.bytes_sent.add();
    });
    std::uint64_t last = 0;
    bool grows = true;
    while (last < total) {
        const auto seen = shard.bytes_sent.value();
        grows = grows && seen >= last;
        last = seen;
    }
    writes.join();
    EXPECT_TRUE(grows);
    EXPECT_EQ(shard.bytes_sent.value(), total);
}

TEST(counters, of_two_shards_share_no_cache_line) {
    EXPECT_EQ(alignof(counters), 64u);
    EXPECT_EQ(sizeof(counters) % 64, 0u);
}

}  // namespace
}  // namespace glimt
