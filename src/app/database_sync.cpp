// SPDX-License-Identifier: Apache-2.0
#include "app/database_sync.hpp"

#include "app/foundation.hpp"
#include "catalog/schema.hpp"
#include "core/problem.hpp"

#include <fmt/format.h>

namespace glimt {

exit_status sync_database(const loaded_settings& loaded) {
    const database_choice chosen = choose_lasting_database(loaded.values);
    if (!chosen.error.empty()) {
        fmt::print(stderr, "glimt: {}\n", chosen.error);
        return exit_status::configuration;
    }
    make_data_folder(loaded.values);
    try {
        const sqlite_pool made(chosen.sqlite, true);
        fmt::print("{} has Glance's tables ({}).\n", chosen.sqlite.path, schema_revision);
        return exit_status::done;
    } catch (const problem& why) {
        fmt::print(stderr, "glimt: {}\n", why.what());
        return exit_status::failed;
    }
}

}  // namespace glimt
