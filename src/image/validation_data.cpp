// SPDX-License-Identifier: Apache-2.0
#include "image/validation_data.hpp"

#include "core/problem.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace glimt {
namespace {

namespace json = boost::json;

[[noreturn]] void refuse(std::string why) { throw problem(reason::conflict, std::move(why)); }

// Bytes of a digest, by the names of Python's hashlib; 0 for an unknown one.
std::size_t digest_bytes(std::string_view algorithm) {
    constexpr std::pair<std::string_view, std::size_t> known[] = {
        {"md5", 16},      {"sha1", 20},     {"sha224", 28},   {"sha256", 32},
        {"sha384", 48},   {"sha512", 64},   {"sha3_224", 28}, {"sha3_256", 32},
        {"sha3_384", 48}, {"sha3_512", 64}, {"blake2b", 64},  {"blake2s", 32},
    };
    const auto* const found =
        std::ranges::find(known, algorithm, &std::pair<std::string_view, std::size_t>::first);
    return found == std::end(known) ? 0 : found->second;
}

bool is_hexadecimal(std::string_view text) {
    return text.size() % 2 == 0 &&
           text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

void check_hexadecimal(std::string_view name, std::string_view value) {
    if (is_hexadecimal(value)) return;
    refuse(fmt::format("{} ({}) is not a valid hexadecimal value", name, value));
}

void merge(const json::object& data, json::object& into) {
    for (const json::key_value_pair& each : data) {
        const json::value* const known = into.if_contains(each.key());
        if (known && *known != each.value()) {
            refuse(fmt::format("Conflicting values for {}", std::string_view(each.key())));
        }
        into[each.key()] = each.value();
    }
}

// All that the locations say, each name once.
json::object merged(const json::array& locations) {
    json::object all;
    for (const json::value& location : locations) {
        const json::value* const data = location.get_object().if_contains("validation_data");
        if (data) merge(data->get_object(), all);
    }
    return all;
}

const std::optional<std::string>& current(const image& of, std::string_view name) {
    if (name == "checksum") return of.checksum;
    return name == "os_hash_algo" ? of.os_hash_algo : of.os_hash_value;
}

std::optional<std::string>& value_in(validation_data& data, std::string_view name) {
    if (name == "checksum") return data.checksum;
    return name == "os_hash_algo" ? data.os_hash_algo : data.os_hash_value;
}

void check_hashes(const validation_data& data, std::string_view algorithm) {
    if (data.checksum) {
        check_hexadecimal("checksum", *data.checksum);
        if (data.checksum->size() != 32) {
            refuse(fmt::format("checksum ({}) is not the correct size for md5 (should be 16 bytes)",
                               *data.checksum));
        }
    }
    if (data.os_hash_algo != algorithm) {
        refuse(fmt::format("os_hash_algo must be {}, not {}", algorithm,
                           data.os_hash_algo.value_or("None")));
    }
    const std::string value = data.os_hash_value.value_or("");
    check_hexadecimal("os_hash_value", value);
    if (value.size() != 2 * digest_bytes(algorithm)) {
        refuse(fmt::format("os_hash_value ({}) is not the correct size for {} (should be {} bytes)",
                           value, algorithm, digest_bytes(algorithm)));
    }
}

}  // namespace

validation_data new_validation_data(const image& of, const json::array& locations,
                                    std::string_view hashing_algorithm) {
    validation_data data;
    std::string names;
    for (const json::key_value_pair& each : merged(locations)) {
        const std::string_view name = each.key(), value = each.value().get_string();
        const std::optional<std::string>& known = current(of, name);
        if (known == value) continue;
        if (known && !known->empty()) {
            refuse(fmt::format("{} is already set with a different value", name));
        }
        value_in(data, name) = value;
        names += (names.empty() ? "" : ", ") + std::string(name);
    }
    if (names.empty()) return data;
    if (of.status != image_status::queued) {
        refuse(fmt::format("New value(s) for {} may only be provided when image status is 'queued'",
                           names));
    }
    check_hashes(data, hashing_algorithm);
    return data;
}

}  // namespace glimt
