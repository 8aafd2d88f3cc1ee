// SPDX-License-Identifier: Apache-2.0
#include "auth/metadef_policy.hpp"

#include "core/problem.hpp"

namespace glimt {

void metadef_policy::enforce(action asked) const {
    if (allows(asked)) return;
    if (!allows("get_metadef_namespace")) throw problem(reason::not_found);
    refuse(asked);
}

}  // namespace glimt
