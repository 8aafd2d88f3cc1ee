// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "core/log.hpp"
#include "store/stores.hpp"
#include "support/loop_fixture.hpp"
#include "support/scratch_folder.hpp"
#include "support/sources.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace glimt::testing {

inline constexpr auto first_image = "00000000-0000-4000-8000-000000000001";
inline constexpr auto second_image = "00000000-0000-4000-8000-00000000000F";

}  // namespace glimt::testing
