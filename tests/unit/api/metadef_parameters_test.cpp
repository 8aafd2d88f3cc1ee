// SPDX-License-Identifier: Apache-2.0
//
// What the tests of the lists do not see.
#include "api/metadef_parameters.hpp"

#include <gmock/gmock.h>

namespace glimt {
namespace {

using ::testing::ElementsAre;

query_parameters parameters(std::string_view query) {
    return query_parameters::parse(query).value();
}

TEST(metadef_parameters, of_paging_the_first_counts_and_of_filters_the_last) {
    const auto query = read_namespace_query(
        parameters("limit=1&limit=2&marker=a&marker=b&sort_key=owner&sort_key=id&sort_dir=asc&"
                   "sort_dir=desc&visibility=private&visibility=public&resource_types=R&"
                   "resource_types=S,"),
        {});
    EXPECT_EQ(query.limit, 1U);
    EXPECT_EQ(query.marker, "a");
    EXPECT_EQ(query.order, namespace_order::owner);
    EXPECT_FALSE(query.descending);
    EXPECT_EQ(query.is_public, true);
    EXPECT_THAT(*query.resource_types, ElementsAre("S", ""));
}

TEST(metadef_parameters, a_limit_is_no_more_than_the_most) {
    const page_sizes sizes{.unsaid = 5, .most = 10};
    EXPECT_EQ(read_namespace_query(parameters(""), sizes).limit, 5U);
    EXPECT_EQ(read_namespace_query(parameters("limit=7"), sizes).limit, 7U);
    EXPECT_EQ(read_namespace_query(parameters("limit=99999999999999999999"), sizes).limit, 10U);
}

TEST(metadef_parameters, tags_that_are_alike_stay_in_the_order_they_were_made_in) {
    const timestamp early(std::chrono::seconds(1)), late(std::chrono::seconds(2));
    const std::vector<metadef_tag> newest_first = {
        {"d", late, early}, {"c", late, std::nullopt}, {"b", early, late}, {"a", early, late}};
    const struct {
        const char* query;
        std::vector<std::string> names;
    } cases[] = {
        {"", {"d", "c", "b", "a"}},
        {"sort_dir=asc", {"a", "b", "c", "d"}},
        {"sort_key=updated_at", {"b", "a", "d", "c"}},
        {"sort_key=updated_at&sort_dir=asc", {"c", "d", "a", "b"}},
        {"sort_key=updated_at&marker=a&limit=1", {"d"}},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.query);
        std::vector<std::string> names;
        const auto page = page_of(newest_first, read_tag_query(parameters(one.query)));
        for (const metadef_tag& each : *page) names.push_back(each.name);
        EXPECT_EQ(names, one.names);
    }
    EXPECT_FALSE(page_of(newest_first, read_tag_query(parameters("marker=x"))));
}

}  // namespace
}  // namespace glimt
