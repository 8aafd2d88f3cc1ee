// SPDX-License-Identifier: Apache-2.0
#include "app/shard_identity.hpp"

namespace glimt {

shard_identity::shard_identity(shard& here, const identity_plan& plan, const settings& options,
                               const policy& rules, const clock& time, shard_identity* first) {
    if (plan.way == identity_way::keystone) {
        const auto& with = plan.keystone;
        if (first) {
            authority_ = std::make_unique<neighbouring_authority>(*first->tokens_);
        } else {
            keystone_ = std::make_unique<keystone_client>(here, with, time);
            authority_ =
                std::make_unique<keystone_authority>(keystone_->session, with.service_type);
        }
        tokens_.emplace(here.loop, *authority_, with.token_cache_time, time, here.out);
    }
    source_ = make_identity_source(plan, options, rules, tokens_ ? &*tokens_ : nullptr);
}

void shard_identity::close() {
    if (tokens_) tokens_->close();
    if (keystone_) keystone_->session.close();
}

}  // namespace glimt
