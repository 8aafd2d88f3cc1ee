// SPDX-License-Identifier: Apache-2.0
#include "image/request_json.hpp"

#include "core/problem.hpp"

#include <boost/json/parse.hpp>

namespace glimt {

boost::json::value parse_request_json(std::string_view body) {
    if (body.empty()) throw problem(reason::invalid, "Body expected in request.");
    boost::json::parse_options options;
    options.max_depth = 32;
    boost::system::error_code ec;
    boost::json::value parsed = boost::json::parse(body, ec, {}, options);
    if (ec) throw problem(reason::invalid, "Malformed JSON in request body.");
    if (!parsed.is_structured()) {
        throw problem(reason::invalid, "Unexpected body type. Expected list/dict.");
    }
    return parsed;
}

}  // namespace glimt
