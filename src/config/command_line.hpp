// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/option_lookup.hpp"
#include "config/uwsgi_ini.hpp"

#include <string>
#include <vector>

namespace glimt {

// What the process ends with (design.md 4).
enum class exit_status : int { done = 0, failed = 1, usage = 2, configuration = 22 };

struct config_source {
    std::string path;
    bool directory = false;  // its *.conf, sorted by name
};

// Which metadata definitions are to be loaded, and what to do with a namespace that is there: leave
// it alone; or merge, which adds what it lacks, and changes what it has with prefer_new, or
// replaces it with overwrite.
struct metadef_loading {
    std::string path;  // a file, or a folder of *.json; empty: metadata_source_path
    bool merge = false, prefer_new = false, overwrite = false;
};

// What the command line asks for.
struct command {
    enum class action : std::uint8_t {
        serve,
        check,          // report what serve would use, and every error
        sample,         // print sample_ini()
        reference,      // print option_reference()
        sync_database,  // make Glance's tables where there are none
        load_metadefs,  // put files of metadata definitions into them
        print,          // only print `text`: help, the version, or a usage error
    };

    action what = action::serve;
    std::string text;                        // print: a usage error belongs on standard error
    exit_status status = exit_status::done;  // print: what to end with

    std::vector<config_source> sources;       // in the order given: later ones win
    std::string ini;                          // FILE.ini[:section]; empty: none
    std::vector<uwsgi_setting> ini_settings;  // uwsgi's own options, as lines after the ini's
    bool strict = false;                      // unknown options in the ini are errors
    std::vector<option_override> overrides;   // ours
    metadef_loading metadefs;
};

// Accepts glimt's command line and the forms uwsgi is started with (front-ends.md 6). Options may
// stand before or after the subcommand. Neither exits nor prints.
command parse_command_line(int argc, const char* const* argv);

}  // namespace glimt
