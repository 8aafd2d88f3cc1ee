// SPDX-License-Identifier: Apache-2.0
#include "api/healthcheck.hpp"

#include "api/accept.hpp"
#include "api/path.hpp"
#include "core/operations.hpp"

#include <fmt/format.h>

namespace glimt {
namespace {

// The application's Jinja template, expanded without details.
constexpr std::string_view html_before = R"(<HTML>
<HEAD><TITLE>Healthcheck Status</TITLE></HEAD>
<BODY>

<H2>Result of 1 checks:</H2>
<TABLE bgcolor="#ffffff" border="1">
<TBODY>
<TR>

<TH>
Reason
</TH>
</TR>
<TR>

    <TD>)";
constexpr std::string_view html_after = R"(</TD>

</TR>
</TBODY>
</TABLE>
<HR></HR>

</BODY>
</HTML>)";

}  // namespace

bool names_healthcheck(std::string_view path) { return first_segment(path) == "healthcheck"; }

response healthcheck_response(const request_head& asked, bool disabled) {
    static constexpr std::string_view offers[] = {"text/plain", "text/html", "application/json"};
    const std::string_view said = disabled ? "DISABLED BY FILE" : "OK";
    response answer;
    answer.status = disabled ? 503 : 200;
    if (asked.method == "HEAD") {
        answer.status = disabled ? 503 : 204;
        answer.without_length = !disabled;  // RFC 9110 8.6: none in a 204
        if (disabled) answer.headers.push_back({"Content-Type", "text/plain; charset=UTF-8"});
        return answer;
    }
    const auto accept = joined_header(asked, "accept");
    const std::size_t offer = accept ? preferred_offer(*accept, offers).value_or(0) : 0;
    if (offer == 1) {
        answer.headers.push_back({"Content-Type", "text/html; charset=UTF-8"});
        answer.text.append(html_before).append(said).append(html_after);
    } else if (offer == 2) {
        answer.headers.push_back({"Content-Type", "application/json"});
        answer.text = fmt::format(
            "{{\n    \"detailed\": false,\n    \"reasons\": [\n        \"{}\"\n    ]\n}}", said);
    } else {
        answer.headers.push_back({"Content-Type", "text/plain; charset=UTF-8"});
        answer.text = said;
    }
    return answer;
}

task<bool> exists(ring_context& home, const std::string& path) {
    struct statx found{};
    const auto [ec] = co_await async_statx(home, AT_FDCWD, path, STATX_TYPE, found, or_error);
    if (ec == asio::error::operation_aborted) throw boost::system::system_error(ec);
    co_return !ec;
}

}  // namespace glimt
