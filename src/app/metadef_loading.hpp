// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/load.hpp"

namespace glimt {

// Puts files of metadata definitions into the configured database, as `glance-manage
// db_load_metadefs` does: each file is a namespace, and goes in as a whole or not at all. Says on
// standard output what became of each, and on standard error which cannot be loaded and why; the
// others are. 0; 1 when one could not be loaded or there was none; 22 when there is no database
// that would last.
exit_status load_metadefs(const loaded_settings& loaded, const metadef_loading& asked);

}  // namespace glimt
