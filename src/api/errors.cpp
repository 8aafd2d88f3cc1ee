// SPDX-License-Identifier: Apache-2.0
#include "api/errors.hpp"

#include "api/accept.hpp"
#include "api/escape.hpp"

#include <fmt/format.h>

namespace glimt {
namespace {

// What webob knows of a status: its title, and the sentence that stands where nobody gives another.
struct webob_error {
    unsigned status;
    std::string_view title;
    std::string_view sentence;
};

// Those whose sentence is empty name something of the request, see sentence_of().
webob_error describe(reason why) {
    switch (why) {
        case reason::invalid:
            return {400, "Bad Request",
                    "The server could not comply with the request since it is either malformed or "
                    "otherwise incorrect."};
        case reason::unauthorized:
            return {401, "Unauthorized",
                    "This server could not verify that you are authorized to access the document "
                    "you requested. Either you supplied the wrong credentials (e.g., bad "
                    "password), or your browser does not understand how to supply the credentials "
                    "required."};
        case reason::forbidden: return {403, "Forbidden", "Access was denied to this resource."};
        case reason::not_found: return {404, "Not Found", "The resource could not be found."};
        case reason::bad_method: return {405, "Method Not Allowed", ""};
        case reason::conflict:
            return {409, "Conflict", "There was a conflict when trying to complete your request."};
        case reason::gone:
            return {410, "Gone",
                    "This resource is no longer available. No forwarding address is given."};
        case reason::too_large:
            return {413, "Request Entity Too Large",
                    "The body of your request was too large for this server."};
        case reason::unsupported: return {415, "Unsupported Media Type", ""};
        case reason::bad_range:
            return {416, "Request Range Not Satisfiable", "The Range requested is not available."};
        case reason::headers_too_large:
            return {431, "Request Header Fields Too Large",
                    "The request header fields were too large"};
        case reason::internal: break;
        case reason::not_implemented: return {501, "Not Implemented", ""};
        case reason::unavailable:
            return {503, "Service Unavailable",
                    "The server is currently unavailable. Please try again at a later time."};
    }
    return {500, "Internal Server Error",
            "The server has either erred or is incapable of performing the requested operation."};
}

std::string verbatim(std::string_view text) { return std::string(text); }

std::string html(std::string_view text) {
    std::string escaped;
    append_html_escaped(escaped, text);
    return escaped;
}

using escape_function = std::string (*)(std::string_view);

// The sentence and the text behind it, in webob's template of that status. What comes from the
// request or from the problem is escaped; without a Content-Type its place holder stays.
std::string message(const problem& why, const request_head& asked, escape_function escape) {
    const std::string text = escape(why.detail());
    switch (why.why()) {
        case reason::bad_method:
            return fmt::format("The method {} is not allowed for this resource. <br /><br />\n{}",
                               escape(asked.method), text);
        case reason::not_implemented:
            return fmt::format(
                "\nThe request method {} is not implemented for this server. <br /><br />\n{}",
                escape(asked.method), text);
        case reason::unsupported: {
            const header* type = asked.find("content-type");
            return fmt::format(
                "The request media type {} is not supported by this server.\n<br /><br />\n{}",
                type ? escape(type->value) : "${CONTENT_TYPE}", text);
        }
        default: break;
    }
    const std::string sentence = escape(describe(why.why()).sentence);
    if (text.empty()) return sentence + "<br /><br />\n\n\n";
    if (why.how() == layout::text_only) return text + "<br /><br />\n\n\n";
    return fmt::format("{}<br /><br />\n{}\n\n", sentence, text);
}

std::string html_body(std::string_view status, std::string_view message) {
    return fmt::format(
        "<html>\n <head>\n  <title>{0}</title>\n </head>\n <body>\n  <h1>{0}</h1>\n  {1}\n "
        "</body>\n</html>",
        status, message);
}

std::string json_body(std::string_view status, std::string_view title, std::string_view message) {
    std::string body = R"({"message": ")";
    append_json_escaped(body, message);
    return body += fmt::format(R"(", "code": "{}", "title": "{}"}})", status, title);
}

void fill_body(response& answer, const problem& why, const request_head& asked) {
    static constexpr std::string_view html_and_json[] = {"text/html", "application/json"};
    const std::string_view title = describe(why.why()).title;
    const std::string status = fmt::format("{} {}", answer.status, title);
    const auto offer =
        preferred_offer(joined_header(asked, "accept").value_or(std::string()), html_and_json);
    if (offer == 0) {
        answer.headers.push_back({"Content-Type", "text/html; charset=UTF-8"});
        answer.text = html_body(status, message(why, asked, html));
    } else if (offer == 1) {
        answer.headers.push_back({"Content-Type", "application/json"});
        answer.text = json_body(status, title, message(why, asked, verbatim));
    } else {
        answer.headers.push_back({"Content-Type", "text/plain; charset=UTF-8"});
        answer.text = status + "\n\n" + without_tags(message(why, asked, verbatim));
    }
}

}  // namespace

response error_response(const problem& why, const request_head& asked) {
    response answer;
    answer.status = describe(why.why()).status;
    if (asked.method == "HEAD") {
        answer.headers.push_back({"Content-Type", "text/html; charset=UTF-8"});
    } else {
        fill_body(answer, why, asked);
    }
    for (const problem_header& one : why.headers()) {
        answer.headers.push_back({one.name, one.value});
    }
    return answer;
}

}  // namespace glimt
