// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/request_context.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace glimt::testing {

// The text of that name, as recorded callers have it; throws std::out_of_range when there is none.
inline std::optional<std::string>& text_called(std::string_view name, request_context& of) {
    static const std::map<std::string_view, std::optional<std::string> request_context::*> texts = {
        {"user_id", &request_context::user_id},
        {"user_domain_id", &request_context::user_domain_id},
        {"project_id", &request_context::project_id},
        {"project_domain_id", &request_context::project_domain_id},
        {"domain_id", &request_context::domain_id},
        {"system_scope", &request_context::system_scope},
        {"service_user_id", &request_context::service_user_id},
        {"service_project_id", &request_context::service_project_id},
    };
    return of.*texts.at(name);
}

}  // namespace glimt::testing
