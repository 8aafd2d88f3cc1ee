// SPDX-License-Identifier: Apache-2.0
#include "imports/transfer.hpp"

#include "core/problem.hpp"
#include "support/loop_fixture.hpp"
#include "support/slow_hasher.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <deque>
#include <optional>
#include <string>

using namespace glimt;
using namespace std::chrono_literals;

namespace {

// Gives its pieces one by one; says that more is there only while `eager`.
class scripted_source final : public source {
public:
    explicit scripted_source(event& told) : told_(told) {}

    std::deque<std::string> pieces;
    bool eager = true;
    bool ended = true;  // else it waits for more pieces
    std::optional<error_code> failure;
    int waits = 0;

    task<std::size_t> read_some(asio::mutable_buffer into) override {
        co_await wait();
        if (pieces.empty()) {
            if (failure) throw boost::system::system_error(*failure);
            co_return 0;
        }
        std::string& next = pieces.front();
        const auto n = std::min(next.size(), into.size());
        next.copy(static_cast<char*>(into.data()), n);
        next.erase(0, n);
        if (next.empty()) pieces.pop_front();
        co_return n;
    }
    task<> wait() override {
        while (pieces.empty() && !ended) {
            ++waits;
            co_await told_.async_wait(or_throw);
        }
    }
    bool has_more_now() const override { return eager; }

private:
    event& told_;
};

class kept_bytes final : public sink {
public:
    explicit kept_bytes(buffer_pool& buffers) : buffers_(buffers) {}

    std::string all;
    int writes = 0;
    int fails_at = 0;  // the write that fails; 0: none
    std::size_t lent_max = 0;

    event* opens = nullptr;  // none: always open
    bool open = false;

    task<> write(asio::const_buffer bytes) override {
        while (opens && !open) co_await opens->async_wait(or_throw);
        lent_max = std::max(lent_max, buffers_.lent());
        if (++writes == fails_at) throw problem(reason::too_large, "full");
        all.append(static_cast<const char*>(bytes.data()), bytes.size());
        co_return;
    }

private:
    buffer_pool& buffers_;
};

struct no_limits final : size_check {
    std::uint64_t most = UINT64_MAX;
    void check(std::uint64_t bytes) const override {
        if (bytes > most) throw problem(reason::too_large, "too large");
    }
};

struct transfer_test : glimt::testing::loop_fixture {
    digest_engine hashing{best_kernels(), 2};
    buffer_pool buffers{loop, 2, 16 * 1024};
    event told{loop};
    scripted_source from{told};
    kept_bytes into{buffers};
    no_limits limits;
    format_inspector inspector;
    data_digest digest{loop, hashing, "sha1"};

    transfer_parts parts() { return {buffers, from, limits, inspector, digest, into}; }

    std::uint64_t move_all() {
        std::uint64_t moved = 0;
        auto body = [&]() -> task<> { moved = co_await transfer(parts()); };
        run(body());
        EXPECT_EQ(buffers.lent(), 0u);
        return moved;
    }
};

TEST_F(transfer_test, moves_and_hashes_everything) {
    std::string all;
    for (int i = 0; i < 40'000; ++i) all += static_cast<char>('a' + i % 26);
    for (std::size_t at = 0; at < all.size(); at += 1777)
        from.pieces.push_back(all.substr(at, 1777));
    EXPECT_EQ(move_all(), all.size());
    EXPECT_EQ(into.all, all);
    EXPECT_EQ(into.writes, 3);  // buffers are filled
    EXPECT_LE(into.lent_max, 2u);
    data_digest expected(loop, hashing, "sha1");
    auto body = [&]() -> task<> { co_await expected.update(std::as_bytes(std::span(all))); };
    run(body());
    EXPECT_EQ(digest.finish().checksum, expected.finish().checksum);
}

TEST_F(transfer_test, nothing_is_nothing) {
    EXPECT_EQ(move_all(), 0u);
    EXPECT_EQ(into.writes, 0);
    EXPECT_EQ(digest.finish().checksum, "d41d8cd98f00b204e9800998ecf8427e");
}

// Who sends little at a time: what is there is written, and while nothing is there nothing is held.
TEST_F(transfer_test, a_slow_source_holds_no_memory) {
    from.eager = from.ended = false;
    bool over = false;
    auto moves = [&]() -> task<> {
        co_await transfer(parts());
        over = true;
    };
    auto body = [&]() -> task<> {
        asio::co_spawn(loop.get_executor(), moves(), [](std::exception_ptr e) { EXPECT_FALSE(e); });
        for (int i = 1; i <= 3; ++i) {
            from.pieces.push_back("x");
            told.notify_all();
            while (into.writes < i) co_await pause(1ms);
            while (from.waits <= i || buffers.lent() > 0) co_await pause(1ms);
        }
        from.ended = true;
        told.notify_all();
        while (!over) co_await pause(1ms);
    };
    run(body());
    EXPECT_EQ(into.all, "xxx");
}

TEST_F(transfer_test, what_fails_ends_it_with_everything_given_back) {
    const auto reason_of_end = [&]() -> std::optional<reason> {
        try {
            move_all();
        } catch (const problem& why) {
            EXPECT_EQ(buffers.lent(), 0u);
            return why.why();
        } catch (const boost::system::system_error&) {
            EXPECT_EQ(buffers.lent(), 0u);
            return reason::internal;
        }
        return std::nullopt;
    };
    const auto refill = [&] {
        from.pieces.assign(6, std::string(16 * 1024, 'x'));
        into.writes = 0;
    };
    refill();
    into.fails_at = 2;
    EXPECT_EQ(reason_of_end(), reason::too_large);
    into.fails_at = 0;
    refill();
    limits.most = 50'000;
    EXPECT_EQ(reason_of_end(), reason::too_large);
    EXPECT_LE(into.writes, 3);  // what is too much goes nowhere
    limits.most = UINT64_MAX;
    refill();
    from.failure = asio::error::eof;
    EXPECT_EQ(reason_of_end(), reason::internal);
}

// The write's failure is the cause, though the hash that it cuts short ends with an error as well.
TEST_F(transfer_test, a_failed_write_takes_its_hash_back) {
    glimt::testing::slow_hasher busy[2];
    int ended = 0;
    for (auto& each : busy) async_hash(loop, hashing, each, {}, [&](error_code) { ++ended; });
    for (auto& each : busy) each.wait_until_begun();  // all threads
    from.pieces = {"of no use"};
    into.fails_at = 1;
    auto body = [&]() -> task<> {
        try {
            co_await transfer(parts());
            ADD_FAILURE() << "it went on";
        } catch (const problem& found) {
            EXPECT_EQ(found.why(), reason::too_large);
        }
        EXPECT_EQ(ended, 0);
        for (auto& each : busy) each.let_go();
    };
    run(body());
    EXPECT_EQ(ended, 2);
    EXPECT_EQ(buffers.lent(), 0u);
}

// The digests run ahead of a sink that is slow, but only by so many buffers.
TEST_F(transfer_test, a_slow_sink_holds_four_buffers_at_most) {
    buffer_pool many(loop, 16, 16 * 1024);
    const std::string all(40 * 16 * 1024, 'x');
    from.pieces = {all};
    into.opens = &told;
    const transfer_parts with{many, from, limits, inspector, digest, into};
    std::size_t lent_max = 0;
    bool over = false;
    auto moves = [&]() -> task<> {
        co_await transfer(with);
        over = true;
    };
    auto body = [&]() -> task<> {
        asio::co_spawn(loop.get_executor(), moves(), [](std::exception_ptr e) { EXPECT_FALSE(e); });
        for (int i = 0; i < 50; ++i) {
            co_await pause(1ms);
            lent_max = std::max(lent_max, many.lent());
        }
        into.open = true;
        while (!over) {
            told.notify_all();
            lent_max = std::max(lent_max, many.lent());
            co_await pause(0ms);
        }
    };
    run(body());
    EXPECT_GE(lent_max, 2u);
    EXPECT_LE(lent_max, 4u);
    EXPECT_EQ(many.lent(), 0u);
    EXPECT_EQ(into.all, all);
}

// Given up while the digests, the sink and the source all keep it waiting.
TEST_F(transfer_test, who_gives_up_has_everything_back) {
    glimt::testing::slow_hasher busy[2];
    int ended = 0;
    for (auto& each : busy) async_hash(loop, hashing, each, {}, [&](error_code) { ++ended; });
    for (auto& each : busy) each.wait_until_begun();  // all threads
    buffer_pool many(loop, 16, 16 * 1024);
    into.opens = &told;
    from.ended = false;
    from.pieces = {std::string(2 * 16 * 1024, 'x')};
    const transfer_parts with{many, from, limits, inspector, digest, into};
    asio::cancellation_signal gives_up;
    bool aborted = false;
    auto body = [&]() -> task<> {
        asio::co_spawn(
            loop.get_executor(), transfer(with),
            asio::bind_cancellation_slot(gives_up.slot(), [&](std::exception_ptr e, std::uint64_t) {
                try {
                    if (e) std::rethrow_exception(e);
                } catch (const boost::system::system_error& found) {
                    aborted = found.code() == asio::error::operation_aborted;
                }
            }));
        while (from.waits == 0) co_await pause(1ms);
        EXPECT_EQ(many.lent(), 2u);
        gives_up.emit(asio::cancellation_type::terminal);
        while (!aborted) co_await pause(1ms);
        EXPECT_EQ(many.lent(), 0u);
        EXPECT_EQ(ended, 0);
        for (auto& each : busy) each.let_go();
    };
    run(body());
    EXPECT_EQ(ended, 2);
    EXPECT_EQ(into.writes, 0);
}

// Two transfers that both want both buffers take turns.
TEST_F(transfer_test, transfers_wait_for_each_other) {
    scripted_source other_from{told};
    kept_bytes other_into{buffers};
    data_digest other_digest{loop, hashing, "sha1"};
    format_inspector other_inspector;
    for (int i = 0; i < 50; ++i) {
        from.pieces.push_back(std::string(16 * 1024, 'a'));
        other_from.pieces.push_back(std::string(16 * 1024, 'b'));
    }
    const transfer_parts second{buffers,         other_from,   limits,
                                other_inspector, other_digest, other_into};
    int ended = 0;
    auto moves = [&](const transfer_parts& what) -> task<> {
        co_await transfer(what);
        ++ended;
    };
    const transfer_parts first = parts();
    const auto done = [](std::exception_ptr e) { EXPECT_FALSE(e); };
    asio::co_spawn(loop.get_executor(), moves(first), done);
    asio::co_spawn(loop.get_executor(), moves(second), done);
    loop.run();
    EXPECT_EQ(ended, 2);
    EXPECT_EQ(into.all, std::string(50 * 16 * 1024, 'a'));
    EXPECT_EQ(other_into.all, std::string(50 * 16 * 1024, 'b'));
}

}  // namespace
