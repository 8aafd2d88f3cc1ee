// SPDX-License-Identifier: Apache-2.0
#include "outbound/http_query.hpp"

#include "proto/message.hpp"

namespace glimt {

std::string_view name_of(http_failure why) noexcept {
    switch (why) {
        case http_failure::invalid: return "invalid";
        case http_failure::refused: return "refused";
        case http_failure::name_not_resolved: return "name not resolved";
        case http_failure::cannot_connect: return "cannot connect";
        case http_failure::tls: return "TLS";
        case http_failure::timed_out: return "timed out";
        case http_failure::too_many_redirects: return "too many redirects";
        case http_failure::too_large: return "too large";
        case http_failure::broken: return "broken";
    }
    return "";
}

const std::string* http_head::find(std::string_view name) const noexcept {
    for (const auto& field : fields)
        if (equal_ignoring_case(field.name, name)) return &field.value;
    return nullptr;
}

}  // namespace glimt
