// SPDX-License-Identifier: Apache-2.0
#include "api/metadef_parameters.hpp"

#include "api/filter_text.hpp"
#include "core/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <span>
#include <utility>

namespace glimt {
namespace {

template <class... Arguments>
[[noreturn]] void refuse(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    throw problem(reason::invalid, fmt::format(format, std::forward<Arguments>(arguments)...));
}

std::size_t read_limit(std::string_view text, std::int64_t least) {
    const auto limit = read_python_integer(text);
    if (!limit) refuse("limit param must be an integer");
    if (*limit < least) refuse("limit param must be positive");
    return static_cast<std::size_t>(*limit);
}

bool read_descending(const query_parameters& asked) {
    const std::string_view direction = asked.first("sort_dir").value_or("desc");
    if (direction != "asc" && direction != "desc") refuse("Invalid sort direction: {}", direction);
    return direction == "desc";
}

// Throws unless there is none, or it is empty or one of those.
std::optional<std::string_view> read_visibility(const query_parameters& asked,
                                                std::initializer_list<std::string_view> known) {
    const auto visibility = asked.last("visibility");
    if (visibility && !visibility->empty() && std::ranges::find(known, *visibility) == known.end())
        refuse("Invalid visibility value: {}", *visibility);
    return visibility;
}

template <class Order>
struct sort_key {
    std::string_view name;
    Order order;
};

template <class Order>
Order read_order(const query_parameters& asked, std::span<const sort_key<Order>> keys) {
    const std::string_view name = asked.first("sort_key").value_or("created_at");
    const auto found = std::ranges::find(keys, name, &sort_key<Order>::name);
    if (found != keys.end()) return found->order;
    std::string available;
    for (const auto& each : keys) available.append(available.empty() ? "" : ", ").append(each.name);
    refuse("Invalid sort key: {}. It must be one of the following: {}.", name, available);
}

constexpr sort_key<namespace_order> namespace_keys[] = {
    {"id", namespace_order::id},
    {"namespace", namespace_order::name},
    {"display_name", namespace_order::display_name},
    {"description", namespace_order::description},
    {"visibility", namespace_order::visibility},
    {"protected", namespace_order::is_protected},
    {"owner", namespace_order::owner},
    {"created_at", namespace_order::created_at},
    {"updated_at", namespace_order::updated_at},
};

// Tags of one time are in the order of their rows, and all of them in one namespace.
constexpr sort_key<tag_query::order> tag_keys[] = {
    {"id", tag_query::order::created_at},
    {"namespace_id", tag_query::order::created_at},
    {"name", tag_query::order::name},
    {"created_at", tag_query::order::created_at},
    {"updated_at", tag_query::order::updated_at},
};

// "a,b"
std::vector<std::string> names_in(std::string_view text) {
    std::vector<std::string> names;
    for (;;) {
        const std::size_t comma = std::min(text.find(','), text.size());
        names.emplace_back(text.substr(0, comma));
        if (comma == text.size()) return names;
        text.remove_prefix(comma + 1);
    }
}

bool comes_before(const metadef_tag& a, const metadef_tag& b, tag_query::order by) {
    switch (by) {
        case tag_query::order::created_at: return a.created_at < b.created_at;
        case tag_query::order::updated_at: return a.updated_at < b.updated_at;
        case tag_query::order::name: return a.name < b.name;
    }
    return false;
}

}  // namespace

namespace_query read_namespace_query(const query_parameters& asked, const page_sizes& sizes) {
    namespace_query query;
    query.limit = std::min(sizes.unsaid, sizes.most);
    if (const auto limit = asked.first("limit"))
        query.limit = std::min(read_limit(*limit, 0), sizes.most);
    query.descending = read_descending(asked);
    if (const auto visibility = read_visibility(asked, {"public", "private"})) {
        query.is_public = *visibility == "public";
        if (visibility->empty()) query.resource_types.emplace();  // matches nothing
    }
    if (const auto types = asked.last("resource_types"); types && !query.resource_types)
        query.resource_types = names_in(*types);
    query.order = read_order(asked, std::span<const sort_key<namespace_order>>(namespace_keys));
    if (const auto marker = asked.first("marker")) query.marker = std::string(*marker);
    return query;
}

tag_query read_tag_query(const query_parameters& asked) {
    tag_query query;
    query.descending = read_descending(asked);
    read_visibility(asked, {"public", "private", "shared"});
    const auto limit = asked.first("limit");
    if (limit && !limit->empty()) query.limit = read_limit(*limit, 0);
    const auto marker = asked.first("marker");
    if (marker && !marker->empty()) query.marker = std::string(*marker);
    query.by = read_order(asked, std::span<const sort_key<tag_query::order>>(tag_keys));
    return query;
}

std::optional<std::vector<metadef_tag>> page_of(const std::vector<metadef_tag>& all,
                                                const tag_query& query) {
    std::vector<const metadef_tag*> sorted;
    sorted.reserve(all.size());
    for (const metadef_tag& each : all) sorted.push_back(&each);
    // Of two that are alike the one that was made later comes first in `all`.
    std::ranges::sort(sorted, [&](const metadef_tag* a, const metadef_tag* b) {
        if (comes_before(*a, *b, query.by)) return true;
        return !comes_before(*b, *a, query.by) && a > b;
    });
    if (query.descending) std::ranges::reverse(sorted);
    std::span<const metadef_tag* const> rest(sorted);
    if (query.marker) {
        const auto found = std::ranges::find(rest, *query.marker,
                                             [](const metadef_tag* each) { return each->name; });
        if (found == rest.end()) return std::nullopt;
        rest = rest.subspan(static_cast<std::size_t>(found - rest.begin()) + 1);
    }
    rest = rest.first(std::min(rest.size(), query.limit.value_or(rest.size())));
    std::vector<metadef_tag> page;
    page.reserve(rest.size());
    for (const metadef_tag* each : rest) page.push_back(*each);
    return page;
}

void check_object_list(const query_parameters& asked) {
    read_descending(asked);
    read_visibility(asked, {"public", "private", "shared"});
    if (const auto limit = asked.first("limit")) read_limit(*limit, 1);
}

std::optional<std::string> read_resource_type(const query_parameters& asked) {
    if (asked.all().empty()) return std::nullopt;
    const auto type = asked.last("resource_type");
    if (!type) refuse("The only parameter here is resource_type.");
    if (type->empty()) return std::nullopt;
    return std::string(*type);
}

}  // namespace glimt
