// SPDX-License-Identifier: Apache-2.0
// Any bytes as what Keystone answers: a token that is read has what a caller is made of, and a
// pattern of its rules matches in time.
#include "auth/access_rules.hpp"
#include "keystone/service_catalog.hpp"
#include "keystone/token.hpp"
#include "require.hpp"

#include <cstdint>
#include <string_view>

using glimt::testing::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace glimt;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    may_have_version_three(text);
    const auto login = read_login(text, "internal", "");
    const auto token = read_token(text, "image");
    const auto unnamed = read_token(text, "");
    require(!token || login);
    require((token == nullptr) == (unnamed == nullptr));
    if (!token) return 0;
    require(token->user_id && token->bytes() >= sizeof *token && !unnamed->names_service);
    require(token->expires == login->expires);
    if (token->access_rules)
        for (const auto& each : *token->access_rules)
            matches_access_path(each.path, "/v2/images/1");
    return 0;
}
