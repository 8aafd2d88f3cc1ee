// SPDX-License-Identifier: Apache-2.0
// Disks that are full, of images or of the database: the client is told so, nothing half stays, and
// once there is room again everything goes on.
#include "scenario/support/requests.hpp"
#include "scenario/support/server_with_data.hpp"
#include "scenario/support/small_file_system.hpp"

#include <gmock/gmock.h>

namespace glimt::testing {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

constexpr std::size_t store_bytes = 4 << 20;
constexpr std::size_t database_bytes = 8 << 20;

// The beginning of an upload that never ends: more than the disk holds, and less than was said.
std::string endless_upload(int number, bool by_length) {
    constexpr std::string_view size = "40000000";  // 1 GiB, in hexadecimal
    const std::string head =
        by_length ? server_with_data::upload_head(number, "Content-Length: 1073741824")
                  : server_with_data::upload_head(number, "Transfer-Encoding: chunked") +
                        std::string(size) + "\r\n";
    return head + bytes_of(store_bytes + store_bytes / 2);
}

class full_disk_scenario : public ::testing::Test {
protected:
    void SetUp() override {
        if (!database_disk.mounted() || !store_disk.mounted())
            GTEST_SKIP() << "mounting a file system needs root";
    }

    const temporary_folder data;
    const small_file_system database_disk{data / "data", database_bytes};
    const small_file_system store_disk{data / "data/images", store_bytes};
};

}  // namespace

TEST_F(full_disk_scenario, an_upload_that_does_not_fit_is_refused_while_it_is_sent) {
    server_with_data server(data);
    int number = 0;
    for (const bool by_length : {true, false}) {
        SCOPED_TRACE(by_length);
        server.create(++number);
        auto peer = server->connect();
        peer.try_send(endless_upload(number, by_length));
        const auto answer = peer.read_reply();
        EXPECT_EQ(answer.status, 413u);
        EXPECT_THAT(answer.body, HasSubstr("Image storage media is full: There is not enough disk "
                                           "space on the image storage media."));
        EXPECT_EQ(answer.header("Connection"), "close");
        EXPECT_TRUE(server.becomes(number, "queued"));
        EXPECT_THAT(server.files(), IsEmpty());
        const std::string small = bytes_of(store_bytes / 4);
        EXPECT_EQ(server.ask(server.upload(number, small)).status, 204u);
        EXPECT_TRUE(server.data_of(number) == small);
        EXPECT_EQ(server.ask(request("DELETE " + path_of(number))).status, 204u);
    }
}

TEST_F(full_disk_scenario, what_is_stored_stays_when_another_upload_fills_the_disk) {
    server_with_data server(data);
    for (const int number : {1, 2}) server.create(number);
    const std::string bytes = bytes_of(store_bytes / 2);
    EXPECT_EQ(server.ask(server.upload(1, bytes)).status, 204u);
    EXPECT_EQ(server.ask(server.upload(2, bytes + bytes)).status, 413u);
    EXPECT_EQ(server.status(2), "queued");
    EXPECT_TRUE(server.data_of(1) == bytes);
    EXPECT_EQ(server.files().size(), 1u);
}

TEST_F(full_disk_scenario, an_upload_the_database_cannot_take_ends_when_it_can_again) {
    server_with_data server(data);
    for (const int number : {1, 2}) server.create(number);
    const std::string bytes = bytes_of(1'000'000);
    auto peer = server->connect();
    peer.send(server.upload_head(1, "Content-Length: 1000000") + bytes.substr(0, 500'000));
    EXPECT_TRUE(server.becomes(1, "saving"));
    database_disk.fill();
    peer.send(bytes.substr(500'000));
    EXPECT_EQ(peer.read_reply().status, 503u);
    EXPECT_TRUE(server->logs("image " + id_of(1) + " cannot be queued again now"));
    EXPECT_THAT(server.files(), IsEmpty());
    // Nothing can begin, and what only reads is answered.
    EXPECT_EQ(server.ask(server.upload(2, bytes)).status, 503u);
    EXPECT_THAT(server.files(), IsEmpty());
    EXPECT_EQ(server.status(1), "saving");
    EXPECT_EQ(server.status(2), "queued");
    database_disk.make_room();
    EXPECT_TRUE(server.becomes(1, "queued"));
    for (const int number : {1, 2}) {
        EXPECT_EQ(server.ask(server.upload(number, bytes)).status, 204u);
        EXPECT_TRUE(server.data_of(number) == bytes);
    }
}

}  // namespace glimt::testing
