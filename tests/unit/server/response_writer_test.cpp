// SPDX-License-Identifier: Apache-2.0
#include "server/response_writer.hpp"

#include "session_fixture.hpp"

#include <algorithm>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

// Gives `bytes` bytes of stream_byte, at most `piece` with a read, and then what `end` does.
class scripted_source final : public source {
public:
    scripted_source(std::size_t bytes, std::size_t piece, std::function<void()> end = {})
        : left_(bytes), piece_(piece), end_(std::move(end)) {}

    task<std::size_t> read_some(asio::mutable_buffer into) override {
        const auto n = std::min({left_, piece_, into.size()});
        if (n == 0 && end_) end_();
        auto* const to = static_cast<char*>(into.data());
        for (std::size_t i = 0; i < n; ++i) to[i] = stream_byte(place_ + i);
        place_ += n;
        left_ -= n;
        co_return n;
    }

private:
    std::size_t place_ = 0, left_, piece_;
    std::function<void()> end_;
};

[[noreturn]] void fail_as_a_store() {
    throw boost::system::system_error(EIO, boost::system::system_category());
}

response stream_answer(std::unique_ptr<source> from, std::optional<std::uint64_t> bytes = {}) {
    response said;
    said.stream = std::move(from);
    said.stream_bytes = bytes;
    return said;
}

struct response_writer_test : session_fixture {
    // Every answer is what `make` makes.
    void say(std::function<response()> make) {
        app.script = [make = std::move(make)](request&) -> task<response> { co_return make(); };
    }
};

constexpr std::string_view get = "GET /v HTTP/1.1\r\nHost: h\r\n\r\n";
constexpr std::string_view get_1_0 = "GET /v HTTP/1.0\r\n\r\n";
constexpr std::string_view get_1_0_kept = "GET /v HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
constexpr std::string_view head = "HEAD /v HTTP/1.1\r\nHost: h\r\n\r\n";

TEST_F(response_writer_test, sends_a_text_of_any_size) {
    run([](response_writer_test& test) -> task<> {
        auto peer = test.connect();
        for (const std::size_t bytes : {0, 1, 32 * 1024, 32 * 1024 + 1, 3 << 20}) {
            SCOPED_TRACE(bytes);
            test.say([=] { return text_answer(stream_bytes(0, bytes)); });
            co_await peer.send(std::string(get));
            const auto got = co_await peer.answer();
            EXPECT_TRUE(got.says(fmt::format("\r\nContent-Length: {}\r\n", bytes)));
            EXPECT_TRUE(got.says("\r\nDate: "));
            EXPECT_FALSE(got.says("\r\nConnection:"));
            EXPECT_TRUE(got.body == stream_bytes(0, bytes));
        }
    }(*this));
}

// A head and its small text in one packet (front-ends.md 2).
TEST_F(response_writer_test, joins_a_small_text_to_its_head) {
    say([] { return text_answer("small"); });
    run([](response_writer_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(std::string(get));
        co_await peer.answer();
        EXPECT_EQ(test.plan->seen(operation_kind::send), 1u);
    }(*this));
}

struct stream_case {
    const char* what;
    std::size_t bytes, piece;
    bool known;
    std::string_view request;
    const char* framing;
    bool kept;
};

constexpr stream_case stream_cases[] = {
    {"known length", 3 << 20, 100'000, true, get, "\r\nContent-Length: 3145728\r\n", true},
    {"known length of nothing", 0, 1, true, get, "\r\nContent-Length: 0\r\n", true},
    {"known length in whole buffers", 3 << 20, 1 << 22, true, get, "\r\nContent-Length: ", true},
    {"more than was promised", 10, 3, true, get, "\r\nContent-Length: 10\r\n", true},
    {"unknown length", 3 << 20, 70'000, false, get, "\r\nTransfer-Encoding: chunked\r\n", true},
    {"unknown length in whole buffers", 3 << 20, 1 << 22, false, get, "chunked\r\n", true},
    {"unknown length of nothing", 0, 1, false, get, "\r\nTransfer-Encoding: chunked\r\n", true},
    {"until the end", 300'000, 70'000, false, get_1_0, "\r\nConnection: close\r\n", false},
    {"until the end for one who would stay", 300'000, 70'000, false, get_1_0_kept,
     "\r\nConnection: close\r\n", false},
    {"known length for one who stays", 300'000, 70'000, true, get_1_0_kept,
     "\r\nConnection: keep-alive\r\n", true},
};

TEST_F(response_writer_test, sends_a_stream) {
    run([](response_writer_test& test) -> task<> {
        for (const auto& c : stream_cases) {
            SCOPED_TRACE(c.what);
            const auto excess = std::string_view(c.what).starts_with("more") ? 5 : 0;
            test.say([&] {
                return stream_answer(
                    std::make_unique<scripted_source>(c.bytes + excess, c.piece),
                    c.known ? std::optional<std::uint64_t>(c.bytes) : std::nullopt);
            });
            auto peer = test.connect();
            co_await peer.send(std::string(c.request));
            auto got = co_await peer.answer();
            EXPECT_TRUE(got.whole);
            EXPECT_TRUE(got.says(c.framing)) << got.head;
            EXPECT_EQ(got.says("\r\nContent-Length: "), c.known);
            EXPECT_TRUE(got.body == stream_bytes(0, c.bytes));
            if (!c.kept) continue;
            co_await peer.send(std::string(c.request));
            got = co_await peer.answer();
            EXPECT_TRUE(got.body == stream_bytes(0, c.bytes));
        }
    }(*this));
}

TEST_F(response_writer_test, answers_a_head_without_its_body) {
    run([](response_writer_test& test) -> task<> {
        auto peer = test.connect();
        const std::pair<std::function<response()>, const char*> cases[] = {
            {[] { return text_answer("12345"); }, "\r\nContent-Length: 5\r\n"},
            {[] { return text_answer(std::string(1 << 20, 'x')); }, "Content-Length: 1048576\r\n"},
            {[] { return stream_answer(std::make_unique<scripted_source>(7, 7), 7); },
             "\r\nContent-Length: 7\r\n"},
            {[] { return stream_answer(std::make_unique<scripted_source>(7, 7)); },
             "\r\nTransfer-Encoding: chunked\r\n"},
        };
        for (const auto& [make, line] : cases) {
            test.say(make);
            co_await peer.send(std::string(head));
            const auto got = co_await peer.answer(true);
            EXPECT_TRUE(got.says(line)) << got.head;
            EXPECT_EQ(peer.received, "");
        }
        co_await test.pause(5ms);
        peer.finish();
        EXPECT_EQ(co_await peer.rest(), "");
    }(*this));
}

TEST_F(response_writer_test, leaves_the_length_out_when_asked_to) {
    say([] {
        auto said = text_answer("", 204);
        said.without_length = true;
        return said;
    });
    run([](response_writer_test& test) -> task<> {
        auto peer = test.connect();
        for (int i = 0; i < 2; ++i) {
            co_await peer.send(std::string(get));
            const auto got = co_await peer.answer();
            EXPECT_EQ(got.status, 204u);
            EXPECT_FALSE(got.says("Content-Length"));
            EXPECT_FALSE(got.says("Transfer-Encoding"));
        }
    }(*this));
}

struct cut_case {
    const char* what;
    std::optional<std::uint64_t> promised;
    std::string_view request;
    bool fails;  // the stream throws, else it just ends
};

// Who reads an answer to the connection's end shall not take a cut for the end.
TEST_F(response_writer_test, resets_when_a_stream_breaks) {
    constexpr cut_case cases[] = {
        {"short of its promise", 1000, get, false},
        {"fails short of its promise", 1000, get, true},
        {"fails in chunks", {}, get, true},
        {"fails before the end of the connection", {}, get_1_0, true},
    };
    run([](response_writer_test& test, std::span<const cut_case> all) -> task<> {
        for (const auto& c : all) {
            SCOPED_TRACE(c.what);
            test.say([&] {
                return stream_answer(
                    std::make_unique<scripted_source>(
                        600, 300, c.fails ? fail_as_a_store : std::function<void()>()),
                    c.promised);
            });
            test.errors_expected += c.fails;
            auto peer = test.connect();
            co_await peer.send(std::string(c.request));
            const auto got = co_await peer.answer();
            EXPECT_EQ(got.status, 200u);
            EXPECT_FALSE(got.whole);
            EXPECT_TRUE(peer.was_reset);
            EXPECT_EQ(test.here.buffers.lent(), 0u);
        }
    }(*this, cases));
}

TEST_F(response_writer_test, resets_when_a_stream_is_aborted) {
    options.body_idle_timeout = 60s;
    app.script = [](request&) -> task<response> {
        co_return stream_answer(std::make_unique<scripted_source>(64 << 20, 1 << 20));
    };
    run([](response_writer_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(std::string(get_1_0));
        co_await peer.receive(1'000'000);
        test.session->abort();
        const auto rest = co_await peer.rest();
        EXPECT_LT(rest.size(), std::size_t{64} << 20);
        EXPECT_TRUE(peer.was_reset);
    }(*this));
}

TEST_F(response_writer_test, gives_up_on_a_client_that_does_not_read) {
    options.body_idle_timeout = 1ms;
    const std::function<response()> large[] = {
        [] { return text_answer(std::string(32 << 20, 'x')); },
        [] {
            return stream_answer(std::make_unique<scripted_source>(64 << 20, 1 << 20), 64 << 20);
        },
        [] { return stream_answer(std::make_unique<scripted_source>(64 << 20, 1 << 20)); },
    };
    run([](response_writer_test& test, std::span<const std::function<response()>> all) -> task<> {
        std::uint64_t slow = 0;
        for (const auto& each : all) {
            test.say(each);
            auto peer = test.connect();
            co_await peer.send(std::string(get));
            co_await test.until([&] { return test.here.children.size() == 0; });
            EXPECT_EQ(test.here.counters.timeouts_body.value(), ++slow);
            EXPECT_FALSE((co_await peer.answer()).whole);
        }
    }(*this, large));
}

// A limit of the client's time does not run while a stream takes its own.
TEST_F(response_writer_test, is_patient_with_a_slow_stream) {
    options.body_idle_timeout = 1ms;
    struct slow_source final : source {
        explicit slow_source(response_writer_test& of) : test(of) {}
        task<std::size_t> read_some(asio::mutable_buffer into) override {
            if (++reads > 2) co_return 0;
            co_await test.pause(600ms);
            std::memset(into.data(), 'x', 10);
            co_return 10;
        }
        response_writer_test& test;
        int reads = 0;
    };
    say([this] { return stream_answer(std::make_unique<slow_source>(*this), 20); });
    run([](response_writer_test& test) -> task<> {
        auto peer = test.connect();
        co_await peer.send(std::string(get));
        const auto got = co_await peer.answer();
        EXPECT_TRUE(got.whole);
        EXPECT_EQ(got.body, std::string(20, 'x'));
    }(*this));
}

TEST_F(response_writer_test, ends_when_its_client_has_gone) {
    run([](response_writer_test& test) -> task<> {
        for (const bool reset : {false, true}) {
            test.say([] {
                return stream_answer(std::make_unique<scripted_source>(64 << 20, 1 << 20),
                                     64 << 20);
            });
            auto peer = test.connect();
            co_await peer.send(std::string(get));
            co_await peer.receive(100'000);
            reset ? peer.reset() : peer.close();
            co_await test.until([&] { return test.here.children.size() == 0; });
        }
    }(*this));
}

}  // namespace
