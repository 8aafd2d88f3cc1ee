// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "proto/message.hpp"

#include <boost/uuid/random_generator.hpp>

#include <cstddef>
#include <string>

namespace glimt {

// The X-Openstack-Request-Id of the requests of one shard (contract 1.3): "req-" and a random UUID.
// Seeded from the operating system when it is made and never waiting for it later; good for telling
// requests apart, not for secrets.
//
// Behind the filter `context` the client's own id counts instead, with "req-" in front where that
// is missing: services hand one id on to the next. Elsewhere Glance ignores it, and so do we.
class request_ids {
public:
    // `adopts`: whether the client's own counts; `length_max`: of those, in bytes, 0 for no limit.
    request_ids(bool adopts, std::size_t length_max) : adopts_(adopts), length_max_(length_max) {}

    std::string next();

    // Puts the client's id into `id`, if it counts. Throws problem(reason::headers_too_large) when
    // it is longer than max_request_id_length: what Glance means to answer (it fails with a 500 on
    // the way).
    void adopt(const request_head& head, std::string& id) const;

private:
    const bool adopts_;
    const std::size_t length_max_;
    boost::uuids::random_generator_mt19937 uuids_;
};

}  // namespace glimt
