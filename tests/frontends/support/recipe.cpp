// SPDX-License-Identifier: Apache-2.0
#include "frontends/support/recipe.hpp"

#include "scenario/support/temporary_folder.hpp"

#include <gtest/gtest.h>

namespace glimt::testing {

std::string recipe(std::string_view heading) {
    const auto page = read_file(GLIMT_RECIPES);
    constexpr std::string_view fence = "\n```";
    const auto at = page.find("\n## " + std::string(heading) + "\n");
    const auto next = page.find("\n## ", at + 1);
    const auto opening = page.find(fence, at);
    const auto begin = page.find('\n', opening + 1) + 1;
    const auto end = page.find(fence, begin);
    if (at == std::string::npos || end == std::string::npos || end > next) {
        ADD_FAILURE() << "no recipe for " << heading << " in " << GLIMT_RECIPES;
        return {};
    }
    return page.substr(begin, end + 1 - begin);
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    std::size_t count = 0;
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
        ++count;
    }
    EXPECT_GT(count, 0u) << "no " << from << " in:\n" << text;
    return text;
}

}  // namespace glimt::testing
