// SPDX-License-Identifier: Apache-2.0
// Several stores behind every front end: the header that names one passes, and so does what glimt
// says of where the bytes are.
#include "frontends/support/front_end.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <filesystem>

namespace glimt::testing {
namespace {

using ::testing::HasSubstr;

const std::string id = "00000000-0000-4000-8000-000000000001";
const std::string image = "/v2/images/" + id;

class stores : public behind {
protected:
    std::string configuration() const override {
        return "enabled_backends = fast:file, cheap:file\nshow_multiple_locations = true\n"
               "[glance_store]\ndefault_backend = fast\n"
               "[fast]\nfilesystem_store_datadir = " +
               (data_ / "fast") + "\n[cheap]\nfilesystem_store_datadir = " + (data_ / "cheap") +
               "\n[glimt]\ndata_dir = " + (data_ / "data");
    }

    reply ask(std::string_view line, std::string_view headers = {},
              std::string_view body = {}) const {
        auto visitor = front_->connect();
        visitor.send(std::string(line) + " HTTP/1.1\r\nHost: " + front_->address() +
                     "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) +
                     "\r\n" + std::string(headers) + "\r\n" + std::string(body));
        return visitor.read_reply();
    }

    void create() const {
        const std::string document =
            R"({"disk_format": "raw", "container_format": "bare", "id": ")" + id + "\"}";
        ASSERT_EQ(ask("POST /v2/images", "Content-Type: application/json\r\n", document).status,
                  201u);
    }

    // Into the store of that name; none: the header is not sent.
    reply put(std::string_view store, std::string_view bytes) const {
        std::string headers = "Content-Type: application/octet-stream\r\n";
        if (!store.empty()) headers += "x-image-meta-store: " + std::string(store) + "\r\n";
        return ask("PUT " + image + "/file", headers, bytes);
    }

    std::string file_in(const std::string& store) const { return data_ / (store + "/" + id); }

    // As an import into several stores leaves it.
    void copy_to_cheap() const {
        std::filesystem::copy_file(file_in("fast"), file_in("cheap"));
        sqlite3* database = nullptr;
        EXPECT_EQ(sqlite3_open((data_ / "data/glimt.sqlite").c_str(), &database), SQLITE_OK);
        const auto statement =
            "INSERT INTO image_locations (image_id, value, meta_data, status, created_at, deleted) "
            "VALUES ('" +
            id + "', 'file://" + file_in("cheap") +
            R"(', '{"store": "cheap"}', 'active', '2026-01-01 00:00:00', 0))";
        EXPECT_EQ(sqlite3_exec(database, statement.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
        sqlite3_close(database);
    }

private:
    temporary_folder data_;
};

TEST_P(stores, take_the_image_that_asks_for_one) {
    create();
    const auto unknown = put("nowhere", "abc");
    EXPECT_EQ(unknown.status, 400u) << unknown.body;
    EXPECT_THAT(ask("GET " + image).body, HasSubstr(R"("status": "queued")"));
    EXPECT_EQ(put("cheap", "abc").status, 204u);
    EXPECT_EQ(read_file(file_in("cheap")), "abc");
    EXPECT_FALSE(std::filesystem::exists(file_in("fast")));
    const auto shown = ask("GET " + image).body;
    EXPECT_THAT(shown, HasSubstr(R"("stores": "cheap")"));
    EXPECT_THAT(shown, HasSubstr("file://" + file_in("cheap")));
    EXPECT_THAT(shown, HasSubstr(R"("metadata": {"store": "cheap"})"));
    EXPECT_EQ(ask("GET " + image + "/file").body, "abc");
}

TEST_P(stores, lose_one_of_two_copies_and_never_the_last) {
    create();
    ASSERT_EQ(put("", "abc").status, 204u);
    EXPECT_EQ(read_file(file_in("fast")), "abc");
    EXPECT_EQ(ask("DELETE /v2/stores/fast/" + id).status, 403u);
    copy_to_cheap();
    EXPECT_THAT(ask("GET " + image).body, HasSubstr(R"("stores": "fast,cheap")"));
    EXPECT_EQ(ask("DELETE /v2/stores/fast/" + id).status, 204u);
    EXPECT_FALSE(std::filesystem::exists(file_in("fast")));
    EXPECT_THAT(ask("GET " + image).body, HasSubstr(R"("stores": "cheap")"));
    EXPECT_EQ(ask("GET " + image + "/file").body, "abc");
}

INSTANTIATE_TEST_SUITE_P(every, stores, ::testing::ValuesIn(arrangements()), name_of_arrangement);

}  // namespace
}  // namespace glimt::testing
