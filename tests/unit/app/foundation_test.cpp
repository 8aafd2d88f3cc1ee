// SPDX-License-Identifier: Apache-2.0
#include "app/foundation.hpp"

#include <boost/json.hpp>

#include <gmock/gmock.h>

namespace glimt {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(foundation, chooses_the_database_that_is_named_and_else_its_own) {
    const struct {
        const char* connection;
        const char* data_dir;
        const char* path;
        bool embedded;
    } cases[] = {
        {"", "", "", true},
        {"", "/var/lib/glimt", "/var/lib/glimt/glimt.sqlite", true},
        {"sqlite:////var/lib/glance/glance.sqlite", "/d", "/var/lib/glance/glance.sqlite", false},
        {"sqlite:///beside.sqlite", "", "beside.sqlite", false},
        {"sqlite://", "/d", "", false},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.connection);
        settings options;
        options.database_connection = one.connection;
        options.data_dir = one.data_dir;
        const database_choice chosen = choose_database(options);
        EXPECT_EQ(chosen.error, "");
        EXPECT_EQ(chosen.sqlite.path, one.path);
        EXPECT_EQ(chosen.embedded, one.embedded);
        EXPECT_TRUE(chosen.sqlite.synchronous);
    }
}

TEST(foundation, refuses_other_databases_without_showing_the_password) {
    settings options;
    options.database_connection = "mysql+pymysql://glance:secret@db/glance";
    const database_choice chosen = choose_database(options);
    EXPECT_THAT(chosen.error, HasSubstr("[database] connection is not the URL of an SQLite"));
    EXPECT_THAT(chosen.error, ::testing::Not(HasSubstr("secret")));
}

TEST(foundation, has_everything_the_shards_need) {
    settings options;
    options.disk_formats = {"raw"};
    const foundation made = make_foundation(options);
    EXPECT_THAT(made.errors, IsEmpty());
    EXPECT_THAT(made.warnings, IsEmpty());
    EXPECT_EQ(made.identities.way, identity_way::open_door);
    const auto& format = made.schema->shown().at("properties").at("disk_format");
    EXPECT_EQ(boost::json::serialize(format.at("enum")), R"([null,"raw"])");
}

TEST(foundation, says_everything_that_is_in_the_way_of_a_start) {
    settings options;
    options.policy_file = "/no/such/policy.yaml";
    options.paste_flavor = "keystone";
    options.schema_text = "{";
    EXPECT_THAT(make_foundation(options).errors,
                ElementsAre(HasSubstr("/no/such/policy.yaml: cannot be read: No such file"),
                            HasSubstr("schema-image.json"), HasSubstr("auth_url must be"),
                            HasSubstr("auth_type must be")));
}

TEST(foundation, refuses_a_hash_that_nobody_knows) {
    settings options;
    options.hashing_algorithm = "shake_128";
    EXPECT_THAT(make_foundation(options).errors, ElementsAre(HasSubstr("hashing_algorithm")));
}

TEST(foundation, warns_of_an_open_door) {
    settings options;
    options.listen.emplace_back();
    ASSERT_EQ(parse_listen_address("0.0.0.0:9292", options.listen.back()), "");
    EXPECT_THAT(make_foundation(options).warnings,
                ElementsAre(HasSubstr("makes everybody an admin")));
}

}  // namespace
}  // namespace glimt
