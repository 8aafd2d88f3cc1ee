// SPDX-License-Identifier: Apache-2.0
#include "app/application.hpp"

int main(int argc, char** argv) {
    glimt::block_serving_signals();
    glimt::fill_standard_descriptors();
    return static_cast<int>(glimt::run(glimt::parse_command_line(argc, argv)));
}
