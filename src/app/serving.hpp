// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/load.hpp"

namespace glimt {

// Runs the server until SIGTERM, SIGINT or SIGQUIT, and then until it has ended gracefully: 0, also
// when the grace was over before the last request; 1 when it could not start, 22 when it must not:
// for what the settings say.
exit_status serve(const loaded_settings& loaded);

}  // namespace glimt
