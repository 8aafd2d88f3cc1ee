// SPDX-License-Identifier: Apache-2.0
#include "proto/uwsgi.hpp"

#include "unit/proto/uwsgi_vectors.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace glimt {
namespace {

// One side of a connection that gets bytes in pieces, as a session does it.
class receiver {
public:
    explicit receiver(const uwsgi::head_limits& limits = {}) : limits_(limits) {}

    // True when the head's fate is known and no more bytes are wanted.
    bool receive(std::string_view piece) {
        received_.append(piece);
        progress_ = uwsgi::examine(received_, limits_);
        return progress_.state != uwsgi::head_state::incomplete;
    }

    // Reads the head, if it is complete.
    std::optional<uwsgi::head_error> read(request_head& head) {
        if (progress_.state != uwsgi::head_state::complete) return progress_.error;
        return uwsgi::parse_head({received_.data(), progress_.head_bytes}, head, limits_);
    }

    // What the peer sees if its stream ends here, as text; for an accepted head what it says.
    std::string outcome() {
        if (progress_.state == uwsgi::head_state::incomplete) return "aborted";
        if (progress_.state == uwsgi::head_state::ping) return "ping";
        request_head head;
        const auto error = read(head);
        if (!error) return text_of(head);
        const unsigned status = status_of(*error);
        return status == 0 ? "closed" : std::to_string(status);
    }

    void start_again() {
        received_.clear();
        progress_ = {};
    }

    const std::string& received() const { return received_; }
    const uwsgi::head_progress& progress() const { return progress_; }

private:
    uwsgi::head_limits limits_;
    std::string received_;
    uwsgi::head_progress progress_;
};

std::string outcome_of(std::string_view bytes, const uwsgi::head_limits& limits = {}) {
    receiver whole(limits);
    whole.receive(bytes);
    return whole.outcome();
}

// Feeds the bytes in two pieces, cut at every position in and just behind the packet's head. The
// head is read once: at every cut it is the same bytes that would be read.
void expect_at_every_cut(std::string_view bytes, const std::string& outcome) {
    using enum uwsgi::head_state;
    ASSERT_EQ(outcome_of(bytes), outcome);
    const auto whole = uwsgi::examine(bytes);
    const std::size_t last_cut = std::min(bytes.size(), whole.head_bytes);
    receiver pieces;
    for (std::size_t cut = 0; cut <= last_cut; ++cut) {
        pieces.start_again();
        if (!pieces.receive(bytes.substr(0, cut))) {
            ASSERT_TRUE(cut < whole.head_bytes) << "cut " << cut;
            ASSERT_EQ(pieces.progress().head_bytes, cut < 4 ? 4 : whole.head_bytes)
                << "cut " << cut;
            pieces.receive(bytes.substr(cut));
            ASSERT_TRUE(pieces.received() == bytes) << "cut " << cut;
        } else if (whole.state == complete) {
            ASSERT_EQ(cut, whole.head_bytes);
        }
        ASSERT_EQ(pieces.progress().state, whole.state) << "cut " << cut;
        ASSERT_EQ(pieces.progress().error, whole.error) << "cut " << cut;
        ASSERT_EQ(pieces.progress().head_bytes, whole.head_bytes) << "cut " << cut;
    }
}

TEST(uwsgi, reads_every_captured_packet_however_it_is_cut) {
    const auto vectors = captured_packets();
    ASSERT_EQ(vectors.size(), 402u);
    for (const auto& vector : vectors) {
        SCOPED_TRACE(vector.file);
        expect_at_every_cut(vector.bytes, vector.outcome);
        if (vector.body_offset > 0) {
            EXPECT_EQ(uwsgi::examine(vector.bytes).head_bytes, vector.body_offset);
        }
    }
}

TEST(uwsgi, answers_every_malformed_packet_as_wanted_however_it_is_cut) {
    const auto packets = malformed_packets();
    ASSERT_EQ(packets.size(), 60u);
    for (const auto& packet : packets) {
        SCOPED_TRACE(packet.file);
        expect_at_every_cut(packet.bytes, packet.outcome);
    }
}

TEST(uwsgi, reads_a_head_that_comes_byte_by_byte) {
    const std::string bytes = packet_of({{"REQUEST_METHOD", "GET"}, {"PATH_INFO", "/"}});
    receiver pieces;
    for (std::size_t at = 0; at + 1 < bytes.size(); ++at) {
        ASSERT_FALSE(pieces.receive(bytes.substr(at, 1))) << at;
        ASSERT_EQ(pieces.outcome(), "aborted");
    }
    EXPECT_TRUE(pieces.receive(bytes.substr(bytes.size() - 1)));
    const std::string outcome = pieces.outcome();
    EXPECT_EQ(outcome, outcome_of(bytes));
    EXPECT_TRUE(outcome.starts_with("GET /?"));
}

TEST(uwsgi, refuses_a_stranger_at_the_first_byte) {
    EXPECT_FALSE(receiver().receive(""));
    for (int byte = 1; byte < 256; ++byte) {
        SCOPED_TRACE(byte);
        receiver stranger;
        EXPECT_EQ(stranger.receive(std::string(1, static_cast<char>(byte))), byte != 100);
        EXPECT_EQ(stranger.outcome(), byte == 100 ? "aborted" : "closed");
    }
}

TEST(uwsgi, answers_a_ping_only_when_it_is_one) {
    using namespace std::string_view_literals;
    EXPECT_EQ(outcome_of("\x64\0\0\0"sv), "ping");
    EXPECT_EQ(outcome_of("\x64\1\0\0"sv), "closed");
    EXPECT_EQ(outcome_of("\x64\0\0\1"sv), "closed");
    EXPECT_EQ(uwsgi::ping_answer, "\x64\0\0\1"sv);
}

struct variables_case {
    const char* what;
    std::vector<variable_text> variables;  // besides REQUEST_METHOD and PATH_INFO
    std::optional<uwsgi::head_error> error;
};

TEST(uwsgi, refuses_what_two_programs_could_read_differently) {
    using enum uwsgi::head_error;
    using namespace std::string_literals;
    const std::string digits_19(19, '9');
    const variables_case cases[] = {
        {"nothing else", {}, {}},
        {"second token",
         {{"HTTP_X_AUTH_TOKEN", "a"}, {"HTTP_X_AUTH_TOKEN", "a"}},
         repeated_variable},
        {"second service token",
         {{"HTTP_X_SERVICE_TOKEN", "a"}, {"HTTP_X_SERVICE_TOKEN", "b"}},
         repeated_variable},
        {"second host", {{"HTTP_HOST", "a"}, {"HTTP_HOST", "a"}}, repeated_variable},
        {"second range", {{"HTTP_RANGE", "a"}, {"HTTP_RANGE", ""}}, repeated_variable},
        {"second authorization",
         {{"HTTP_AUTHORIZATION", "a"}, {"HTTP_AUTHORIZATION", "a"}},
         repeated_variable},
        {"second content type",
         {{"HTTP_CONTENT_TYPE", "a"}, {"HTTP_CONTENT_TYPE", "a"}},
         repeated_variable},
        {"second content length",
         {{"HTTP_CONTENT_LENGTH", ""}, {"HTTP_CONTENT_LENGTH", ""}},
         repeated_variable},
        {"second coding",
         {{"HTTP_TRANSFER_ENCODING", "chunked"}, {"HTTP_TRANSFER_ENCODING", "chunked"}},
         repeated_variable},
        {"second query", {{"QUERY_STRING", ""}, {"QUERY_STRING", ""}}, repeated_variable},
        {"second of an ignored one", {{"UWSGI_FILE", "a"}, {"UWSGI_FILE", "b"}}, {}},
        {"largest length", {{"CONTENT_LENGTH", "9223372036854775807"}}, {}},
        {"2^63", {{"CONTENT_LENGTH", "9223372036854775808"}}, bad_content_length},
        {"19 digits", {{"CONTENT_LENGTH", digits_19}}, bad_content_length},
        {"20 digits", {{"CONTENT_LENGTH", "00000000000000000005"}}, bad_content_length},
        {"space behind the length", {{"CONTENT_LENGTH", "5 "}}, bad_content_length},
        {"one length, two spellings",
         {{"CONTENT_LENGTH", "5"}, {"HTTP_CONTENT_LENGTH", "05"}},
         content_lengths_differ},
        {"empty second length",
         {{"CONTENT_LENGTH", "5"}, {"HTTP_CONTENT_LENGTH", ""}},
         content_lengths_differ},
        {"LF in the type", {{"CONTENT_TYPE", "a\nb"}}, control_byte_in_value},
        {"CR in the query", {{"QUERY_STRING", "a\rb"}}, control_byte_in_value},
        {"LF in a value of a name that is no header",
         {{"HTTP_X.Y", "a\nb"}},
         control_byte_in_value},
        {"tab in a value", {{"HTTP_X", "a\tb"}}, {}},
        {"space in a name", {{"HTTP_X Y", ""}}, control_byte_in_name},
        {"DEL in a name", {{"X\x7f", ""}}, control_byte_in_name},
        {"NUL in a name", {{"X\0"s, ""}}, control_byte_in_name},
        {"prefix without a slash", {{"SCRIPT_NAME", "image"}}, bad_script_name},
        {"both lengths through the router",
         {{"CONTENT_LENGTH", "5"}, {"HTTP_TRANSFER_ENCODING", "chunked"}, {"UWSGI_ROUTER", "http"}},
         both_lengths},
        {"both lengths through nginx",
         {{"CONTENT_LENGTH", "5"}, {"HTTP_TRANSFER_ENCODING", "gzip"}},
         {}},
        {"coding in upper case with spaces", {{"HTTP_TRANSFER_ENCODING", " CHUNKED\t"}}, {}},
        {"coding after another",
         {{"HTTP_TRANSFER_ENCODING", "gzip, chunked"}},
         unknown_transfer_coding},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        std::vector<variable_text> variables{{"REQUEST_METHOD", "GET"}, {"PATH_INFO", "/"}};
        variables.insert(variables.end(), c.variables.begin(), c.variables.end());
        receiver whole;
        ASSERT_TRUE(whole.receive(packet_of(variables)));
        request_head head;
        EXPECT_EQ(whole.read(head), c.error);
    }
}

struct address_case {
    const char* what;
    std::vector<variable_text> variables;  // besides REQUEST_METHOD
    const char* url;                       // scheme://host, prefix in brackets, path
};

TEST(uwsgi, finds_scheme_host_prefix_and_path) {
    const address_case cases[] = {
        {"nothing known", {{"PATH_INFO", "/"}}, "http://()/"},
        {"host header",
         {{"PATH_INFO", "/a"}, {"HTTP_HOST", "h:1"}, {"SERVER_NAME", "s"}, {"SERVER_PORT", "2"}},
         "http://h:1()/a"},
        {"server name and port",
         {{"PATH_INFO", "/a"}, {"SERVER_NAME", "s"}, {"SERVER_PORT", "2"}, {"HTTP_HOST", ""}},
         "http://s:2()/a"},
        {"server name", {{"PATH_INFO", "/a"}, {"SERVER_NAME", "s"}}, "http://s()/a"},
        {"HTTPS on", {{"PATH_INFO", "/"}, {"HTTPS", "On"}}, "https://()/"},
        {"HTTPS 1", {{"PATH_INFO", "/"}, {"HTTPS", "1"}}, "https://()/"},
        {"HTTPS off", {{"PATH_INFO", "/"}, {"HTTPS", "off"}}, "http://()/"},
        {"request scheme", {{"PATH_INFO", "/"}, {"REQUEST_SCHEME", "https"}}, "https://()/"},
        {"uwsgi scheme wins",
         {{"PATH_INFO", "/"}, {"HTTPS", "on"}, {"UWSGI_SCHEME", "http"}},
         "http://()/"},
        {"uwsgi scheme", {{"PATH_INFO", "/"}, {"UWSGI_SCHEME", "https"}}, "https://()/"},
        {"prefix still there", {{"PATH_INFO", "/i/a"}, {"SCRIPT_NAME", "/i"}}, "http://(/i)/a"},
        {"prefix already gone", {{"PATH_INFO", "/a"}, {"SCRIPT_NAME", "/i"}}, "http://(/i)/a"},
        {"nothing but the prefix", {{"PATH_INFO", "/i"}, {"SCRIPT_NAME", "/i"}}, "http://(/i)/"},
        {"the prefix taken off, and no path left",
         {{"PATH_INFO", ""}, {"SCRIPT_NAME", "/i"}},
         "http://(/i)/"},
        {"no path", {{"PATH_INFO", ""}}, "http://()/"},
        {"half a segment", {{"PATH_INFO", "/ia"}, {"SCRIPT_NAME", "/i"}}, "http://(/i)/ia"},
        {"slash behind the prefix",
         {{"PATH_INFO", "/i/a"}, {"SCRIPT_NAME", "/i/"}},
         "http://(/i)/a"},
        {"prefix of a slash", {{"PATH_INFO", "/a"}, {"SCRIPT_NAME", "/"}}, "http://()/a"},
        {"decoded only once", {{"PATH_INFO", "/%2Fa+b"}}, "http://()/%2Fa+b"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        std::vector<variable_text> variables{{"REQUEST_METHOD", "GET"}};
        variables.insert(variables.end(), c.variables.begin(), c.variables.end());
        receiver whole;
        whole.receive(packet_of(variables));
        request_head head;
        ASSERT_EQ(whole.read(head), std::nullopt);
        EXPECT_EQ(std::string(head.scheme) + "://" + std::string(head.host) + "(" +
                      head.script_name + ")" + head.path,
                  c.url);
    }
}

TEST(uwsgi, joined_values_stay_when_the_head_moves) {
    std::string packet = packet_of({{"REQUEST_METHOD", "GET"},
                                    {"PATH_INFO", "/"},
                                    {"HTTP_A", "1"},
                                    {"HTTP_COOKIE", "x=1"},
                                    {"HTTP_A", "2"},
                                    {"HTTP_COOKIE", "y=2"},
                                    {"HTTP_A", ""},
                                    {"HTTP_B", " 3 "}});
    request_head parsed;
    ASSERT_EQ(uwsgi::parse_head(packet, parsed), std::nullopt);
    const request_head head = std::move(parsed);
    ASSERT_EQ(head.headers.size(), 3u);
    EXPECT_EQ(head.find("a")->value, "1, 2, ");
    EXPECT_EQ(head.find("cookie")->value, "x=1; y=2");
    EXPECT_EQ(head.find("b")->value, "3");
}

TEST(uwsgi, keeps_to_its_limits) {
    std::vector<variable_text> variables{{"REQUEST_METHOD", "GET"}, {"PATH_INFO", "/"}};
    const std::string fitting = packet_of(variables);
    const std::size_t block_bytes = fitting.size() - uwsgi::packet_header_bytes;
    variables.push_back({"X", ""});
    const std::string longer = packet_of(variables);

    EXPECT_NE(outcome_of(fitting, {.block_bytes_max = block_bytes}), "431");
    EXPECT_EQ(outcome_of(longer, {.block_bytes_max = block_bytes}), "431");
    EXPECT_EQ(outcome_of(longer.substr(0, 4), {.block_bytes_max = block_bytes}), "431");
    EXPECT_NE(outcome_of(fitting, {.variable_count_max = 2}), "431");
    EXPECT_EQ(outcome_of(longer, {.variable_count_max = 2}), "431");
}

}  // namespace
}  // namespace glimt
