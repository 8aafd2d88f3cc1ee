// SPDX-License-Identifier: Apache-2.0
// What every database does with metadata definitions (contract 1.27).
#include "catalog/metadef_catalog.hpp"
#include "unit/catalog/support/drivers.hpp"

#include <gmock/gmock.h>

namespace glimt::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

metadef_namespace namespace_named(std::string name, int when, bool is_public = false) {
    metadef_namespace made;
    made.name = std::move(name);
    made.owner = "ours";
    made.is_public = is_public;
    made.created_at = at(when);
    made.updated_at = made.created_at;
    return made;
}

metadef_object object_named(std::string name) {
    metadef_object made;
    made.name = std::move(name);
    made.description = "about it";
    made.required = {"a", "b"};
    made.properties = boost::json::object{{"a", {{"type", "string"}}}};
    made.created_at = at(1);
    made.updated_at = made.created_at;
    return made;
}

metadef_property property_named(std::string name) {
    metadef_property made;
    made.name = std::move(name);
    made.schema = {{"type", "integer"}, {"minimum", 1}};
    made.created_at = at(1);
    made.updated_at = made.created_at;
    return made;
}

metadef_association about(std::string type) {
    metadef_association made;
    made.resource_type = std::move(type);
    made.prefix = "hw_";
    made.created_at = at(1);
    made.updated_at = made.created_at;
    return made;
}

metadef_tag tag_named(std::string name, int when) { return {std::move(name), at(when), at(when)}; }

template <class Things>
std::vector<std::string> names_of(const Things& things) {
    std::vector<std::string> names;
    for (const auto& one : things) names.push_back(one.name);
    return names;
}

class metadef_contract : public driver_fixture {
protected:
    metadef_catalog definitions{*here};

    task<std::int64_t> insert(metadef_namespace made, metadef_contents contents = {}) {
        const std::string name = made.name;
        EXPECT_EQ(co_await definitions.insert(std::move(made), std::move(contents)),
                  insert_outcome::inserted);
        const auto found = co_await definitions.find(name, admin);
        co_return found ? found->id : 0;
    }

    // The names in a page; "?" alone when the marker is unknown.
    task<std::vector<std::string>> list(namespace_query query) {
        const auto page = co_await definitions.list(std::move(query));
        std::vector<std::string> names;
        if (!page) names.push_back("?");
        if (page)
            for (const listed_namespace& one : *page) names.push_back(one.value.name);
        co_return names;
    }
};

TEST_P(metadef_contract, a_namespace_is_made_with_everything_in_it_or_not_at_all) {
    auto body = [this]() -> task<> {
        metadef_contents contents;
        contents.objects = {object_named("o2"), object_named("o1")};
        contents.properties = {property_named("p")};
        contents.tags = {tag_named("t1", 1), tag_named("t2", 2)};
        contents.associations = {about("OS::Glance::Image")};
        metadef_namespace made = namespace_named("n", 3);
        made.display_name = "N";
        made.is_protected = true;
        const std::int64_t id = co_await insert(made, contents);
        const auto found = co_await definitions.find("n", ours);
        EXPECT_TRUE(found && found->is_protected && !found->is_public);
        EXPECT_EQ(found->display_name, "N");
        EXPECT_EQ(found->description, std::nullopt);
        EXPECT_EQ(found->created_at, at(3));
        const metadef_contents all = co_await definitions.contents(id);
        EXPECT_THAT(names_of(all.objects), ElementsAre("o2", "o1"));
        EXPECT_EQ(all.objects.at(0).properties, contents.objects[0].properties);
        EXPECT_THAT(*all.objects.at(0).required, ElementsAre("a", "b"));
        EXPECT_EQ(all.properties.at(0).schema, contents.properties[0].schema);
        EXPECT_THAT(names_of(all.tags), ElementsAre("t2", "t1"));
        EXPECT_EQ(all.associations.at(0).resource_type, "OS::Glance::Image");
        EXPECT_EQ(all.associations.at(0).prefix, "hw_");

        const metadef_namespace again = namespace_named("n", 4);
        EXPECT_EQ(co_await definitions.insert(again, {}), insert_outcome::duplicate);
        const metadef_namespace other = namespace_named("other", 4);
        contents.tags = {tag_named("t", 1), tag_named("t", 1)};
        EXPECT_EQ(co_await definitions.insert(other, contents), insert_outcome::duplicate);
        EXPECT_FALSE(co_await definitions.find("other", admin));
    };
    run(body());
}

TEST_P(metadef_contract, namespaces_are_shown_to_their_project_and_public_ones_to_all) {
    auto body = [this]() -> task<> {
        co_await insert(namespace_named("b", 1));
        co_await insert(namespace_named("a", 2, true));
        metadef_contents typed;
        typed.associations = {about("OS::Nova::Flavor")};
        co_await insert(namespace_named("c", 3), typed);
        EXPECT_FALSE(co_await definitions.find("b", theirs));
        EXPECT_TRUE(co_await definitions.find("a", theirs));
        namespace_query query;
        query.viewer = theirs;
        EXPECT_THAT(co_await list(query), ElementsAre("a"));
        query.viewer = ours;
        EXPECT_THAT(co_await list(query), ElementsAre("c", "a", "b"));
        query.is_public = false;
        EXPECT_THAT(co_await list(query), ElementsAre("c", "b"));
        query.is_public.reset();
        query.order = namespace_order::name;
        query.descending = false;
        query.limit = 2;
        EXPECT_THAT(co_await list(query), ElementsAre("a", "b"));
        query.marker = "b";
        EXPECT_THAT(co_await list(query), ElementsAre("c"));
        query.marker = "c";
        EXPECT_THAT(co_await list(query), IsEmpty());
        query.marker = "d";
        EXPECT_THAT(co_await list(query), ElementsAre("?"));
        query.marker.reset();
        query.resource_types = std::vector<std::string>{"OS::Nova::Flavor", "x"};
        EXPECT_THAT(co_await list(query), ElementsAre("c"));
        const auto page = co_await definitions.list(query);
        EXPECT_EQ(page->at(0).associations.at(0).resource_type, "OS::Nova::Flavor");
        query.resource_types->clear();
        EXPECT_THAT(co_await list(query), IsEmpty());
    };
    run(body());
}

TEST_P(metadef_contract, a_namespace_is_renamed_unless_the_name_is_taken) {
    auto body = [this]() -> task<> {
        metadef_namespace changed = namespace_named("a", 1);
        changed.id = co_await insert(changed);
        co_await insert(namespace_named("b", 1));
        changed.name = "b";
        EXPECT_EQ(co_await definitions.update(changed), save_outcome::conflict);
        changed.name = "c";
        changed.created_at = at(9);
        changed.updated_at = changed.created_at;
        EXPECT_EQ(co_await definitions.update(changed), save_outcome::saved);
        EXPECT_FALSE(co_await definitions.find("a", admin));
        const auto found = co_await definitions.find("c", admin);
        EXPECT_EQ(found->created_at, at(1));
        EXPECT_EQ(found->updated_at, at(9));
        changed.id = 1000;
        changed.name = "d";
        EXPECT_EQ(co_await definitions.update(changed), save_outcome::gone);
    };
    run(body());
}

TEST_P(metadef_contract, a_removed_namespace_leaves_nothing_but_the_resource_type) {
    auto body = [this]() -> task<> {
        metadef_contents contents;
        contents.objects = {object_named("o")};
        contents.properties = {property_named("p")};
        contents.tags = {tag_named("t", 1)};
        contents.associations = {about("type")};
        const std::int64_t id = co_await insert(namespace_named("n", 1), contents);
        EXPECT_TRUE(co_await definitions.remove(id));
        EXPECT_FALSE(co_await definitions.remove(id));
        const metadef_contents all = co_await definitions.contents(id);
        EXPECT_TRUE(all.objects.empty() && all.properties.empty() && all.tags.empty() &&
                    all.associations.empty());
        EXPECT_THAT(names_of(co_await definitions.resource_types()), ElementsAre("type"));
    };
    run(body());
}

TEST_P(metadef_contract, objects_and_properties_have_one_name_each) {
    auto body = [this]() -> task<> {
        const std::int64_t id = co_await insert(namespace_named("n", 1));
        const std::int64_t elsewhere = co_await insert(namespace_named("m", 1));
        const metadef_object one = object_named("one"), two = object_named("two");
        EXPECT_EQ(co_await definitions.insert_object(id, one), insert_outcome::inserted);
        EXPECT_EQ(co_await definitions.insert_object(id, one), insert_outcome::duplicate);
        EXPECT_EQ(co_await definitions.insert_object(elsewhere, one), insert_outcome::inserted);
        EXPECT_EQ(co_await definitions.insert_object(id, two), insert_outcome::inserted);
        EXPECT_EQ(co_await definitions.update_object(id, "one", two), save_outcome::conflict);
        EXPECT_EQ(co_await definitions.update_object(id, "none", two), save_outcome::gone);
        metadef_object three = object_named("three");
        three.required.reset();
        EXPECT_EQ(co_await definitions.update_object(id, "one", three), save_outcome::saved);
        EXPECT_THAT(*(co_await definitions.object(id, "three"))->required, IsEmpty());
        EXPECT_FALSE(co_await definitions.object(id, "one"));
        EXPECT_THAT(names_of(co_await definitions.objects(id)), ElementsAre("three", "two"));
        EXPECT_TRUE(co_await definitions.remove_one(metadef_kind::object, id, "two"));
        EXPECT_FALSE(co_await definitions.remove_one(metadef_kind::object, id, "two"));

        const metadef_property p = property_named("p"), q = property_named("q");
        EXPECT_EQ(co_await definitions.insert_property(id, p), insert_outcome::inserted);
        EXPECT_EQ(co_await definitions.insert_property(id, p), insert_outcome::duplicate);
        EXPECT_EQ(co_await definitions.update_property(id, "p", q), save_outcome::saved);
        EXPECT_TRUE(co_await definitions.property(id, "q"));
        EXPECT_THAT(names_of(co_await definitions.properties(id)), ElementsAre("q"));
        EXPECT_EQ(co_await definitions.remove_all(metadef_kind::property, id), 1);
        EXPECT_EQ((co_await definitions.objects(elsewhere)).size(), 1U);
    };
    run(body());
}

TEST_P(metadef_contract, tags_are_replaced_or_added_as_a_whole) {
    auto body = [this]() -> task<> {
        const std::int64_t id = co_await insert(namespace_named("n", 1));
        const std::vector<metadef_tag> first{tag_named("a", 1), tag_named("b", 2)};
        const std::vector<metadef_tag> more{tag_named("c", 3)}, clash{tag_named("d", 4), first[0]};
        EXPECT_EQ(co_await definitions.insert_tags(id, first, true), insert_outcome::inserted);
        EXPECT_EQ(co_await definitions.insert_tags(id, more, false), insert_outcome::inserted);
        EXPECT_EQ(co_await definitions.insert_tags(id, clash, false), insert_outcome::duplicate);
        EXPECT_THAT(names_of(co_await definitions.tags(id)), ElementsAre("c", "b", "a"));
        EXPECT_EQ(co_await definitions.update_tag(id, "a", tag_named("b", 5)),
                  save_outcome::conflict);
        EXPECT_EQ(co_await definitions.update_tag(id, "a", tag_named("z", 5)), save_outcome::saved);
        EXPECT_EQ((co_await definitions.tag(id, "z"))->updated_at, at(5));
        EXPECT_EQ(co_await definitions.insert_tags(id, more, true), insert_outcome::inserted);
        EXPECT_THAT(names_of(co_await definitions.tags(id)), ElementsAre("c"));
    };
    run(body());
}

TEST_P(metadef_contract, associations_make_their_resource_type_once) {
    auto body = [this]() -> task<> {
        const std::int64_t n = co_await insert(namespace_named("n", 1));
        const std::int64_t m = co_await insert(namespace_named("m", 1));
        const metadef_association one = about("type");
        EXPECT_EQ(co_await definitions.associate(n, one), insert_outcome::inserted);
        EXPECT_EQ(co_await definitions.associate(n, one), insert_outcome::duplicate);
        EXPECT_EQ(co_await definitions.associate(m, one), insert_outcome::inserted);
        const metadef_resource_type same{"type", true, at(1), at(1)},
            other{"x", true, at(1), at(1)};
        EXPECT_EQ(co_await definitions.insert_resource_type(same), insert_outcome::duplicate);
        EXPECT_EQ(co_await definitions.insert_resource_type(other), insert_outcome::inserted);
        const auto types = co_await definitions.resource_types();
        EXPECT_THAT(names_of(types), ElementsAre("type", "x"));
        EXPECT_TRUE(!types.at(0).is_protected && types.at(1).is_protected);
        EXPECT_TRUE(co_await definitions.remove_association(n, "type"));
        EXPECT_FALSE(co_await definitions.remove_association(n, "type"));
        EXPECT_EQ((co_await definitions.associations(n)).size(), 0U);
        EXPECT_EQ((co_await definitions.associations(m)).size(), 1U);
    };
    run(body());
}

TEST_P(metadef_contract, a_file_is_loaded_once_unless_it_is_to_be_merged) {
    auto body = [this]() -> task<> {
        using enum load_outcome;
        metadef_contents first;
        first.objects = {object_named("o")};
        first.properties = {property_named("p")};
        first.tags = {tag_named("t", 1)};
        first.associations = {about("R")};
        metadef_namespace made = namespace_named("n", 3);
        EXPECT_EQ(co_await definitions.load(made, first, load_mode::skip), added);
        const auto loaded = co_await definitions.find("n", admin);
        EXPECT_EQ(loaded->created_at, at(3));
        EXPECT_EQ(loaded->updated_at, std::nullopt);
        const metadef_contents all = co_await definitions.contents(loaded->id);
        EXPECT_EQ(all.tags.at(0).created_at, at(3));
        EXPECT_EQ(all.objects.at(0).updated_at, std::nullopt);
        EXPECT_EQ(all.associations.at(0).prefix, "hw_");
        const auto types = co_await definitions.resource_types();
        EXPECT_TRUE(types.at(0).name == "R" && types.at(0).is_protected);

        made.display_name = "N";
        made.created_at = at(9);
        EXPECT_EQ(co_await definitions.load(made, first, load_mode::skip), skipped);
        EXPECT_EQ((co_await definitions.find("n", admin))->display_name, std::nullopt);
        const metadef_namespace other = namespace_named("m", 3);
        first.tags.push_back(first.tags[0]);
        EXPECT_EQ(co_await definitions.load(other, first, load_mode::skip), duplicate);
        EXPECT_FALSE(co_await definitions.find("m", admin));
    };
    run(body());
}

TEST_P(metadef_contract, a_merge_adds_and_may_change_or_replace) {
    auto body = [this]() -> task<> {
        using enum load_outcome;
        metadef_contents kept;
        kept.objects = {object_named("kept"), object_named("o")};
        kept.associations = {about("R")};
        const std::int64_t id = co_await insert(namespace_named("n", 1), kept);
        metadef_namespace made = namespace_named("n", 9);
        made.display_name = "N";
        metadef_contents more;
        more.objects = {object_named("o"), object_named("more")};
        more.objects[0].description = "new";
        more.tags = {tag_named("t", 9)};
        more.associations = {about("R"), about("S")};
        more.associations[0].prefix = "new_";

        EXPECT_EQ(co_await definitions.load(made, more, load_mode::merge), merged);
        metadef_contents all = co_await definitions.contents(id);
        EXPECT_THAT(names_of(all.objects), ElementsAre("kept", "o", "more"));
        EXPECT_EQ(all.objects.at(1).description, "about it");
        EXPECT_EQ(all.associations.at(0).prefix, "hw_");
        EXPECT_EQ(all.associations.size(), 2U);
        EXPECT_EQ((co_await definitions.find("n", admin))->display_name, std::nullopt);

        EXPECT_EQ(co_await definitions.load(made, more, load_mode::prefer_new), merged);
        all = co_await definitions.contents(id);
        EXPECT_THAT(names_of(all.objects), ElementsAre("kept", "o", "more"));
        EXPECT_EQ(all.objects.at(1).description, "new");
        EXPECT_EQ(all.objects.at(1).created_at, at(1));
        EXPECT_EQ(all.objects.at(1).updated_at, at(9));
        EXPECT_EQ(all.associations.at(0).prefix, "new_");
        const auto changed = co_await definitions.find("n", admin);
        EXPECT_EQ(changed->display_name, "N");
        EXPECT_EQ(changed->created_at, at(1));
        EXPECT_EQ(changed->updated_at, at(9));

        EXPECT_EQ(co_await definitions.load(made, more, load_mode::overwrite), replaced);
        const auto replacing = co_await definitions.find("n", admin);
        EXPECT_EQ(replacing->created_at, at(9));
        all = co_await definitions.contents(replacing->id);
        EXPECT_THAT(names_of(all.objects), ElementsAre("o", "more"));
    };
    run(body());
}

INSTANTIATE_TEST_SUITE_P(drivers, metadef_contract,
                         ::testing::ValuesIn(catalog_drivers().begin(), catalog_drivers().end()),
                         driver_name);

}  // namespace
}  // namespace glimt::testing
