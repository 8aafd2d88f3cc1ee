// SPDX-License-Identifier: Apache-2.0
#include "auth/request_context.hpp"

#include "core/problem.hpp"

namespace glimt {

void refuse_read_only(const request_context& context) {
    if (context.read_only)
        throw problem(reason::forbidden, "Read-only access", layout::sentence_first);
}

}  // namespace glimt
