// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace glimt {

// Text into the three places it goes to in Glance's answers. `text` is meant to be UTF-8; each byte
// that is not becomes U+FFFD, so the output is always well formed.

// Between the quotes of a JSON string, as Python's json.dumps writes it by default: ASCII only,
// "\u00e9" with lower-case digits, surrogate pairs beyond U+FFFF.
void append_json_escaped(std::string& to, std::string_view text);

// Into HTML, as webob.util.html_escape does: & < > " ' as entities, non-ASCII as "&#233;".
void append_html_escaped(std::string& to, std::string_view text);

// Into the path of a URL, as webob does for SCRIPT_NAME: all but letters, digits and
// "_.-/~!$&'()*+,;=:@" as "%20". Bytes stay bytes.
void append_path_escaped(std::string& to, std::string_view text);

// Text without its markup, as webob.exc.strip_tags leaves it for text/plain: "\n" becomes a space,
// "<br />" a "\n", other tags and comment marks nothing.
std::string without_tags(std::string_view text);

}  // namespace glimt
