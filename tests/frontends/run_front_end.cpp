// SPDX-License-Identifier: Apache-2.0
// Runs one front end for tests that are not written in C++.
//
//     run_front_end ARRANGEMENT GLIMT [LINE...]
//
// It stands before the glimt at that host:port, set up by its recipe of
// docs/operating/front-ends.md without these lines. Prints the URL it serves, runs until standard
// input ends, and then prints what it had to say.
#include "frontends/support/front_end.hpp"
#include "frontends/support/recipe.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <limits>
#include <span>

namespace glimt::testing {
namespace {

int run(const arrangement& how, const std::string& glimt, std::span<char*> lines_left_out) {
    const front_end running(how, {glimt}, [&](std::string text) {
        for (const char* line : lines_left_out) text = replaced(std::move(text), line, "");
        return text;
    });
    if (running.address().empty()) return 1;
    std::cout << running.url("") << std::endl;
    std::cin.ignore(std::numeric_limits<std::streamsize>::max());
    std::cout << running.log();
    return 0;
}

}  // namespace
}  // namespace glimt::testing

int main(int argc, char** argv) {
    using namespace glimt::testing;
    ::testing::InitGoogleTest(&argc, argv);  // the support tells what fails in its words
    const std::span arguments(argv, static_cast<std::size_t>(argc));
    if (arguments.size() < 3) {
        std::cerr << "usage: run_front_end ARRANGEMENT GLIMT [LINE...]\n";
        return 2;
    }
    const auto found = std::ranges::find(arrangements(), std::string_view(arguments[1]),
                                         [](const arrangement& how) { return how.name; });
    if (found == arrangements().end()) {
        std::cerr << "no arrangement is called " << arguments[1] << '\n';
        return 2;
    }
    const int status = run(*found, arguments[2], arguments.subspan(3));
    return ::testing::UnitTest::GetInstance()->Failed() ? 1 : status;
}
