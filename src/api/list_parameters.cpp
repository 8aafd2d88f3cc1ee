// SPDX-License-Identifier: Apache-2.0
#include "api/list_parameters.hpp"

#include "api/filter_text.hpp"
#include "api/handlers.hpp"
#include "core/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>

namespace glimt {
namespace {

template <class... Arguments>
[[noreturn]] void refuse(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    throw problem(reason::invalid, fmt::format(format, std::forward<Arguments>(arguments)...));
}

std::string_view stripped(std::string_view text) {
    constexpr std::string_view space = " \t\n\r\f\v";
    const std::size_t begin = text.find_first_not_of(space);
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(space) + 1 - begin);
}

// What a filter on a column may look like.
enum class column_kind : std::uint8_t {
    text,       // equal
    operators,  // eq: and in:
    number,     // equal
    time,       // gt: and so on
};

struct column {
    std::string_view name;
    image_column which;
    column_kind kind;
    bool sorts;
};

// Those that sort first, in the order Glance names them in.
constexpr std::array<column, 16> columns{{
    {"name", image_column::name, column_kind::operators, true},
    {"status", image_column::status, column_kind::operators, true},
    {"container_format", image_column::container_format, column_kind::operators, true},
    {"disk_format", image_column::disk_format, column_kind::operators, true},
    {"size", image_column::size, column_kind::number, true},
    {"id", image_column::id, column_kind::operators, true},
    {"created_at", image_column::created_at, column_kind::time, true},
    {"updated_at", image_column::updated_at, column_kind::time, true},
    {"visibility", image_column::visibility, column_kind::text, false},
    {"owner", image_column::owner, column_kind::text, false},
    {"checksum", image_column::checksum, column_kind::text, false},
    {"os_hash_algo", image_column::os_hash_algo, column_kind::text, false},
    {"os_hash_value", image_column::os_hash_value, column_kind::text, false},
    {"virtual_size", image_column::virtual_size, column_kind::number, false},
    {"min_ram", image_column::min_ram, column_kind::number, false},
    {"min_disk", image_column::min_disk, column_kind::number, false},
}};

const column* find_column(std::string_view name) {
    const auto* found = std::ranges::find(columns, name, &column::name);
    return found == columns.end() ? nullptr : found;
}

// What belongs to an image in Glance's database without being a value: it fails there (1.29).
bool is_relation(std::string_view name) {
    return name == "locations" || name == "properties" || name == "members";
}

// Parameters by name, each with its values in their order.
using parameters = std::map<std::string_view, std::vector<std::string_view>, std::less<>>;

class query_reader {
public:
    query_reader(const query_parameters& asked, const page_sizes& sizes) : sizes_(sizes) {
        for (const query_parameter& each : asked.all()) left_[each.name].push_back(each.value);
    }

    image_query read() {
        const auto limit = take_first("limit");
        const auto marker = take_first("marker");
        const auto membership = take_first("member_status");
        for (const std::string_view tag : take_all("tag")) query_.tags.emplace_back(stripped(tag));
        check_visibility();
        read_membership(membership.value_or("accepted"));
        read_limit(limit);
        if (marker) query_.marker = std::string(*marker);
        read_order();
        read_flags();
        if (const auto visibility = take_first("visibility")) read_visibility(*visibility);
        left_.erase("deleted");
        for (const auto& [name, values] : left_) read_filter(name, values.back());
        return std::move(query_);
    }

private:
    std::optional<std::string_view> take_first(std::string_view name) {
        const auto found = left_.find(name);
        if (found == left_.end()) return std::nullopt;
        const std::string_view first = found->second.front();
        found->second.erase(found->second.begin());
        if (found->second.empty()) left_.erase(found);
        return first;
    }

    std::vector<std::string_view> take_all(std::string_view name) {
        const auto found = left_.find(name);
        if (found == left_.end()) return {};
        std::vector<std::string_view> all = std::move(found->second);
        left_.erase(found);
        return all;
    }

    // The last one, as for every filter; the others do not count.
    std::optional<std::string_view> take_last(std::string_view name) {
        const auto all = take_all(name);
        return all.empty() ? std::nullopt : std::optional(all.back());
    }

    void match_nothing() { query_.texts.push_back({image_column::id, {}}); }

    void read_limit(std::optional<std::string_view> text) {
        query_.limit = std::min(sizes_.unsaid, sizes_.most);
        if (!text) return;
        const auto limit = read_python_integer(*text);
        if (!limit) refuse("limit param must be an integer");
        if (*limit < 0) refuse("limit param must be positive");
        query_.limit = static_cast<std::size_t>(
            std::min<std::uint64_t>(static_cast<std::uint64_t>(*limit), sizes_.most));
    }

    void read_membership(std::string_view text) {
        query_.membership = member_status_of(text);
        if (!query_.membership && text != "all") refuse("Invalid status: {}", text);
    }

    // Of several the last is looked at, and then the first counts.
    void check_visibility() const {
        const auto found = left_.find("visibility");
        if (found != left_.end()) {
            const std::string_view text = found->second.back();
            if (!text.empty() && text != "all" && !image_visibility_of(text))
                refuse("Invalid visibility value: {}", text);
        }
        const auto since = left_.find("changes-since");
        if (since != left_.end())
            refuse("The \"changes-since\" filter is no longer available on v2.");
    }

    void read_visibility(std::string_view text) {
        if (text == "all") {
            query_.visibility = every_visibility{};
        } else if (const auto one = image_visibility_of(text)) {
            query_.visibility = *one;
        } else {
            match_nothing();
        }
    }

    void read_flags() {
        const std::string_view hidden = take_last("os_hidden").value_or("false");
        std::string lower(hidden);
        for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
        query_.hidden = flag("os_hidden", lower);
        if (const auto text = take_last("protected"))
            query_.is_protected = flag("protected", *text);
    }

    static bool flag(std::string_view name, std::string_view text) {
        if (text != "true" && text != "false")
            refuse("Invalid value '{}' for '{}' filter. Valid values are 'true' or 'false'.", text,
                   name);
        return text == "true";
    }

    // --- the order -------------------------------------------------------------------------------

    static image_column sort_key(std::string_view name) {
        const column* found = find_column(stripped(name));
        if (found && found->sorts) return found->which;
        std::string available;
        for (const column& each : columns)
            if (each.sorts) available.append(available.empty() ? "" : ", ").append(each.name);
        refuse("Invalid sort key: {}. It must be one of the following: {}.", stripped(name),
               available);
    }

    static bool is_descending(std::string_view direction) {
        const std::string_view word = stripped(direction);
        if (word != "asc" && word != "desc") refuse("Invalid sort direction: {}", word);
        return word == "desc";
    }

    void read_order() {
        if (left_.contains("sort")) {
            if (left_.contains("sort_key") || left_.contains("sort_dir"))
                refuse("Old and new sorting syntax cannot be combined");
            return read_sort(stripped(*take_first("sort")));
        }
        for (const std::string_view key : take_all("sort_key"))
            query_.order.push_back({sort_key(key)});
        std::vector<bool> descending;
        for (const std::string_view direction : take_all("sort_dir"))
            descending.push_back(is_descending(direction));
        if (descending.size() > 1 && descending.size() != query_.order.size())
            refuse("Number of sort dirs does not match the number of sort keys");
        if (descending.empty()) return;
        if (query_.order.empty()) query_.order.push_back({image_column::created_at});
        for (std::size_t i = 0; i < query_.order.size(); ++i)
            query_.order[i].descending = descending[descending.size() == 1 ? 0 : i];
    }

    // "name:asc,size"
    void read_sort(std::string_view text) {
        for (;;) {
            const std::size_t comma = std::min(text.find(','), text.size());
            const std::string_view part = text.substr(0, comma);
            const std::size_t colon = std::min(part.find(':'), part.size());
            const std::string_view direction = part.substr(std::min(colon + 1, part.size()));
            const image_column key = sort_key(part.substr(0, colon));
            query_.order.push_back({key, direction.empty() || is_descending(direction)});
            if (comma == text.size()) return;
            text.remove_prefix(comma + 1);
        }
    }

    // --- filters ---------------------------------------------------------------------------------

    void read_filter(std::string_view name, std::string_view value) {
        if (name.ends_with("_min") || name.ends_with("_max")) return read_range(name, value);
        if (is_relation(name)) refuse("Images cannot be filtered by {}.", name);
        const column* found = find_column(name);
        if (found) return read_column(*found, value);
        if (name == "deleted_at") return match_nothing();
        query_.properties.push_back({std::string(name), std::string(value)});
    }

    // As SQLite compares: a text is more than any number.
    void read_range(std::string_view name, std::string_view value) {
        const auto number = read_python_integer(value);
        using range = std::numeric_limits<std::int64_t>;
        if (!number || *number == range::max() || *number == range::min())
            refuse("Unable to filter on a range with a non-numeric value.");
        const std::string_view of = name.substr(0, name.size() - 4);
        const bool at_least = name.ends_with("_min");
        const column* found = find_column(of);
        if (!found) refuse("Images cannot be filtered by {}.", name);
        if (found->kind == column_kind::number) {
            query_.numbers.push_back(
                {found->which,
                 at_least ? sql_comparison::greater_or_equal : sql_comparison::less_or_equal,
                 *number});
        } else if (!at_least) {
            match_nothing();
        }
    }

    void read_column(const column& of, std::string_view value) {
        switch (of.kind) {
            case column_kind::text:
                query_.texts.push_back({of.which, {std::string(value)}});
                return;
            case column_kind::operators: return read_operators(of, value);
            case column_kind::number: return read_number(of, value);
            case column_kind::time: return read_time(of, value);
        }
    }

    void read_operators(const column& of, std::string_view value) {
        const filter_text filter = split_filter(value);
        if (filter.how == "in") {
            query_.texts.push_back({of.which, split_values(filter.operand)});
        } else if (filter.how == "eq") {
            query_.texts.push_back({of.which, {std::string(filter.operand)}});
        } else {
            refuse("Unable to filter by unknown operator '{}'.", filter.how);
        }
    }

    void read_number(const column& of, std::string_view value) {
        const auto number = read_python_integer(value);
        if (!number) return match_nothing();
        query_.numbers.push_back({of.which, sql_comparison::equal, *number});
    }

    void read_time(const column& of, std::string_view value) {
        constexpr std::pair<std::string_view, sql_comparison> operators[] = {
            {"gt", sql_comparison::greater}, {"gte", sql_comparison::greater_or_equal},
            {"lt", sql_comparison::less},    {"lte", sql_comparison::less_or_equal},
            {"eq", sql_comparison::equal},   {"neq", sql_comparison::not_equal},
        };
        const filter_text filter = split_filter(value);
        const auto when = read_iso_time(filter.operand);
        if (!when)
            refuse("Bad \"{}\" query filter format. Use ISO 8601 DateTime notation.", of.name);
        for (const auto& [name, how] : operators) {
            if (filter.how != name) continue;
            query_.times.push_back({of.which, how, *when});
            return;
        }
        refuse("Unable to filter on a unknown operator.");
    }

    const page_sizes& sizes_;
    parameters left_;
    image_query query_;
};

// As Python's quote_plus.
void append_quoted(std::string& to, std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || c == '~';
        const auto byte = static_cast<unsigned char>(c);
        if (plain) {
            to += c;
        } else if (c == ' ') {
            to += '+';
        } else {
            to += '%';
            to += digits[byte >> 4];
            to += digits[byte & 15];
        }
    }
}

}  // namespace

query_parameters parameters_of(const request_head& head) {
    auto read = query_parameters::parse(head.query);
    if (!read) throw undecodable();
    return std::move(*read);
}

image_query read_image_query(const query_parameters& asked, const page_sizes& sizes) {
    return query_reader(asked, sizes).read();
}

void append_parameter(std::string& to, std::string_view name, std::string_view value) {
    if (!to.empty()) to += '&';
    append_quoted(to, name);
    to += '=';
    append_quoted(to, value);
}

std::string query_without_marker(const query_parameters& asked) {
    std::string query;
    for (const query_parameter& each : asked.all())
        if (each.name != "marker") append_parameter(query, each.name, each.value);
    return query;
}

}  // namespace glimt
