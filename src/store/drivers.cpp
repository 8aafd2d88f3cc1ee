// SPDX-License-Identifier: Apache-2.0
#include "store/drivers.hpp"

#include "store/file_store.hpp"
#include "store/http_store.hpp"

#include <algorithm>
#include <iterator>

namespace glimt {
namespace {

constexpr store_driver drivers[] = {
    {"file", " file filesystem ", true, plan_file_store, make_file_store},
    {"http", " http https ", false, plan_http_store, make_http_store},
};

}  // namespace

std::span<const store_driver> store_drivers() { return drivers; }

const store_driver* find_store_driver(std::string_view name) {
    const auto* found = std::ranges::find(drivers, name, &store_driver::name);
    return found == std::end(drivers) ? nullptr : found;
}

}  // namespace glimt
