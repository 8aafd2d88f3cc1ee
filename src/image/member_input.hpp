// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace glimt {

// What clients say of members (contract 1.21). All throw problem(reason::invalid).

// The project of POST …/members: {"member": "<project>"}.
std::string read_new_member(const boost::json::value& body);

// The status of PUT …/members/{id}: {"status": "accepted"}. Glance takes it from the body first,
// looks for the image and the member, asks the policy, and only then cares which status it is.
const boost::json::value& read_member_status(const boost::json::value& body);
member_status check_member_status(const boost::json::value& status);

}  // namespace glimt
