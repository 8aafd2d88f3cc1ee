// SPDX-License-Identifier: Apache-2.0
// The catalog at the command line, for catalog_test.py: catalog_shell FILE [--create] executes the
// JSON array of operations on its standard input, one after the other, and prints a JSON array of
// what each came to.
#include "catalog/catalog.hpp"
#include "catalog/database_time.hpp"
#include "catalog/sqlite_database.hpp"
#include "core/fleet.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>

#include <iostream>
#include <iterator>

namespace glimt {
namespace {

namespace json = boost::json;

template <class T>
json::value or_null(const std::optional<T>& value) {
    return value ? json::value(*value) : json::value();
}

json::object shown(const image& from) {
    json::object properties;
    for (const image_property& one : from.properties) properties[one.name] = or_null(one.value);
    json::array locations;
    for (const image_location& one : from.locations)
        locations.push_back({{"id", or_null(one.id)},
                             {"url", one.url},
                             {"metadata", one.metadata},
                             {"status", one.status}});
    return {{"id", from.id},
            {"name", or_null(from.name)},
            {"status", to_string(from.status)},
            {"visibility", to_string(from.visibility)},
            {"protected", from.is_protected},
            {"os_hidden", from.hidden},
            {"owner", or_null(from.owner)},
            {"disk_format", or_null(from.disk_format)},
            {"container_format", or_null(from.container_format)},
            {"min_ram", from.min_ram_mb},
            {"min_disk", from.min_disk_gb},
            {"size", or_null(from.size_bytes)},
            {"virtual_size", or_null(from.virtual_size_bytes)},
            {"checksum", or_null(from.checksum)},
            {"os_hash_algo", or_null(from.os_hash_algo)},
            {"os_hash_value", or_null(from.os_hash_value)},
            {"created_at", to_database_time(from.created_at)},
            {"updated_at", to_database_time(from.updated_at)},
            {"properties", std::move(properties)},
            {"tags", json::value_from(from.tags)},
            {"locations", std::move(locations)}};
}

std::optional<std::string> text_at(const json::object& from, std::string_view key) {
    const json::value* found = from.if_contains(key);
    if (!found || !found->is_string()) return std::nullopt;
    return std::string(found->get_string());
}

// Lays what the operation names over an image.
void change(image& made, const json::object& with) {
    if (with.contains("name")) made.name = text_at(with, "name");
    if (with.contains("owner")) made.owner = text_at(with, "owner");
    if (with.contains("disk_format")) made.disk_format = text_at(with, "disk_format");
    if (with.contains("checksum")) made.checksum = text_at(with, "checksum");
    if (const auto text = text_at(with, "status")) made.status = image_status_of(*text).value();
    if (const auto text = text_at(with, "visibility"))
        made.visibility = image_visibility_of(*text).value();
    if (const auto* size = with.if_contains("size")) made.size_bytes = size->to_number<long>();
    if (const auto* flag = with.if_contains("protected")) made.is_protected = flag->as_bool();
    if (const auto* flag = with.if_contains("os_hidden")) made.hidden = flag->as_bool();
    if (const auto* tags = with.if_contains("tags"))
        made.tags = json::value_to<std::vector<std::string>>(*tags);
    if (const auto* properties = with.if_contains("properties")) {
        made.properties.clear();
        for (const auto& [key, value] : properties->as_object())
            made.properties.push_back({std::string(key), text_at(properties->as_object(), key)});
    }
    if (const auto* locations = with.if_contains("locations")) {
        made.locations.clear();
        for (const json::value& one : locations->as_array()) {
            image_location location;
            location.url = one.at("url").as_string();
            location.metadata = one.at("metadata").as_object();
            if (const auto* id = one.as_object().if_contains("id"))
                location.id = id->to_number<std::int64_t>();
            made.locations.push_back(std::move(location));
        }
    }
}

timestamp now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

class shell {
public:
    shell(ring_context& loop, sqlite_pool& pool) : database_(loop, pool) {}

    task<> run(const json::array& operations, json::array& results) {
        for (const json::value& one : operations) {
            const json::object& operation = one.as_object();
            results.push_back(co_await execute(operation, text_at(operation, "do").value()));
        }
    }

private:
    task<json::value> execute(const json::object& operation, std::string what) {
        if (what == "list") co_return co_await list();
        if (what == "insert" || what == "save" || what == "remove")
            co_return co_await change_image(operation, std::move(what));
        co_return co_await change_member(operation, std::move(what));
    }

    task<json::value> list() {
        image_query query;
        query.viewer.is_admin = true;
        query.visibility = every_visibility{};
        query.hidden.reset();
        query.limit = 1000;
        const auto page = co_await images_.list(query);
        json::array all;
        for (const image& one : page->images) {
            json::object image = shown(one);
            json::object members;
            for (const image_member& member : co_await images_.members(one.id, query.viewer))
                members[member.project] = to_string(member.status);
            image["members"] = std::move(members);
            all.push_back(std::move(image));
        }
        co_return all;
    }

    task<json::value> change_image(const json::object& operation, std::string what) {
        const std::string id = text_at(operation, "id").value();
        image before;
        before.id = id;
        before.created_at = before.updated_at = now();
        const catalog_viewer admin{.project = {}, .is_admin = true};
        if (what == "insert") {
            change(before, operation.at("with").as_object());
            co_return static_cast<int>(co_await images_.insert(before));
        }
        const auto found = co_await images_.find(id, admin);
        if (!found) co_return "gone";
        if (what == "remove") {
            const image_removal removal{id, found->status, false, now()};
            co_return static_cast<int>(co_await images_.remove(removal));
        }
        image after = *found;
        after.updated_at = now();
        change(after, operation.at("with").as_object());
        co_return static_cast<int>((co_await images_.save(*found, after, found->status)).outcome);
    }

    task<json::value> change_member(const json::object& operation, std::string what) {
        image_member member{text_at(operation, "id").value(), text_at(operation, "member").value(),
                            member_status::pending, now(), now()};
        if (const auto status = text_at(operation, "status"))
            member.status = member_status_of(*status).value();
        if (what == "add_member") co_return (co_await images_.add_member(member)).has_value();
        if (what == "update_member") co_return co_await images_.update_member(member);
        co_return co_await images_.remove_member(member.image_id, member.project, now());
    }

    sqlite_database database_;
    catalog images_{database_};
};

int run(const sqlite_options& options, bool create) {
    const std::string input(std::istreambuf_iterator<char>(std::cin), {});
    const json::array operations = json::parse(input).as_array();
    json::array results;
    ring_context loop(make_ring(loop_kind::epoll));
    sqlite_pool pool(options, create);
    shell here(loop, pool);
    std::exception_ptr failure;
    asio::co_spawn(loop.get_executor(), here.run(operations, results),
                   [&](std::exception_ptr thrown) { failure = std::move(thrown); });
    loop.run();
    if (failure) std::rethrow_exception(failure);
    std::cout << json::serialize(results) << '\n';
    return 0;
}

}  // namespace
}  // namespace glimt

int main(int count, char** arguments) {
    if (count < 2) return 2;
    try {
        const bool create = count > 2 && std::string_view(arguments[2]) == "--create";
        return glimt::run({.path = arguments[1], .synchronous = false}, create);
    } catch (const std::exception& failure) {
        std::cerr << failure.what() << '\n';
        return 1;
    }
}
