// SPDX-License-Identifier: Apache-2.0
// Images get their data and give it back; whoever is cut off in between, client or server, leaves
// a queued image and no byte.
#include "scenario/support/requests.hpp"
#include "scenario/support/server_with_data.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <deque>
#include <random>

namespace glimt::testing {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

std::string chunked_upload_head(int number) {
    return server_with_data::uwsgi_upload_head(
        number, {{"HTTP_TRANSFER_ENCODING", "chunked"}, {"UWSGI_ROUTER", "http"}});
}

}  // namespace

TEST(image_data_scenario, the_same_bytes_come_out_however_they_went_in) {
    const temporary_folder data;
    server_with_data server(data);
    const std::string bytes = bytes_of(3'000'001);
    int number = 0;
    server.create(++number);
    EXPECT_EQ(server.ask(server.upload(number, bytes)).status, 204u);
    EXPECT_TRUE(server.data_of(number) == bytes);
    for (const std::size_t piece : {1'000u, 4'096u, 65'536u, 1'000'000u, 5'000'000u}) {
        server.create(++number);
        const auto head = server.upload_head(number, "Transfer-Encoding: chunked");
        EXPECT_EQ(server.ask(head + chunked(bytes, piece)).status, 204u) << piece;
        EXPECT_TRUE(server.data_of(number) == bytes) << piece;
    }
    server.create(++number);
    const std::string tiny = bytes_of(300);
    EXPECT_EQ(
        server.ask(server.upload_head(number, "Transfer-Encoding: chunked") + chunked(tiny, 1))
            .status,
        204u);
    EXPECT_EQ(server.data_of(number), tiny);
    const auto part = server.ask(get(path_of(1) + "/file", "Range: bytes=1000000-\r\n"));
    EXPECT_EQ(part.status, 206u);
    EXPECT_TRUE(part.body == bytes.substr(1'000'000));
}

// As uWSGI's router passes on what its client sends, framing and all (front-ends.md U3).
TEST(image_data_scenario, the_same_bytes_come_out_of_chunks_over_uwsgi) {
    const temporary_folder data;
    server_with_data server(data);
    const auto bytes = bytes_of(2'000'003), few = bytes_of(300);
    int number = 0;
    const auto expect_stored = [&](const std::string& body, const std::string& wanted) {
        server.create(++number);
        EXPECT_EQ(server.ask(chunked_upload_head(number) + body).status, 204u);
        EXPECT_TRUE(server.data_of(number) == wanted);
    };
    for (const std::size_t piece : {997u, 4'096u, 65'537u, 524'289u, 3'000'000u}) {
        SCOPED_TRACE(piece);
        expect_stored(chunked(bytes, piece), bytes);
    }
    expect_stored(chunked(few, 1), few);
    expect_stored("0\r\n\r\n", "");
    expect_stored("3;name=value\r\nabc\r\n004\r\ndefg\r\n00\r\nX-Checksum: 1\r\n\r\n", "abcdefg");
    // nginx has taken the framing away, and says so by a length.
    server.create(++number);
    const auto plain = server.uwsgi_upload_head(
        number, {{"CONTENT_LENGTH", "11"}, {"HTTP_TRANSFER_ENCODING", "chunked"}});
    EXPECT_EQ(server.ask(plain + "3\r\nabc\r\n0\r\n").status, 204u);
    EXPECT_EQ(server.data_of(number), "3\r\nabc\r\n0\r\n");
}

TEST(image_data_scenario, chunks_over_uwsgi_that_do_not_end_leave_a_queued_image) {
    const temporary_folder data;
    server_with_data server(data);
    server.create(1);
    EXPECT_EQ(server.ask(chunked_upload_head(1) + "5\r\n12345\r\nxyz\r\n").status, 400u);
    EXPECT_EQ(server.status(1), "queued");
    const auto both = server.uwsgi_upload_head(
        1,
        {{"CONTENT_LENGTH", "5"}, {"HTTP_TRANSFER_ENCODING", "chunked"}, {"UWSGI_ROUTER", "http"}});
    EXPECT_EQ(server.ask(both + "5\r\nhello\r\n0\r\n\r\n").status, 400u);
    auto router = server->connect();
    router.send(chunked_upload_head(1) + "5\r\n12345\r\n");
    EXPECT_TRUE(server.becomes(1, "saving"));
    router.finish_sending();
    EXPECT_TRUE(server.becomes(1, "queued"));
    EXPECT_EQ(router.read_until_end(), "");
    EXPECT_THAT(server.files(), IsEmpty());
    EXPECT_EQ(server.ask(chunked_upload_head(1) + chunked("1234567890", 3)).status, 204u);
    EXPECT_EQ(server.data_of(1), "1234567890");
}

TEST(image_data_scenario, the_client_that_waits_for_it_gets_100_continue) {
    const temporary_folder data;
    server_with_data server(data);
    server.create(1);
    auto peer = server->connect();
    peer.send(server.upload_head(1, "Content-Length: 5\r\nExpect: 100-continue"));
    EXPECT_EQ(peer.read_reply().status, 100u);
    EXPECT_EQ(server.status(1), "saving");
    peer.send("12345");
    EXPECT_EQ(peer.read_reply().status, 204u);
    // Refused without asking for the bytes.
    auto late = server->connect();
    late.send(server.upload_head(1, "Content-Length: 5\r\nExpect: 100-continue"));
    EXPECT_EQ(late.read_reply().status, 409u);
}

TEST(image_data_scenario, a_client_that_goes_leaves_a_queued_image) {
    const temporary_folder data;
    server_with_data server(data);
    const std::string bytes = bytes_of(500'000);
    for (int number = 1; number <= 4; ++number) {
        server.create(number);
        auto peer = server->connect();
        const bool by_length = number % 2 == 0;
        peer.send(server.upload_head(
            number, by_length ? "Content-Length: 1000000" : "Transfer-Encoding: chunked"));
        peer.send(by_length ? bytes : "f4240\r\n" + bytes);
        EXPECT_TRUE(server.becomes(number, "saving"));
        if (number <= 2)
            peer.close();
        else
            peer.reset();
        EXPECT_TRUE(server.becomes(number, "queued"));
        EXPECT_THAT(server.files(), IsEmpty());
        EXPECT_EQ(server.ask(server.upload(number, bytes)).status, 204u);
        EXPECT_EQ(server.ask(request("DELETE " + path_of(number))).status, 204u);
        EXPECT_THAT(server.files(), IsEmpty());
    }
}

TEST(image_data_scenario, a_broken_chunk_is_refused_and_leaves_a_queued_image) {
    const temporary_folder data;
    server_with_data server(data);
    server.create(1);
    const auto head = server.upload_head(1, "Transfer-Encoding: chunked");
    EXPECT_EQ(server.ask(head + "5\r\n12345\r\nxyz\r\n").status, 400u);
    EXPECT_EQ(server.status(1), "queued");
    EXPECT_THAT(server.files(), IsEmpty());
}

// Whatever was answered is there, whatever was not is not.
TEST(image_data_scenario, killed_at_any_moment_it_keeps_what_it_promised_and_nothing_else) {
    const temporary_folder data;
    std::mt19937 random(20261124);
    const std::string bytes = bytes_of(2'000'000);
    int number = 0, promised = 0;
    std::vector<int> answered;
    for (int round = 0; round < 6; ++round) {
        server_with_data server(data);
        for (int before = 1; before <= number; ++before) {
            const bool is_answered = std::ranges::find(answered, before) != answered.end();
            const auto status = server.status(before);
            if (is_answered) EXPECT_EQ(status, "active") << before;
            // One that was killed after it had become active, and before it could say so.
            if (status == "active")
                EXPECT_TRUE(server.data_of(before) == bytes) << before;
            else
                EXPECT_EQ(status, "queued") << before;
            promised += is_answered;
        }
        std::size_t active = 0;
        for (int before = 1; before <= number; ++before)
            active += server.status(before) == "active";
        EXPECT_EQ(server.files().size(), active);
        std::deque<client> peers;
        const int first = number + 1;
        for (int i = 0; i < 3; ++i) {
            server.create(++number);
            peers.push_back(server->connect());
            const auto said = server.upload(number, bytes);
            const auto enough = std::uniform_int_distribution<std::size_t>(0, said.size())(random);
            peers.back().try_send(i == 0 ? std::string_view(said)
                                         : std::string_view(said).substr(0, enough));
        }
        if (round % 2 == 0 && peers.front().read_reply().status == 204) answered.push_back(first);
        server->send(SIGKILL);
        EXPECT_EQ(server->wait(), -SIGKILL);
    }
    EXPECT_GT(promised, 0);
}

TEST(image_data_scenario, a_live_neighbour_on_the_same_database_is_left_alone) {
    const temporary_folder data;
    server_with_data server(data);
    auto peer = server.half_upload(1);
    {
        server_with_data neighbour(data);
        EXPECT_EQ(neighbour.status(1), "saving");
    }
    peer.send("67890");
    EXPECT_EQ(peer.read_reply().status, 204u);
    EXPECT_EQ(server.data_of(1), "1234567890");
}

TEST(image_data_scenario, what_is_changed_during_an_upload_stays_changed) {
    const temporary_folder data;
    server_with_data server(data);
    auto peer = server.half_upload(1);
    const std::string change = R"([{"op": "replace", "path": "/name", "value": "new"},)"
                               R"( {"op": "replace", "path": "/visibility", "value": "community"},)"
                               R"( {"op": "add", "path": "/os_distro", "value": "any"}])";
    const auto head =
        "Content-Type: application/openstack-images-v2.1-json-patch\r\n"
        "Content-Length: " +
        std::to_string(change.size()) + "\r\n";
    EXPECT_EQ(server.ask(request("PATCH " + path_of(1), head) + change).status, 200u);
    peer.send("67890");
    EXPECT_EQ(peer.read_reply().status, 204u);
    const auto shown = server.ask(get(path_of(1))).body;
    for (const char* line : {R"("status": "active")", R"("size": 10)", R"("name": "new")",
                             R"("visibility": "community")", R"("os_distro": "any")"})
        EXPECT_THAT(shown, HasSubstr(line));
}

TEST(image_data_scenario, a_running_upload_is_finished_after_sigterm) {
    const temporary_folder data;
    {
        server_with_data server(data);
        auto peer = server.half_upload(1);
        server->send(SIGTERM);
        EXPECT_TRUE(server->logs("no new connections"));
        peer.send("67890");
        EXPECT_EQ(peer.read_reply().status, 204u);
        EXPECT_EQ(server->wait(), 0);
    }
    server_with_data again(data);
    EXPECT_EQ(again.data_of(1), "1234567890");
}

TEST(image_data_scenario, a_second_signal_cuts_an_upload_and_puts_its_image_back) {
    const temporary_folder data;
    {
        server_with_data server(data);
        auto peer = server.half_upload(1);
        server->send(SIGTERM);
        EXPECT_TRUE(server->logs("no new connections"));
        server->send(SIGTERM);
        EXPECT_EQ(server->wait(), 0);
        EXPECT_THAT(server.files(), IsEmpty());
    }
    server_with_data again(data);
    EXPECT_EQ(again.status(1), "queued");
}

// Slow clients cost memory for what they have sent, and nobody else any time.
TEST(image_data_scenario, hundreds_of_slow_uploads_leave_the_others_alone) {
    const temporary_folder data;
    server_with_data server(data);
    constexpr int slow = 200;
    std::deque<client> peers;
    for (int number = 1; number <= slow; ++number) {
        server.create(number);
        peers.push_back(server->connect());
        peers.back().send(server.upload_head(number, "Content-Length: 1000") + "x");
    }
    EXPECT_TRUE(server.becomes(slow, "saving"));
    for (auto& each : peers) each.send("y");
    const std::string bytes = bytes_of(5'000'000);
    server.create(slow + 1);
    EXPECT_EQ(server.ask(server.upload(slow + 1, bytes)).status, 204u);
    EXPECT_TRUE(server.data_of(slow + 1) == bytes);
}

}  // namespace glimt::testing
