// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/load.hpp"

namespace glimt {

// Makes Glance's tables in the configured database, if it is empty, as `glance-manage db_sync`
// does; one that has them stays as it is. Says on standard output or error how it went: 0; 1 when
// the database cannot be used; 22 when there is none that would last.
exit_status sync_database(const loaded_settings& loaded);

}  // namespace glimt
