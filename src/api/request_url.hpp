// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "proto/message.hpp"

#include <string>

namespace glimt {

// The URL under which the client reached us, without a path of ours and without a '/' at its end:
// scheme, host and the prefix a front end stripped, as webob's application_url. The port is left
// out when it is the scheme's own. Without a Host it is the first address we listen on.
//
// With enable_proxy_headers_parsing the front end's headers count, as in oslo.middleware's
// http_proxy_to_wsgi: the first element of Forwarded (RFC 7239), else X-Forwarded-Proto and -Host;
// and X-Forwarded-Prefix before the prefix. Where oslo copies a list, a quoted string, a scheme
// that is not http or https, or a prefix without its '/' into the URL as it is, we take what is
// meant: the first of the list, what is quoted, the connection's own scheme, the '/' added.
std::string request_url(const request_head& head, const settings& options);

// The same without the prefix: scheme and host. What Glance puts before the path in Location.
std::string request_origin(const request_head& head, const settings& options);

}  // namespace glimt
