// SPDX-License-Identifier: Apache-2.0
#include "proto/chunked.hpp"

#include <gtest/gtest.h>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <optional>
#include <random>
#include <vector>

namespace glimt::http {
namespace {

using namespace std::string_literals;

struct decoded {
    std::string data;
    std::size_t consumed = 0;
    bool done = false, failed = false;
    bool operator==(const decoded&) const = default;
};

// Feeds one piece as a reader would: again and again until it is used up or the body has ended.
void feed(chunked_decoder& decoder, std::string_view piece, decoded& so_far) {
    auto in = std::as_bytes(std::span(piece));
    while (!in.empty() && !decoder.done() && !decoder.failed()) {
        const auto [consumed, data] = decoder.feed(in);
        ASSERT_GT(consumed, 0u);
        ASSERT_LE(consumed, in.size());
        // The data is the end of what was consumed, where it lay.
        ASSERT_TRUE(data.empty() || data.data() + data.size() == in.data() + consumed);
        so_far.data.append(reinterpret_cast<const char*>(data.data()), data.size());
        so_far.consumed += consumed;
        in = in.subspan(consumed);
    }
    so_far.done = decoder.done();
    so_far.failed = decoder.failed();
}

decoded decode(std::initializer_list<std::string_view> pieces) {
    chunked_decoder decoder;
    decoded result;
    for (const auto piece : pieces) feed(decoder, piece, result);
    return result;
}

decoded decode_bytewise(std::string_view bytes) {
    chunked_decoder decoder;
    decoded result;
    for (std::size_t at = 0; at < bytes.size(); ++at) feed(decoder, bytes.substr(at, 1), result);
    return result;
}

// As a reader that waits for data: framing alone first, which is taken up to the next byte of data
// and no further, and then what is certainly data.
decoded decode_framing_first(std::initializer_list<std::string_view> pieces) {
    chunked_decoder decoder;
    decoded result;
    for (const auto piece : pieces) {
        auto in = std::as_bytes(std::span(piece));
        while (!in.empty() && !decoder.done() && !decoder.failed()) {
            const auto framing = decoder.feed_framing(in);
            in = in.subspan(framing);
            result.consumed += framing;
            const auto data = std::min<std::uint64_t>(decoder.data_left(), in.size());
            EXPECT_EQ(data == 0, in.empty() || decoder.done() || decoder.failed());
            if (data == 0) break;
            EXPECT_EQ(decoder.feed_framing(in), 0u);
            const auto step = decoder.feed(in.first(data));
            EXPECT_EQ(step.consumed, data);
            result.data.append(reinterpret_cast<const char*>(step.data.data()), step.data.size());
            result.consumed += step.consumed;
            in = in.subspan(step.consumed);
        }
    }
    result.done = decoder.done();
    result.failed = decoder.failed();
    return result;
}

decoded decode_however_cut(std::string_view bytes) {
    const auto whole = decode({bytes});
    EXPECT_EQ(decode_bytewise(bytes), whole);
    EXPECT_EQ(decode_framing_first({bytes}), whole);
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
        const auto first = bytes.substr(0, cut), second = bytes.substr(cut);
        EXPECT_EQ(decode({first, second}), whole) << "cut at " << cut;
        EXPECT_EQ(decode_framing_first({first, second}), whole) << "cut at " << cut;
    }
    return whole;
}

struct good_case {
    const char* what;
    std::string bytes;
    std::string data;
};

TEST(chunked, decodes_bodies_and_leaves_what_follows) {
    const good_case rows[] = {
        {"empty", "0\r\n\r\n", ""},
        {"one chunk", "5\r\nhello\r\n0\r\n\r\n", "hello"},
        {"two chunks", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"},
        {"sizes of both cases", "a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n",
         "01234567890123456789a"},
        {"leading zeros", "0000000000000005\r\nhello\r\n000\r\n\r\n", "hello"},
        {"data that looks like framing", "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n", "\r\n0\r\n\r\n"},
        {"extension", "5;a\r\nhello\r\n0;b\r\n\r\n", "hello"},
        {"extension with value", "5;a=b;c=\"d;\xe9\t\"\r\nhello\r\n0\r\n\r\n", "hello"},
        {"blanks before the extension", "5 \t;a\r\nhello\r\n0 ; b = c \r\n\r\n", "hello"},
        {"trailer", "5\r\nhello\r\n0\r\nX-A: b\r\n\r\n", "hello"},
        {"trailers", "5\r\nhello\r\n0\r\nX-A: b\r\nX-C:\r\nHosts: \xe9\t\r\n\r\n", "hello"},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.what);
        const decoded wanted{row.data, row.bytes.size(), true, false};
        EXPECT_EQ(decode_however_cut(row.bytes), wanted);
        EXPECT_EQ(decode_however_cut(row.bytes + "GET / HTTP/1.1\r\n"), wanted);
        for (std::size_t n = 0; n < row.bytes.size(); ++n) {
            const auto part = decode({std::string_view(row.bytes).substr(0, n)});
            EXPECT_FALSE(part.done || part.failed) << n;
            EXPECT_EQ(part.consumed, n);
        }
    }
}

struct bad_case {
    const char* what;
    std::string bytes;
};

TEST(chunked, refuses_broken_framing_at_the_byte_that_breaks_it) {
    // The last byte of each row is the one that cannot be.
    const bad_case rows[] = {
        {"no digits", "\r"},
        {"empty line before", "5\r\nhello\r\n\r"},
        {"sign", "+"},
        {"minus", "-"},
        {"0x", "0x"},
        {"blank first", " "},
        {"no hexadecimal digit", "g"},
        {"underscore", "1_"},
        {"blank after the size", "5 \r"},
        {"blank inside the size", "5 5"},
        {"17 digits", "00000000000000005"},
        {"2^63", "8000000000000000"},
        {"2^64", "10000000000000000"},
        {"bare LF after the size", "5\n"},
        {"bare CR after the size", "5\rh"},
        {"bare LF in an extension", "5;a\n"},
        {"bare CR in an extension", "5;a\rb"},
        {"NUL in an extension", "5;\0"s},
        {"DEL in an extension", "5;\x7f"},
        {"more data than said", "5\r\nhello!"},
        {"LF after the data", "5\r\nhello\n"},
        {"CR without LF after the data", "5\r\nhello\r5"},
        {"bare LF ends the body", "0\r\n\n"},
        {"bare LF in a trailer", "0\r\nX-A: b\n"},
        {"bare CR in a trailer", "0\r\nX-A: b\rc"},
        {"NUL in a trailer", "0\r\nX-A: \0"s},
        {"trailer without a colon", "0\r\nX-A\r\n"},
        {"trailer without a name", "0\r\n: b\r\n"},
        {"blank before a trailer's colon", "0\r\nX-A : b\r\n"},
        {"folded trailer", "0\r\nX-A: b\r\n c: d\r\n"},
        {"Content-Length", "0\r\nContent-LENGTH: 5\r\n"},
        {"Transfer-Encoding", "0\r\ntransfer-encoding: chunked\r\n"},
        {"Host", "0\r\nX-A: b\r\nHost: h\r\n"},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.what);
        const auto result = decode_however_cut(row.bytes + "0\r\n\r\n");
        EXPECT_TRUE(result.failed);
        EXPECT_EQ(result.consumed, row.bytes.size());
    }
}

TEST(chunked, stays_failed_and_stays_done) {
    chunked_decoder failing;
    failing.feed(std::as_bytes(std::span("x", 1)));
    EXPECT_EQ(failing.feed(std::as_bytes(std::span("0", 1))).consumed, 0u);
    EXPECT_EQ(failing.feed_framing(std::as_bytes(std::span("0", 1))), 0u);
    EXPECT_TRUE(failing.failed());
    chunked_decoder ending;
    ending.feed(std::as_bytes(std::span("0\r\n\r\n", 5)));
    EXPECT_EQ(ending.feed(std::as_bytes(std::span("0", 1))).consumed, 0u);
    EXPECT_EQ(ending.feed_framing(std::as_bytes(std::span("0", 1))), 0u);
    EXPECT_TRUE(ending.done());
}

std::string repeated(std::string_view what, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += what;
    return all;
}

TEST(chunked, keeps_its_limits) {
    const auto extended = [](std::size_t bytes) {
        return "1;" + std::string(bytes - 1, 'x') + "\r\na\r\n";
    };
    const struct {
        const char* what;
        std::string bytes;
        bool done;
    } rows[] = {
        {"4 KiB of extension", extended(4096), true},
        {"a byte more", extended(4097), false},
        {"4 KiB of blanks", "1" + std::string(4095, ' ') + ";\r\na\r\n", true},
        {"a blank more", "1" + std::string(4096, ' ') + ";\r\na\r\n", false},
        {"16 KiB more extensions than data", repeated(extended(4096), 4) + extended(5), true},
        {"a byte more than data", repeated(extended(4096), 4) + extended(6), false},
        {"signed chunks, on and on",
         repeated("56;" + std::string(85, 's') + "\r\n" + std::string(0x56, 'a') + "\r\n", 1000),
         true},
        {"8 KiB of trailers", "0\r\nA:" + std::string(8190, 'b') + "\r\n\r\n", true},
        {"a byte more of them", "0\r\nA:" + std::string(8191, 'b') + "\r\n\r\n", false},
        {"8 KiB in many", "0\r\n" + repeated("A:bc\r\n", 2048) + "\r\n", true},
        {"one more", "0\r\n" + repeated("A:bc\r\n", 2049) + "\r\n", false},
    };
    for (const auto& row : rows) {
        SCOPED_TRACE(row.what);
        const auto result = decode({row.bytes + "0\r\n\r\n"});
        EXPECT_EQ(result.done, row.done);
        EXPECT_EQ(result.failed, !row.done);
    }
}

TEST(chunked, a_chunk_may_be_just_under_2_to_the_63) {
    const auto result = decode({"7fffffffffffffff\r\nabc"});
    EXPECT_EQ(result.data, "abc");
    EXPECT_FALSE(result.failed);
}

TEST(chunked, the_decoder_reads_what_the_encoder_writes) {
    std::mt19937 random(20261124);
    for (int round = 0; round < 50; ++round) {
        std::string bytes;
        std::string data;
        for (auto chunks = random() % 20; chunks > 0; --chunks) {
            const std::string part(1 + random() % 3000, static_cast<char>(random()));
            bytes.append(chunk_head(part.size()).text()).append(part).append(chunk_end);
            data += part;
        }
        bytes += last_chunk;
        chunked_decoder decoder;
        decoded result;
        for (std::size_t at = 0; at < bytes.size();) {
            const auto piece = std::string_view(bytes).substr(at, 1 + random() % 700);
            feed(decoder, piece, result);
            at += piece.size();
        }
        EXPECT_EQ(result, (decoded{data, bytes.size(), true, false}));
    }
}

TEST(chunked, writes_sizes_in_hexadecimal) {
    EXPECT_EQ(chunk_head(1).text(), "1\r\n");
    EXPECT_EQ(chunk_head(0xabc0).text(), "abc0\r\n");
    EXPECT_EQ(chunk_head(~std::uint64_t{0}).text(), "ffffffffffffffff\r\n");
}

// Beast's parser as a second opinion on a body.
class beast_sink final : public boost::beast::http::basic_parser<true> {
public:
    std::string data;

private:
    using ec_type = boost::beast::error_code;
    using text = boost::beast::string_view;
    void on_request_impl(boost::beast::http::verb, text, text, int, ec_type&) override {}
    void on_response_impl(int, text, int, ec_type&) override {}
    void on_field_impl(boost::beast::http::field, text, text, ec_type&) override {}
    void on_header_impl(ec_type&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, ec_type&) override {}
    std::size_t on_body_impl(text body, ec_type&) override { return body.size(); }
    void on_chunk_header_impl(std::uint64_t, text, ec_type&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, text body, ec_type&) override {
        data.append(body.data(), body.size());
        return body.size();
    }
    void on_finish_impl(ec_type&) override {}
};

// The body's data when Beast finds it whole and right.
std::optional<std::string> decoded_by_beast(const std::string& body) {
    const auto message = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
    beast_sink sink;
    sink.eager(true);
    sink.body_limit(boost::none);
    boost::beast::error_code ec;
    sink.put(boost::asio::buffer(message), ec);
    if (ec || !sink.is_done()) return std::nullopt;
    return sink.data;
}

// Bodies are a sound one with a few bytes changed. None has an extension at first: inside those we
// forgive what Beast does not, so a body that got one is left out.
TEST(chunked, agrees_with_beast_on_damaged_bodies) {
    const std::string sound = "5\r\nhello\r\n0a\r\n0123456789\r\n0\r\nX-A: b\r\n\r\n";
    constexpr std::string_view bytes = "\r\n0159aAfFgxX :=-+\t\0";
    std::mt19937 random(20261124);
    unsigned accepted = 0;
    for (int round = 0; round < 20'000; ++round) {
        auto body = sound;
        for (auto changes = 1 + random() % 3; changes > 0; --changes) {
            body[random() % body.size()] = bytes[random() % bytes.size()];
        }
        const auto ours = decode({body});
        if (!ours.done) continue;
        ++accepted;
        EXPECT_EQ(decoded_by_beast(body.substr(0, ours.consumed)), ours.data) << body;
    }
    EXPECT_GT(accepted, 1000u);
}

}  // namespace
}  // namespace glimt::http
