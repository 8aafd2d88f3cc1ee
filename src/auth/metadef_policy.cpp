// SPDX-License-Identifier: Apache-2.0
#include "auth/metadef_policy.hpp"

#include "core/problem.hpp"

namespace glimt {

task<> metadef_policy::enforce(action asked) const {
    if (co_await allows(asked)) co_return;
    if (!co_await allows("get_metadef_namespace")) throw problem(reason::not_found);
    refuse(asked);
}

}  // namespace glimt
