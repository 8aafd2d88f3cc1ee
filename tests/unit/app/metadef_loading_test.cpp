// SPDX-License-Identifier: Apache-2.0
#include "app/metadef_loading.hpp"

#include "app/database_sync.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace glimt {
namespace {

using ::testing::HasSubstr;
using ::testing::internal::CaptureStderr;
using ::testing::internal::CaptureStdout;
using ::testing::internal::GetCapturedStderr;
using ::testing::internal::GetCapturedStdout;

// A folder of files, and a database beside it.
class metadef_loading : public ::testing::Test {
protected:
    metadef_loading() {
        std::string name = (std::filesystem::temp_directory_path() / "glimt-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        loaded_.values.database_connection = "sqlite:///" + file("glance.sqlite");
        loaded_.values.sqlite_synchronous = false;
        CaptureStdout();
        EXPECT_EQ(sync_database(loaded_), exit_status::done);
        GetCapturedStdout();
    }
    ~metadef_loading() override { std::filesystem::remove_all(folder_); }

    std::string file(const std::string& name) const { return folder_ + "/" + name; }

    void write(const std::string& name, const std::string& text) {
        std::ofstream(file(name)) << text;
    }

    exit_status load(glimt::metadef_loading asked) {
        CaptureStdout();
        CaptureStderr();
        const exit_status status = load_metadefs(loaded_, asked);
        said_ = GetCapturedStdout();
        complained_ = GetCapturedStderr();
        return status;
    }
    exit_status load() { return load({.path = folder_}); }

    std::string folder_;
    loaded_settings loaded_;
    std::string said_, complained_;
};

TEST_F(metadef_loading, a_folder_is_loaded_once) {
    write("b.json", R"({"namespace": "B"})");
    write("a.json", R"({"namespace": "A", "tags": [{"name": "t"}]})");
    write("README", "not JSON");
    EXPECT_EQ(load(), exit_status::done);
    EXPECT_EQ(complained_, "");
    EXPECT_EQ(said_, file("a.json") + ": A added\n" + file("b.json") + ": B added\n");
    EXPECT_EQ(load(), exit_status::done);
    EXPECT_EQ(said_, file("a.json") + ": A is there already\n" + file("b.json") +
                         ": B is there already\n");
    EXPECT_EQ(load({.path = file("a.json"), .merge = true}), exit_status::done);
    EXPECT_EQ(said_, file("a.json") + ": A merged\n");
    EXPECT_EQ(load({.path = file("a.json"), .merge = true, .overwrite = true}), exit_status::done);
    EXPECT_EQ(said_, file("a.json") + ": A replaced\n");
    loaded_.values.metadata_source_path = folder_;
    EXPECT_EQ(load({}), exit_status::done);
    EXPECT_THAT(said_, HasSubstr(": B is there already\n"));
}

TEST_F(metadef_loading, a_file_that_cannot_be_loaded_does_not_keep_the_others_out) {
    write("a.json", "{\n \"namespace\": \"A\",\n}");
    write("b.json", R"({"namespace": "B"} x)");
    write("c.json", "");
    write("d.json", R"({"display_name": "D"})");
    write("e.json", R"({"namespace": "E", "tags": [{"name": "t"}, {"name": "t"}]})");
    write("f.json", std::string((4 << 20) + 1, ' '));
    write("g.json", R"({"namespace": "G"})");
    EXPECT_EQ(load(), exit_status::failed);
    EXPECT_EQ(said_, file("g.json") + ": G added\n");
    for (const std::string each :
         {"a.json: It is not JSON: ", " in line 3.\n", "b.json: It is not JSON: ", "in line 1.\n",
          "c.json: It is empty, or cannot be read.\n",
          "d.json: Provided object does not match schema 'namespace': 'namespace' is a required",
          "e.json: Two things of a kind in it have one name.\n",
          "f.json: It has more than 4194304 bytes.\n"})
        EXPECT_THAT(complained_, HasSubstr(each));
}

TEST_F(metadef_loading, there_has_to_be_something_and_somewhere_to_put_it) {
    EXPECT_EQ(load({.path = file("none")}), exit_status::failed);
    EXPECT_EQ(complained_, "glimt: " + file("none") + ": There are no *.json files here.\n");
    loaded_.values.database_connection = "sqlite:///" + file("none/glance.sqlite");
    write("a.json", R"({"namespace": "A"})");
    EXPECT_EQ(load(), exit_status::failed);
    EXPECT_EQ(said_, "");
    EXPECT_THAT(complained_, HasSubstr("glimt: "));
    loaded_.values.database_connection = "";
    EXPECT_EQ(load(), exit_status::configuration);
    EXPECT_THAT(complained_, HasSubstr("There is no database that would last"));
}

}  // namespace
}  // namespace glimt
