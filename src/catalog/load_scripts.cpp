// SPDX-License-Identifier: Apache-2.0
#include "catalog/load_scripts.hpp"

#include "catalog/namespace_scripts.hpp"

#include <algorithm>

namespace glimt {
namespace {

template <class Made>
bool has(const std::vector<Made>& kept, std::string Made::* name, const Made& wanted) {
    return std::ranges::find(kept, wanted.*name, name) != kept.end();
}

template <class Made>
Made stamped(Made made, timestamp created, std::optional<timestamp> updated) {
    made.created_at = created;
    made.updated_at = updated;
    return made;
}

// Things of one kind: how they are added and changed.
template <class Made>
struct kind_scripts {
    script<insert_outcome> (*insert)(std::int64_t, const Made&);
    script<save_outcome> (*update)(std::int64_t, const std::string&, const Made&);
    std::string Made::* name;
};

script<insert_outcome> insert_tag(std::int64_t namespace_id, const metadef_tag& made) {
    const std::vector<metadef_tag> one = {made};
    co_return co_await insert_tags(namespace_id, one, false);
}

constexpr kind_scripts<metadef_object> objects = {insert_object, update_object,
                                                  &metadef_object::name};
constexpr kind_scripts<metadef_property> properties = {insert_property, update_property,
                                                       &metadef_property::name};
constexpr kind_scripts<metadef_tag> tags = {insert_tag, update_tag, &metadef_tag::name};
constexpr kind_scripts<metadef_association> associations = {insert_association, update_association,
                                                            &metadef_association::resource_type};

struct loading {
    std::int64_t namespace_id;
    bool change;  // what is there, too
    timestamp now;
};

// False: one name came twice.
template <class Made>
script<bool> load_all(const loading& how, const kind_scripts<Made>& of,
                      const std::vector<Made>& wanted, const std::vector<Made>& kept) {
    for (const Made& each : wanted) {
        if (!has(kept, of.name, each)) {
            const Made added = stamped(each, how.now, std::nullopt);
            const insert_outcome outcome = co_await of.insert(how.namespace_id, added);
            if (outcome == insert_outcome::duplicate) co_return false;
        } else if (how.change) {
            const Made changed = stamped(each, how.now, how.now);
            co_await of.update(how.namespace_id, each.*of.name, changed);
        }
    }
    co_return true;
}

script<bool> make_resource_types(const std::vector<metadef_association>& wanted, timestamp now) {
    auto kept = co_await list_resource_types();
    for (const metadef_association& each : wanted) {
        const metadef_resource_type type{each.resource_type, true, now, std::nullopt};
        if (has(kept, &metadef_resource_type::name, type)) continue;
        const insert_outcome outcome = co_await insert_resource_type(type);
        if (outcome == insert_outcome::duplicate) co_return false;
        kept.push_back(type);
    }
    co_return true;
}

script<bool> load_contents(const loading& how, const metadef_contents& wanted) {
    const metadef_contents kept = co_await list_contents(how.namespace_id);
    bool good = co_await make_resource_types(wanted.associations, how.now);
    if (good) good = co_await load_all(how, associations, wanted.associations, kept.associations);
    if (good) good = co_await load_all(how, properties, wanted.properties, kept.properties);
    if (good) good = co_await load_all(how, objects, wanted.objects, kept.objects);
    if (good) good = co_await load_all(how, tags, wanted.tags, kept.tags);
    co_return good;
}

const catalog_viewer everybody{.project = {}, .is_admin = true};

}  // namespace

script<load_outcome> load_namespace(const metadef_namespace& made, const metadef_contents& contents,
                                    load_mode mode) {
    using enum load_outcome;
    const timestamp now = made.created_at;
    auto found = co_await find_namespace(made.name, everybody);
    if (found && mode == load_mode::skip) co_return skipped;
    load_outcome outcome = found ? merged : added;
    if (found && mode == load_mode::overwrite) {
        co_await remove_namespace(found->id);
        found.reset();
        outcome = replaced;
    }
    if (!found) {
        const metadef_namespace added_one = stamped(made, now, std::nullopt);
        const metadef_contents nothing;
        const insert_outcome inserted = co_await insert_namespace(added_one, nothing);
        if (inserted == insert_outcome::duplicate) co_return duplicate;
        found = co_await find_namespace(made.name, everybody);
    } else if (mode == load_mode::prefer_new) {
        metadef_namespace changed = stamped(made, now, now);
        changed.id = found->id;
        co_await update_namespace(changed);
    }
    const loading how{found->id, mode == load_mode::prefer_new, now};
    const bool good = co_await load_contents(how, contents);
    co_return good ? outcome : duplicate;
}

}  // namespace glimt
