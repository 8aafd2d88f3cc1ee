// SPDX-License-Identifier: Apache-2.0
#include "config/store_settings.hpp"

#include "config/config_error.hpp"
#include "config/option_lookup.hpp"
#include "config/option_table.hpp"
#include "config/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glimt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

struct outcome {
    std::vector<store_settings> stores;
    std::vector<std::string> errors;
};

outcome read(std::string_view text, const settings& values, environment_lookup environment = {}) {
    option_layers layers;
    layers.files.push_back(read_oslo_ini(text, "f"));
    layers.environment = std::move(environment);
    const auto shapes = option_shapes();
    std::vector<config_error> errors;
    outcome result{read_stores(option_lookup(layers, shapes), values, errors), {}};
    for (const auto& each : errors) result.errors.push_back(to_string(each));
    return result;
}

settings with_backends(dictionary enabled, std::string preferred) {
    settings values;
    values.enabled_backends = std::move(enabled);
    values.default_backend = std::move(preferred);
    return values;
}

std::vector<std::string> names(const std::vector<store_settings>& stores) {
    std::vector<std::string> all;
    for (const auto& each : stores)
        all.push_back(each.id + ":" + each.driver + (each.is_default ? "!" : ""));
    return all;
}

TEST(store_settings, without_backends_the_drivers_of_glance_store_are_the_stores) {
    const auto read_them = read(
        "[glance_store]\nfilesystem_store_datadir = /images\nfilesystem_store_file_perm = 640\n"
        "https_insecure = false\nhttp_proxy_information = http:proxy,https:other\n",
        settings());
    EXPECT_THAT(read_them.errors, IsEmpty());
    EXPECT_THAT(names(read_them.stores), ElementsAre(":file!", ":http"));
    const auto& file = read_them.stores.front();
    EXPECT_EQ(file.filesystem_store_datadir, "/images");
    EXPECT_EQ(file.filesystem_store_file_perm, 640);
    EXPECT_EQ(file.filesystem_store_chunk_size, 65536u);
    const auto& http = read_them.stores.back();
    EXPECT_FALSE(http.https_insecure);
    EXPECT_THAT(http.http_proxy_information,
                ElementsAre(Pair("http", "proxy"), Pair("https", "other")));
}

TEST(store_settings, each_backend_has_the_options_of_its_group_else_of_backend_defaults) {
    const auto read_them = read(
        "[backend_defaults]\nfilesystem_store_datadir = /shared\nweight = 3\n"
        "filesystem_store_chunk_size = 4096\n"
        "[fast]\nfilesystem_store_datadir = /fast\nstore_description = quick\n"
        "[cheap]\nweight = -7\nfilesystem_thin_provisioning = true\n"
        "[glance_store]\nfilesystem_store_datadir = /old\nstore_description = old\n",
        with_backends({{"fast", "file"}, {"cheap", "file"}, {"web", "http"}}, "cheap"));
    EXPECT_THAT(read_them.errors, IsEmpty());
    EXPECT_THAT(names(read_them.stores), ElementsAre("fast:file", "cheap:file!", "web:http"));
    const auto& fast = read_them.stores[0];
    EXPECT_EQ(fast.filesystem_store_datadir, "/fast");
    EXPECT_EQ(fast.store_description, "quick");
    EXPECT_EQ(fast.weight, 3);
    EXPECT_EQ(fast.filesystem_store_chunk_size, 4096u);
    const auto& cheap = read_them.stores[1];
    EXPECT_EQ(cheap.filesystem_store_datadir, "/shared");
    EXPECT_EQ(cheap.store_description, "");
    EXPECT_EQ(cheap.weight, -7);
    EXPECT_TRUE(cheap.filesystem_thin_provisioning);
    EXPECT_EQ(read_them.stores[2].weight, 3);
}

TEST(store_settings, each_line_of_datadirs_is_a_folder) {
    constexpr auto of_default =
        "[glance_store]\nfilesystem_store_datadirs = /a:10\nfilesystem_store_datadirs = /b\n";
    const auto single = read(of_default, settings());
    EXPECT_THAT(single.stores.front().filesystem_store_datadirs, ElementsAre("/a:10", "/b"));
    // Those of a group stand for themselves; nothing is added from the defaults.
    const auto several = read(
        "[backend_defaults]\nfilesystem_store_datadirs = /d:1\nfilesystem_store_datadirs = /e:2\n"
        "[one]\nfilesystem_store_datadirs = /f\n",
        with_backends({{"one", "file"}, {"two", "file"}}, "one"));
    EXPECT_THAT(several.errors, IsEmpty());
    EXPECT_THAT(several.stores[0].filesystem_store_datadirs, ElementsAre("/f"));
    EXPECT_THAT(several.stores[1].filesystem_store_datadirs, ElementsAre("/d:1", "/e:2"));
}

TEST(store_settings, the_environment_beats_the_file) {
    const auto environment = [](std::string_view name) -> std::optional<std::string> {
        if (name == "OS_FAST__WEIGHT") return "9";
        return std::nullopt;
    };
    const auto read_them =
        read("[fast]\nweight = 1\n", with_backends({{"fast", "file"}}, "fast"), environment);
    EXPECT_EQ(read_them.stores.front().weight, 9);
}

TEST(store_settings, what_keeps_glance_from_starting_is_told) {
    settings no_default;
    no_default.default_store = "rbd";
    settings unknown;
    unknown.glance_stores = {"file", "tape"};
    constexpr auto backends = "[DEFAULT] enabled_backends";
    const struct {
        const char* what;
        settings values;
        const char* text;
        std::vector<std::string> expected;
    } cases[] = {
        {"a reserved name",
         with_backends({{"os_glance_staging_store", "file"}}, "os_glance_staging_store"),
         "",
         {std::string(backends) + ": 'os_glance_staging_store' is a reserved name"}},
        {"an unknown driver",
         with_backends({{"a", "tape"}}, "a"),
         "",
         {std::string(backends) + ": 'tape' is no store driver"}},
        {"no default",
         with_backends({{"a", "file"}}, ""),
         "",
         {"[glance_store] default_backend: must be one of enabled_backends"}},
        {"an unknown default",
         with_backends({{"a", "file"}}, "b"),
         "",
         {"[glance_store] default_backend: must be one of enabled_backends"}},
        {"a default that is none of the stores",
         no_default,
         "",
         {"[glance_store] default_store: must be one of [glance_store] stores"}},
        {"an unknown driver in the old way",
         unknown,
         "",
         {"[glance_store] stores: 'tape' is no store driver"}},
        {"values out of bounds",
         with_backends({{"a", "file"}}, "a"),
         "[a]\nweight = much\nfilesystem_store_chunk_size = 0\nfilesystem_store_file_perm = 778\n",
         {"f:2: weight: is not a whole number", "f:4: filesystem_store_file_perm: must be 0 to 777",
          "f:3: filesystem_store_chunk_size: must be 1 to 2147483647"}},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        EXPECT_EQ(read(c.text, c.values).errors, c.expected);
    }
}

TEST(store_settings, options_are_known_in_the_groups_of_stores_alone) {
    const auto values = with_backends({{"fast", "file"}}, "fast");
    for (const char* group : {"fast", "glance_store", "backend_defaults"})
        EXPECT_TRUE(is_store_option(group, "filesystem_store_datadir", values)) << group;
    EXPECT_FALSE(is_store_option("slow", "filesystem_store_datadir", values));
    EXPECT_FALSE(is_store_option("DEFAULT", "weight", values));
    EXPECT_FALSE(is_store_option("fast", "rbd_store_pool", values));
}

}  // namespace
}  // namespace glimt
