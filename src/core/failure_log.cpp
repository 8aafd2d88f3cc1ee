// SPDX-License-Identifier: Apache-2.0
#include "core/failure_log.hpp"

namespace glimt {

void log_failure(log& out, std::string_view component, std::string_view name,
                 const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& e) {
        out.error(component, "{} failed: {}", name, e.what());
    } catch (...) {
        out.error(component, "{} failed with something that is no std::exception", name);
    }
}

nursery::failure_sink failures_to(log& out, std::string_view component) {
    return [&out, component](std::string_view name, const std::exception_ptr& failure) {
        log_failure(out, component, name, failure);
    };
}

}  // namespace glimt
