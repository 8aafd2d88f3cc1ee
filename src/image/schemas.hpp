// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/json/object.hpp>

namespace glimt {

// The schemas of members and tasks; no option changes them (contract 1.28). They live as long as
// the program. Shown by append_json with json_letters::ascii.

const boost::json::object& member_schema();
const boost::json::object& members_schema();
const boost::json::object& task_schema();
const boost::json::object& tasks_schema();

}  // namespace glimt
