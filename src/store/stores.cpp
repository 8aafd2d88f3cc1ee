// SPDX-License-Identifier: Apache-2.0
#include "store/stores.hpp"

#include "config/settings.hpp"
#include "store/checked_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace glimt {
namespace {

std::string_view scheme_of(std::string_view url) {
    const auto end = url.find(':');
    return end == url.npos ? std::string_view() : url.substr(0, end);
}

bool knows(const store_driver& driver, std::string_view scheme) {
    if (scheme.empty() || scheme.find(' ') != scheme.npos) return false;
    return driver.schemes.find(" " + std::string(scheme) + " ") != driver.schemes.npos;
}

}  // namespace

std::vector<store_plan> plan_stores(const settings& options) {
    std::vector<store_plan> plans;
    for (const store_settings& each : options.stores) {
        if (const store_driver* driver = find_store_driver(each.driver)) {
            plans.push_back(driver->plan(each, options.data_dir));
        } else {
            plans.emplace_back().errors.push_back(fmt::format(
                "The store driver '{}' is not there yet. The start is refused, as images that are "
                "kept there could not be read.",
                each.driver));
        }
    }
    return plans;
}

stores::stores(const store_environment& env, std::span<const store_plan> plans, log& out) {
    assert(!plans.empty());
    all_.reserve(plans.size());
    for (const store_plan& each : plans) {
        const store_driver& driver = *find_store_driver(each.options.driver);
        auto counts = std::make_unique<store_counters>();
        auto place = make_checked_store(driver.make(env, each), each, *counts, out);
        all_.push_back({each, driver, std::move(place), std::move(counts)});
        if (each.options.is_default) preferred_ = &all_.back();
    }
    assert(preferred_ && "load() has seen to it");
}

const configured_store* stores::find(std::string_view id) const noexcept {
    const auto found =
        std::ranges::find_if(all_, [&](const auto& each) { return each.id() == id; });
    return found == all_.end() ? nullptr : &*found;
}

const configured_store* stores::owner_of(std::string_view url) const {
    const auto found =
        std::ranges::find_if(all_, [&](const auto& each) { return each.place->owns(url); });
    return found == all_.end() ? nullptr : &*found;
}

const configured_store* stores::holding(std::string_view url, std::string_view id) const {
    if (!id.empty())
        if (const auto* named = find(id)) return named;
    if (const auto* owner = owner_of(url)) return owner;
    const auto scheme = scheme_of(url);
    const auto found =
        std::ranges::find_if(all_, [&](const auto& each) { return knows(each.driver, scheme); });
    return found == all_.end() ? nullptr : &*found;
}

bool stores::may_be_named(std::string_view url) const {
    const auto scheme = scheme_of(url);
    if (scheme == "file" || scheme == "filesystem" || scheme == "swift+config") return false;
    return std::ranges::any_of(all_, [&](const auto& each) { return knows(each.driver, scheme); });
}

}  // namespace glimt
