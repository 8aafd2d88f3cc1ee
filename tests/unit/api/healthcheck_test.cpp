// SPDX-License-Identifier: Apache-2.0
//
// What the answers look like is in glance_test.
#include "api/healthcheck.hpp"

#include "api_fixture.hpp"

#include <filesystem>

using namespace glimt;

namespace {

TEST(healthcheck_test, owns_its_path_and_what_is_below_it) {
    struct path_case {
        const char* path;
        bool owned;
    };
    const path_case cases[] = {{"/healthcheck", true},     {"/healthcheck/", true},
                               {"/healthcheck/x", true},   {"//healthcheck", true},
                               {"/healthcheckx", false},   {"/Healthcheck", false},
                               {"/v2/healthcheck", false}, {"/", false}};
    for (const path_case& one : cases) {
        SCOPED_TRACE(one.path);
        EXPECT_EQ(names_healthcheck(one.path), one.owned);
    }
}

struct exists_test : glimt::testing::loop_fixture {
    bool asked(const std::filesystem::path& path) {
        bool found = false;
        const std::string name = path.string();
        auto call = [&]() -> task<> { found = co_await exists(loop, name); };
        run(call());
        return found;
    }
};

TEST_F(exists_test, follows_links_and_takes_errors_for_absence) {
    const std::filesystem::path here =
        std::filesystem::path(::testing::TempDir()) / ("exists_test." + std::to_string(::getpid()));
    std::filesystem::create_directory(here);
    std::filesystem::create_symlink(here, here / "to_here");
    std::filesystem::create_symlink(here / "nothing", here / "to_nothing");
    EXPECT_TRUE(asked(here));
    EXPECT_TRUE(asked(here / "to_here"));
    EXPECT_FALSE(asked(here / "nothing"));
    EXPECT_FALSE(asked(here / "to_nothing"));
    EXPECT_FALSE(asked(here / std::string(300, 'x')));
    std::filesystem::remove_all(here);
}

}  // namespace
