// SPDX-License-Identifier: Apache-2.0
#include "keystone/token_authorities.hpp"

#include "core/on_loop.hpp"

#include <utility>
#include <vector>

namespace glimt {

task<token_verdict> keystone_authority::ask(std::string token, bool expired_too) {
    std::string path = "/auth/tokens";
    char separator = '?';
    const auto add = [&](const char* flag) {
        path.append(1, std::exchange(separator, '&')) += flag;
    };
    if (service_type_.empty()) add("nocatalog");
    if (expired_too) add("allow_expired=1");
    std::vector<http_field> fields{{"X-Subject-Token", std::move(token)},
                                   {"OpenStack-Identity-Access-Rules", "1"}};
    const auto answer = co_await session_.get(std::move(path), std::move(fields));
    if (!answer) co_return token_verdict{token_standing::unavailable};
    if (answer->status == 404) co_return token_verdict{token_standing::invalid};
    if (answer->status != 200) co_return token_verdict{token_standing::unavailable};
    auto read = read_token(answer->body, service_type_);
    if (!read) {
        session_.note_nonsense("answers what is no document of a token");
        co_return token_verdict{token_standing::unavailable};
    }
    co_return token_verdict{token_standing::valid, std::move(read)};
}

task<token_verdict> neighbouring_authority::ask(std::string token, bool expired_too) {
    co_return co_await on_loop(there_.home(), there_.verify(std::move(token), expired_too));
}

}  // namespace glimt
