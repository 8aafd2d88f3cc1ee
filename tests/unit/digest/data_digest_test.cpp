// SPDX-License-Identifier: Apache-2.0
#include "digest/data_digest.hpp"

#include "support/kernels.hpp"
#include "support/loop_fixture.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace glimt;
using namespace std::chrono_literals;

namespace {

struct data_digest_test : glimt::testing::loop_fixture, ::testing::WithParamInterface<const char*> {
    void SetUp() override {
        const auto kernels = find_kernels(GetParam());
        if (!kernels) GTEST_SKIP() << "this CPU has no " << GetParam();
        hashing.emplace(*kernels, 2);
    }

    std::optional<digest_engine> hashing;

    data_digests of(std::string_view algorithm, const std::vector<std::string>& pieces) {
        data_digests found;
        auto body = [&]() -> task<> {
            data_digest digest(loop, *hashing, algorithm);
            for (const auto& piece : pieces)
                co_await digest.update(std::as_bytes(std::span(piece)));
            found = digest.finish();
        };
        run(body());
        return found;
    }
};

// Of "abc", as FIPS 180-4, 202 and RFC 1321, 7693 have them.
TEST_P(data_digest_test, knows_hashlibs_names) {
    const struct {
        std::string_view name, value;
    } cases[] = {
        {"sha512",
         "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
         "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
        {"sha384",
         "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
         "8086072ba1e7cc2358baeca134c825a7"},
        {"sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"sha224", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"},
        {"sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"},
        {"md5", "900150983cd24fb0d6963f7d28e17f72"},
        {"sha3_256", "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"},
        {"blake2s", "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982"},
        {"blake2b",
         "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
         "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.name);
        ASSERT_TRUE(is_digest_algorithm(c.name));
        const auto found = of(c.name, {"a", "", "bc"});
        EXPECT_EQ(found.os_hash_value, c.value);
        EXPECT_EQ(found.checksum, "900150983cd24fb0d6963f7d28e17f72");
    }
}

TEST_P(data_digest_test, refuses_what_hashlib_has_no_length_for_or_does_not_know) {
    for (const auto* name : {"", "shake_128", "SHA512", "sha-512", "crc32"})
        EXPECT_FALSE(is_digest_algorithm(name)) << name;
}

TEST_P(data_digest_test, of_nothing_is_that_of_nothing) {
    const auto found = of("sha1", {});
    EXPECT_EQ(found.checksum, "d41d8cd98f00b204e9800998ecf8427e");
    EXPECT_EQ(found.os_hash_value, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

// Many streams at once, cut anywhere, do not mix.
TEST_P(data_digest_test, streams_do_not_touch_each_other) {
    const std::string all(300'000, 'x');
    const auto expected = of("sha512", {all});
    std::mt19937 random(7);
    int equal = 0;
    auto stream = [&](std::size_t cut) -> task<> {
        data_digest digest(loop, *hashing, "sha512");
        const auto bytes = std::as_bytes(std::span(all));
        for (std::size_t at = 0; at < bytes.size(); at += cut)
            co_await digest.update(bytes.subspan(at, std::min(cut, bytes.size() - at)));
        equal += digest.finish() == expected;
    };
    for (int i = 0; i < 20; ++i)
        asio::co_spawn(loop.get_executor(), stream(1000 + random() % 50'000),
                       [](std::exception_ptr failure) { EXPECT_FALSE(failure); });
    loop.run();
    EXPECT_EQ(equal, 20);
}

// With two pieces at a time under way, of several streams: those of each go in their order.
TEST_P(data_digest_test, pieces_go_in_the_order_of_the_calls) {
    std::mt19937 random(5);
    std::string all(500'000, ' ');
    for (char& each : all) each = static_cast<char>(random());
    const char* const algorithms[] = {"sha512", "sha384", "sha256", "sha1"};
    std::vector<data_digests> expected;
    for (const auto* each : algorithms) expected.push_back(of(each, {all}));
    int equal = 0;
    auto stream = [&](std::size_t kind, std::size_t cut) -> task<> {
        using namespace asio::experimental::awaitable_operators;
        data_digest digest(loop, *hashing, algorithms[kind]);
        auto left = std::as_bytes(std::span(all));
        auto pieces = [&]() -> task<> {
            while (!left.empty()) {
                const auto piece = left.first(std::min(cut, left.size()));
                left = left.subspan(piece.size());
                co_await digest.update(piece);
            }
        };
        co_await (pieces() && pieces());
        equal += digest.finish() == expected[kind];
    };
    for (std::size_t i = 0; i < 20; ++i)
        asio::co_spawn(loop.get_executor(), stream(i % 4, 100 + random() % 60'000),
                       [](std::exception_ptr failure) { EXPECT_FALSE(failure); });
    loop.run();
    EXPECT_EQ(equal, 20);
}

// Streams of different algorithms at once, of which some give up; run under the thread sanitizer it
// says that nothing is left behind.
TEST_P(data_digest_test, streams_that_give_up_do_not_disturb_others) {
    std::mt19937 random(11);
    std::string all(400'000, ' ');
    for (char& each : all) each = static_cast<char>(random());
    const char* const algorithms[] = {"sha512", "sha384", "sha256"};
    std::vector<data_digests> expected;
    for (const auto* each : algorithms) expected.push_back(of(each, {all}));
    int equal = 0, stopped = 0;
    auto stream = [&](std::size_t kind, std::size_t cut, std::size_t bytes_max) -> task<> {
        using namespace asio::experimental::awaitable_operators;
        data_digest digest(loop, *hashing, algorithms[kind]);
        const auto bytes = std::as_bytes(std::span(all));
        for (std::size_t at = 0; at < bytes.size(); at += cut) {
            const auto some = bytes.subspan(at, std::min(cut, bytes.size() - at));
            if (at < bytes_max) {
                co_await digest.update(some);
                continue;
            }
            try {
                co_await (digest.update(some) || pause(0ms));
            } catch (const boost::system::system_error&) {
            }
            ++stopped;
            co_return;
        }
        equal += digest.finish() == expected[kind];
    };
    for (std::size_t i = 0; i < 60; ++i) {
        const std::size_t bytes_max = i % 4 == 0 ? random() % all.size() : all.size();
        asio::co_spawn(loop.get_executor(), stream(i % 3, 500 + random() % 90'000, bytes_max),
                       [](std::exception_ptr failure) { EXPECT_FALSE(failure); });
    }
    loop.run();
    EXPECT_EQ(equal + stopped, 60);
    EXPECT_GE(equal, 45);
}

INSTANTIATE_TEST_SUITE_P(kernels, data_digest_test, glimt::testing::kernel_sets,
                         glimt::testing::kernel_set_name);

}  // namespace
