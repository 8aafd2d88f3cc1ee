// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/command_line.hpp"
#include "config/config_error.hpp"
#include "config/settings.hpp"

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace glimt {

// What loading asks of the world, so that tests can answer.
struct surroundings {
    environment_lookup environment;

    // The text of a file, or an error: no_such_file_or_directory is told from the others.
    std::function<std::error_code(const std::string& path, std::string& text)> read_file;

    // The names in a folder, in any order; nothing when it cannot be read.
    std::function<std::optional<std::vector<std::string>>(const std::string& path)> list_folder;

    unsigned cores = 1;
};

// This process's environment, files and cores.
surroundings real_surroundings();

struct loaded_settings {
    settings values;  // to be used only when there are no errors
    std::vector<config_error> errors;
    std::vector<std::string> warnings;  // worth one log line each at the start
    std::vector<std::string> unknown;   // "file:line: ...": for check; other services share files
    std::vector<std::string> files;     // read, in order
    std::vector<std::pair<std::string, std::string>> environment;  // NAME, VALUE: to be exported
};

// Defaults, overridden by oslo files, by the ini, by the environment, by the command line. Finds
// every error, not only the first. No secret is in errors, warnings or unknown.
//
// Without --config-file and --config-dir these are read where they exist: glance-image-import.conf,
// glance-api.conf and glance-api.conf.d/*.conf of $OS_GLANCE_CONFIG_DIR (/etc/glance when unset),
// then /etc/glimt/glimt.conf. A folder named by the variable must hold glance-api.conf.
loaded_settings load(const command& asked, const surroundings& world);

}  // namespace glimt
