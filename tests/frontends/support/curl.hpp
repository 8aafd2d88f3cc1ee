// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace glimt::testing {

// What curl saw.
struct curl_result {
    unsigned status = 0;  // of the final answer; 0: there was none
    std::string body;
    int exit_code = 0;
    std::chrono::milliseconds took{};
};

// Runs curl with these arguments. Fails the test when curl has not ended after a minute.
curl_result curl(const std::vector<std::string>& arguments);

bool curl_is_installed();

}  // namespace glimt::testing
