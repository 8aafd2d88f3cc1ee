// SPDX-License-Identifier: Apache-2.0
#include "api/request_id.hpp"

#include "core/problem.hpp"

#include <boost/uuid/uuid_io.hpp>

#include <fmt/format.h>

namespace glimt {

std::string request_ids::next() {
    std::string id("req-00000000-0000-0000-0000-000000000000");
    boost::uuids::to_chars(uuids_(), id.data() + 4, id.data() + id.size());
    return id;
}

void request_ids::adopt(const request_head& head, std::string& id) const {
    const header* given = adopts_ ? head.find("x-openstack-request-id") : nullptr;
    if (!given || given->value.empty()) return;
    if (length_max_ > 0 && given->value.size() > length_max_) {
        throw problem(reason::headers_too_large,
                      fmt::format("x-openstack-request-id is too long, max size {}", length_max_),
                      layout::sentence_first);
    }
    id = given->value.starts_with("req-") ? "" : "req-";
    id += given->value;
}

}  // namespace glimt
