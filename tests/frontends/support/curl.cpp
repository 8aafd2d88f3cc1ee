// SPDX-License-Identifier: Apache-2.0
#include "frontends/support/curl.hpp"

#include "scenario/support/child_process.hpp"

#include <unistd.h>

#include <charconv>

namespace glimt::testing {

namespace {

constexpr const char* program = "/usr/bin/curl";

}  // namespace

bool curl_is_installed() { return ::access(program, X_OK) == 0; }

curl_result curl(const std::vector<std::string>& arguments) {
    const temporary_folder folder;
    child_process::options run;
    run.command = {program, "--silent", "--output", folder / "body", "--write-out", "%{http_code}"};
    run.command.insert(run.command.end(), arguments.begin(), arguments.end());
    const auto begin = std::chrono::steady_clock::now();
    child_process process(run);
    curl_result seen;
    seen.exit_code = process.wait(60s).value_or(-1);
    seen.took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - begin);
    const auto said = process.log();
    std::from_chars(said.data(), said.data() + said.size(), seen.status);
    seen.body = read_file(folder / "body");
    return seen;
}

}  // namespace glimt::testing
