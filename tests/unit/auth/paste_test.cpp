// SPDX-License-Identifier: Apache-2.0
#include "auth/paste.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace glimt {
namespace {

using testing::HasSubstr;

// The kinds' first letters would do, but words read better.
std::string_view word_of(paste_filter kind) {
    switch (kind) {
        case paste_filter::authtoken: return "authtoken";
        case paste_filter::fakeauth: return "fakeauth";
        case paste_filter::context: return "context";
        case paste_filter::unauthenticated_context: return "open";
        case paste_filter::cors: return "cors";
        case paste_filter::healthcheck: return "healthcheck";
        case paste_filter::http_proxy_to_wsgi: return "proxy";
        case paste_filter::version_negotiation: return "versions";
        case paste_filter::gzip: return "gzip";
        case paste_filter::cache: return "cache";
        case paste_filter::cache_management: return "cachemanage";
        case paste_filter::osprofiler: return "osprofiler";
        case paste_filter::unknown: return "unknown";
    }
    return "?";
}

// The filters in order, or the first error.
std::string read(std::string_view text, const std::string& path, std::string_view flavor = "") {
    const auto pipeline = read_paste_pipeline(text, path, flavor);
    if (!pipeline.errors.empty()) return to_string(pipeline.errors[0]);
    std::string words;
    for (const auto& each : pipeline.filters) words.append(word_of(each.kind)).append(" ");
    return words;
}

std::string known_filters() {
    return "[composite:rootapp]\n/: versions\n/v2: api\n[app:versions]\nx = y\n[app:api]\n"
           "[filter:context]\n"
           "paste.filter_factory = glance.api.middleware.context:ContextMiddleware.factory\n"
           "[filter:open]\npaste.filter_factory =\n"
           " glance.api.middleware.context:UnauthenticatedContextMiddleware.factory\n"
           "[filter:fakeauth]\n"
           "paste.filter_factory = glance.tests.utils:FakeAuthMiddleware.factory\n"
           "[filter:authtoken]\n"
           "paste.filter_factory = keystonemiddleware.auth_token:filter_factory\n"
           "[filter:again]\nuse = authtoken\n[filter:circle]\nuse = circle\n"
           "[filter:odd]\npaste.filter_factory = site.filters:odd\n"
           "[filter:nothing]\nx = y\n[filter:wrapped]\nfilter-with = context\nuse = odd\n";
}

TEST(paste, reads_glances_own_file) {
    std::ifstream in(GLIMT_TEST_DATA "/auth/glance-api-paste.ini");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const struct {
        const char* flavor;
        const char* filters;
    } cases[] = {
        {"", "cors healthcheck proxy versions osprofiler open "},
        {"caching", "cors healthcheck proxy versions osprofiler open cache "},
        {"cachemanagement", "cors healthcheck proxy versions osprofiler open cache cachemanage "},
        {"keystone", "cors healthcheck proxy versions osprofiler authtoken context "},
        {"keystone+caching", "cors healthcheck proxy versions osprofiler authtoken context cache "},
        {"keystone+cachemanagement",
         "cors healthcheck proxy versions osprofiler authtoken context cache cachemanage "},
        {"fakeauth",
         "p: there is no [pipeline:glance-api-fakeauth] or "
         "[composite:glance-api-fakeauth]"},
    };
    for (const auto& c : cases) EXPECT_EQ(read(text, "p", c.flavor), c.filters) << c.flavor;
}

TEST(paste, without_a_file_has_the_pipelines_glance_ships) {
    EXPECT_EQ(read("", ""), "cors proxy versions osprofiler open ");
    EXPECT_EQ(read("", "", "caching"), "cors proxy versions osprofiler open cache ");
    EXPECT_EQ(read("", "", "cachemanagement"),
              "cors proxy versions osprofiler open cache cachemanage ");
    EXPECT_EQ(read("", "", "keystone"), "cors proxy versions osprofiler authtoken context ");
    EXPECT_EQ(read("", "", "keystone+caching"),
              "cors proxy versions osprofiler authtoken context cache ");
    EXPECT_EQ(read("", "", "keystone+cachemanagement"),
              "cors proxy versions osprofiler authtoken context cache cachemanage ");
    EXPECT_EQ(read("", "", "none"),
              "glimt's own pipelines: there is no [pipeline:glance-api-none] "
              "or [composite:glance-api-none]");
}

TEST(paste, reads_pipelines_in_every_form) {
    const struct {
        const char* what;
        const char* text;
        const char* filters;
    } cases[] = {
        {"one line", "[pipeline:glance-api]\npipeline = authtoken context rootapp\n",
         "authtoken context "},
        {"a line for each", "[pipeline:glance-api]\npipeline =\n  fakeauth\n\tcontext\n  rootapp\n",
         "fakeauth context "},
        {"empty lines and comments in between",
         "[pipeline:glance-api]\npipeline =\n  fakeauth\n\n  # odd\n; odd\n  context\n rootapp\n",
         "fakeauth context "},
        {"a comment behind a section",
         "[pipeline:glance-api]\npipeline = authtoken context rootapp\n"
         "[pipeline:other] # another\npipeline = open rootapp\n",
         "authtoken context "},
        {"names with case",
         "[pipeline:glance-api]\npipeline = authtoken context rootapp\n"
         "[pipeline:GLANCE-API]\npipeline = open rootapp\n",
         "authtoken context "},
        {"everything further in", "  [pipeline:glance-api]\n  pipeline: context\n    rootapp\n",
         "context "},
        {"carriage returns", "[pipeline:glance-api]\r\npipeline = context rootapp\r\n", "context "},
        {"no filter", "[pipeline:glance-api]\npipeline = rootapp\n", ""},
        {"an app alone", "[app:glance-api]\n", ""},
        {"a composite of newer files",
         "[composite:glance-api]\npaste.composite_factory = glance.api:root_app_factory\n/: outer\n"
         "/healthcheck: healthcheck\n[pipeline:outer]\npipeline = open rootapp\n",
         "open "},
        {"/v2 of a composite goes before /",
         "[composite:glance-api]\n/ = one\n/v2 = two\n[pipeline:one]\npipeline = open rootapp\n"
         "[pipeline:two]\npipeline = authtoken context rootapp\n",
         "authtoken context "},
        {"a pipeline in a pipeline",
         "[pipeline:glance-api]\npipeline = authtoken inner\n"
         "[pipeline:inner]\npipeline = context rootapp\n",
         "authtoken context "},
        {"a filter that uses another", "[pipeline:glance-api]\npipeline = again context rootapp\n",
         "authtoken context "},
        {"an egg", "[pipeline:glance-api]\npipeline = egg:oslo.middleware#cors open rootapp\n",
         "cors open "},
        {"an unknown filter", "[pipeline:glance-api]\npipeline = odd egg:a#b open rootapp\n",
         "unknown unknown open "},
        {"the same filter twice", "[pipeline:glance-api]\npipeline = open open rootapp\n",
         "open open "},
    };
    for (const auto& c : cases) EXPECT_EQ(read(c.text + known_filters(), "p"), c.filters) << c.what;
}

TEST(paste, refuses_what_it_cannot_follow_to_the_end) {
    const struct {
        const char* what;
        const char* text;
        const char* error;
    } cases[] = {
        {"nothing", "", "there is no [pipeline:glance-api] or [composite:glance-api]"},
        {"an empty pipeline", "[pipeline:glance-api]\npipeline =\n",
         "[pipeline:glance-api] names nothing"},
        {"no pipeline", "[pipeline:glance-api]\nx = y\n", "[pipeline:glance-api] names nothing"},
        {"a filter at the end", "[pipeline:glance-api]\npipeline = context authtoken\n",
         "there is no [pipeline:authtoken] or [composite:authtoken]"},
        {"a line that is nothing", "[pipeline:glance-api]\npipeline = open rootapp\nodd\n",
         "p:3: expected 'name = value'"},
        {"a value without a section", "pipeline = open rootapp\n[pipeline:glance-api]\n",
         "p:1: a [section] must come before the first value"},
        {"a name that comes back",
         "[pipeline:glance-api]\npipeline = open rootapp\npipeline = context rootapp\n",
         "p:3: this name is there already"},
        {"a section that comes back",
         "[pipeline:glance-api]\n[x]\n[pipeline:glance-api]\npipeline = context rootapp\n",
         "p:3: this section is there already"},
        {"two of a name", "[pipeline:glance-api]\npipeline = open rootapp\n[app:glance-api]\n",
         "glance-api is both [pipeline:] and [app:]"},
        {"a comment behind a filter", "[pipeline:glance-api]\npipeline = open # odd rootapp\n",
         "there is no [filter:#] that says what makes it"},
        {"a filter that is not there", "[pipeline:glance-api]\npipeline = gone rootapp\n",
         "there is no [filter:gone] that says what makes it"},
        {"a filter that nothing makes", "[pipeline:glance-api]\npipeline = nothing rootapp\n",
         "there is no [filter:nothing] that says what makes it"},
        {"a filter in a circle", "[pipeline:glance-api]\npipeline = circle rootapp\n",
         "there is no [filter:circle] that says what makes it"},
        {"a pipeline in a circle", "[pipeline:glance-api]\npipeline = open glance-api\n",
         "glance-api leads to itself"},
        {"a composite in a circle", "[composite:glance-api]\n/: glance-api\n",
         "glance-api leads to itself"},
        {"a composite without us", "[composite:glance-api]\n/v1: api\n",
         "[composite:glance-api] has no '/': /v2 is not served"},
        {"filter-app", "[filter-app:glance-api]\nuse = open\nnext = rootapp\n",
         "[filter-app:glance-api] is not supported"},
        {"filter-with of an app", "[app:glance-api]\nfilter-with = authtoken\n",
         "[app:glance-api] filter-with is not supported"},
        {"filter-with of a filter", "[pipeline:glance-api]\npipeline = wrapped rootapp\n",
         "[filter:wrapped] filter-with is not supported"},
    };
    for (const auto& c : cases)
        EXPECT_THAT(read(c.text + known_filters(), "p"), HasSubstr(c.error)) << c.what;
}

TEST(paste, is_bounded) {
    std::string many = "[pipeline:glance-api]\npipeline =";
    for (int i = 0; i < 99; ++i) many += " open";
    EXPECT_THAT(read(many + " rootapp\n" + known_filters(), "p"), HasSubstr("open open "));
    EXPECT_THAT(read(many + " open rootapp\n" + known_filters(), "p"),
                HasSubstr("[pipeline:glance-api] names too many"));
    const std::string lines(9'999, '\n');
    EXPECT_EQ(read(lines + "odd", "p"), "p:10000: a [section] must come before the first value");
    EXPECT_EQ(read(lines + "\nodd", "p"), "p:10001: there are too many lines");
}

TEST(paste, takes_any_bytes) {
    std::string text = known_filters() + "[pipeline:glance-api]\npipeline = odd open rootapp\n";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        const auto pipeline = read_paste_pipeline(text.substr(0, cut), "p", "");
        EXPECT_TRUE(!pipeline.errors.empty() || pipeline.filters.size() == 2) << cut;
    }
    EXPECT_NE(read(std::string("[\0]\r[]]\n=\n:", 11), "p"), "");
}

}  // namespace
}  // namespace glimt
