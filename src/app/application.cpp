// SPDX-License-Identifier: Apache-2.0
#include "app/application.hpp"

#include "app/database_sync.hpp"
#include "app/foundation.hpp"
#include "app/metadef_loading.hpp"
#include "app/serving.hpp"
#include "config/load.hpp"
#include "config/option_documents.hpp"
#include "core/signals.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <string_view>

namespace glimt {

namespace {

void print(std::FILE* where, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), where);
    std::fflush(where);
}

// All that a start would refuse or warn of, except what only the network and disks can tell.
exit_status check(loaded_settings loaded) {
    if (loaded.errors.empty()) {
        foundation made = make_foundation(loaded.values);
        const database_choice chosen = choose_database(loaded.values);
        if (!chosen.error.empty()) made.errors.push_back(chosen.error);
        for (const auto& each : made.rule_files.files) loaded.files.push_back(each.path);
        for (const auto& each : made.errors) loaded.errors.push_back({"", each});
        loaded.warnings.insert(loaded.warnings.end(), made.warnings.begin(), made.warnings.end());
    }
    print(stdout, check_report(loaded));
    return loaded.errors.empty() ? exit_status::done : exit_status::configuration;
}

template <class What>
exit_status run_with(const loaded_settings& loaded, What what) {
    for (const auto& each : loaded.errors) print(stderr, each.where + ": " + each.what + "\n");
    if (!loaded.errors.empty()) return exit_status::configuration;
    return what(loaded);
}

}  // namespace

void block_serving_signals() {
    block_signals({SIGTERM, SIGINT, SIGQUIT, SIGHUP});
    std::signal(SIGPIPE, SIG_IGN);  // splice and sendfile cannot ask for EPIPE alone
    // uWSGI is asked for statistics by these: who is used to it shall not end us by them.
    for (const int each : {SIGUSR1, SIGUSR2}) std::signal(each, SIG_IGN);
}

void fill_standard_descriptors() {
    for (const int each : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (::fcntl(each, F_GETFD) < 0) ::open("/dev/null", O_RDWR);  // takes the lowest free one
}

exit_status run(const command& asked) {
    switch (asked.what) {
        case command::action::print:
            print(asked.status == exit_status::done ? stdout : stderr, asked.text);
            return asked.status;
        case command::action::sample: print(stdout, sample_ini()); return exit_status::done;
        case command::action::reference:
            print(stdout, option_reference());
            return exit_status::done;
        case command::action::check: return check(load(asked, real_surroundings()));
        case command::action::serve: return run_with(load(asked, real_surroundings()), serve);
        case command::action::sync_database:
            return run_with(load(asked, real_surroundings()), sync_database);
        case command::action::load_metadefs:
            return run_with(load(asked, real_surroundings()), [&](const loaded_settings& loaded) {
                return load_metadefs(loaded, asked.metadefs);
            });
    }
    return exit_status::usage;
}

}  // namespace glimt
