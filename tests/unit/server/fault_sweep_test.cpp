// SPDX-License-Identifier: Apache-2.0
#include "session_fixture.hpp"

// Each flow runs once without faults and then once for each operation it saw, which fails, comes
// back short or comes late. However that ends, the client has read whole answers and nothing else,
// and nothing is left behind (the fixture looks).

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;

namespace {

class counted_source final : public source {
public:
    explicit counted_source(std::size_t bytes) : left_(bytes) {}
    task<std::size_t> read_some(asio::mutable_buffer into) override {
        const auto n = std::min({left_, into.size(), std::size_t{30'000}});
        std::memset(into.data(), 's', n);
        left_ -= n;
        co_return n;
    }

private:
    std::size_t left_;
};

struct flow {
    const char* what;
    std::string bytes;
    std::vector<std::string> bodies;  // of the answers
    bool until_close = false;         // the answer ends with the connection
};

const std::string streamed(100'000, 's');
const std::string upload = stream_bytes(0, 150'000);

std::vector<flow> flows() {
    const std::string last = "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    const std::string uwsgi("\0\x1f\0\0\x0e\0REQUEST_METHOD\x03\0GET\x09\0PATH_INFO", 36);
    return {
        {"two GETs", "GET /a HTTP/1.1\r\nHost: h\r\n\r\n" + last, {"GET /a: ", "GET /last: "}},
        {"an upload by length",
         fmt::format("PUT /l HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{}", upload.size(),
                     upload) +
             last,
         {"PUT /l: " + upload, "GET /last: "}},
        {"an upload in chunks",
         fmt::format("PUT /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                     "{:x}\r\n{}\r\n3\r\nabc\r\n0\r\n\r\n",
                     upload.size(), upload) +
             last,
         {"PUT /c: " + upload + "abc", "GET /last: "}},
        {"a stream in chunks",
         "GET /stream HTTP/1.1\r\nHost: h\r\n\r\n" + last,
         {streamed, "GET /last: "}},
        {"a stream to the end", "GET /stream HTTP/1.0\r\n\r\n", {streamed}, true},
        {"an early answer",
         fmt::format("PUT /early HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{}",
                     upload.size(), upload),
         {"early"}},
        {"uwsgi",
         uwsgi.substr(0, 1) + "\x25" + uwsgi.substr(2) + std::string("\x03\0/ab", 5),
         {"GET /ab: "}},
    };
}

struct fault_sweep_test : session_fixture {
    fault_sweep_test() {
        options.body_idle_timeout = options.header_timeout = 5s;
        app.script = [](request& from) -> task<response> {
            if (from.head.path == "/early") co_return text_answer("early");
            if (from.head.path != "/stream") co_return co_await scripted_responder::echo(from);
            response said;
            said.stream = std::make_unique<counted_source>(streamed.size());
            co_return said;
        };
    }

    // Plays the flow; whether all answers came.
    task<bool> play(const flow& each) {
        auto peer = connect();
        co_await peer.send(each.bytes);
        std::size_t whole = 0;
        for (const auto& body : each.bodies) {
            const auto got = co_await peer.answer();
            if (!got.whole) break;
            if (got.status == 200)
                EXPECT_TRUE(got.body == body) << got.body.substr(0, 100);
            else
                EXPECT_EQ(got.status, 400u);  // a body that broke off
            if (got.status != 200) break;
            ++whole;
        }
        const auto rest = co_await peer.rest();
        EXPECT_TRUE(whole < each.bodies.size() || rest.empty());
        peer.close();
        co_await until([&] { return here.children.size() == 0; });
        EXPECT_EQ(here.counters.connections_open.value(), 0u);
        EXPECT_EQ(here.buffers.lent(), 0u);
        co_return whole == each.bodies.size();
    }

    task<> sweep(operation_kind kind, fault_action action, bool harmless) {
        for (const auto& each : flows()) {
            SCOPED_TRACE(each.what);
            const auto before = plan->seen(kind);
            EXPECT_TRUE(co_await play(each));
            // The cuts of a stream differ from run to run: two more than were seen.
            const auto count = static_cast<unsigned>(plan->seen(kind) - before) + 2;
            for (unsigned nth = 1; nth <= count; ++nth) {
                SCOPED_TRACE(nth);
                plan->add(kind, nth, action);
                const bool all = co_await play(each);
                if (harmless) EXPECT_TRUE(all);
                plan->clear();
            }
        }
    }
};

struct fault_case {
    const char* what;
    operation_kind kind;
    fault_action action;
    bool harmless;  // the answers come all the same
};

const fault_case fault_cases[] = {
    {"a receive is reset", operation_kind::recv, fail_with{ECONNRESET}, false},
    {"a receive finds no buffers", operation_kind::recv, fail_with{ENOBUFS}, false},
    {"a receive is short", operation_kind::recv, at_most{1}, true},
    {"a receive is late", operation_kind::recv, late_by{3ms}, true},
    {"a send is reset", operation_kind::send, fail_with{ECONNRESET}, false},
    {"a send finds nobody", operation_kind::send, fail_with{EPIPE}, false},
    {"a send is late", operation_kind::send, late_by{3ms}, true},
};

TEST_F(fault_sweep_test, every_flow_ends_cleanly_whatever_fails) {
    run([](fault_sweep_test& test) -> task<> {
        for (const auto& c : fault_cases) {
            SCOPED_TRACE(c.what);
            co_await test.sweep(c.kind, c.action, c.harmless);
        }
    }(*this));
}

// The socket took only some of it: the rest follows.
TEST_F(fault_sweep_test, a_short_send_goes_on_with_the_rest) {
    run([](fault_sweep_test& test) -> task<> {
        test.plan->add(operation_kind::send, 1, at_most{10});
        auto peer = test.connect();
        co_await peer.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        EXPECT_TRUE((co_await peer.answer()).whole);
        EXPECT_FALSE(peer.was_reset);
    }(*this));
}

}  // namespace
