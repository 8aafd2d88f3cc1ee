// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/log.hpp"
#include "core/nursery.hpp"

#include <exception>
#include <string_view>

namespace glimt {

// A line of the log about what ended `name` in an exception.
void log_failure(log& out, std::string_view component, std::string_view name,
                 const std::exception_ptr& failure);

// What a nursery tells its failures to. `component` is a literal; `out` outlives the nursery.
nursery::failure_sink failures_to(log& out, std::string_view component);

}  // namespace glimt
