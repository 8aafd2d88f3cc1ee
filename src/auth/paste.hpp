// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/config_error.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glimt {

// What a filter of Glance's pipelines does, told by the Python object that makes it and not by the
// name it goes by in the file.
enum class paste_filter : std::uint8_t {
    authtoken,                // keystonemiddleware: asks keystone who it is
    fakeauth,                 // Glance's tests: takes the token for what it says
    context,                  // believes the headers the two above set
    unauthenticated_context,  // everybody is an admin
    cors,
    healthcheck,
    http_proxy_to_wsgi,
    version_negotiation,
    gzip,
    cache,
    cache_management,
    osprofiler,
    unknown,  // whatever else an operator put there
};

// The filters that stand before the API, the one that sees a request first first.
struct paste_pipeline {
    struct filter {
        std::string name;     // in the file
        std::string factory;  // "module:object", or "egg:package#entry"
        paste_filter kind = paste_filter::unknown;
        std::vector<std::pair<std::string, std::string>> options;  // what else its section says
    };

    std::string name;  // "glance-api", and "-flavor" where there is one
    std::vector<filter> filters;
    std::vector<config_error> errors;  // then the filters are not to be relied on

    // What a pipeline does not name is off.
    bool has(paste_filter kind) const noexcept;
};

// The pipeline a file in the format of Paste Deploy gives a flavor ("" for none), as Glance and
// Paste find it: [pipeline:glance-api-FLAVOR], or a [composite:...] which is followed along /v2,
// else /. The last name of a pipeline is what serves: an app, or one more pipeline. Refused rather
// than half understood: filter-with and filter-app, which would put filters where nobody names
// them.
//
// Without a file (an empty path) the pipelines are those of the file Glance ships (contract 2.3).
paste_pipeline read_paste_pipeline(std::string_view text, const std::string& path,
                                   std::string_view flavor);

}  // namespace glimt
