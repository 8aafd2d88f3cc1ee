// SPDX-License-Identifier: Apache-2.0
#include "store/http_store.hpp"

#include "core/problem.hpp"
#include "outbound/http_client.hpp"

#include <fmt/format.h>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>
#include <limits>

namespace glimt {
namespace {

constexpr unsigned redirects_max = 5;  // as Glance

bool is_web_url(std::string_view url) {
    return url.starts_with("http://") || url.starts_with("https://");
}

// Bytes of a body, behind those that the server sent although they were not asked for. Throws when
// the body ends before `bytes`.
class body_part final : public source {
public:
    body_part(std::unique_ptr<source> body, std::uint64_t skipped, std::uint64_t bytes)
        : body_(std::move(body)), to_skip_(skipped), left_(bytes) {}

    task<std::size_t> read_some(asio::mutable_buffer into) override {
        if (to_skip_ > 0) co_await skip();
        if (left_ == 0) co_return 0;
        const auto n = co_await read(asio::buffer(into, left_));
        left_ -= n;
        co_return n;
    }

private:
    // Not into the reader's memory, which may be a byte's before gigabytes.
    task<> skip() {
        std::array<std::byte, 16 * 1024> nowhere;  // as much as curl hands over at a time
        while (to_skip_ > 0) to_skip_ -= co_await read(asio::buffer(nowhere, to_skip_));
    }

    task<std::size_t> read(asio::mutable_buffer into) {
        const auto n = co_await body_->read_some(into);
        if (n == 0) throw boost::system::system_error(asio::error::connection_reset);
        co_return n;
    }

    std::unique_ptr<source> body_;
    std::uint64_t to_skip_, left_;
};

// Where the part begins that "Content-Range: bytes 5-9/10" announces (RFC 9110 14.4).
std::optional<std::uint64_t> begin_of_part(const std::string* content_range) {
    constexpr std::string_view unit = "bytes ";
    if (!content_range || !content_range->starts_with(unit)) return std::nullopt;
    std::uint64_t begin = 0;
    const char* const text = content_range->data() + unit.size();
    const char* const end = content_range->data() + content_range->size();
    const auto [rest, ec] = std::from_chars(text, end, begin);
    if (ec != std::errc{} || rest == end || *rest != '-') return std::nullopt;
    return begin;
}

open_error error_of(http_failure why) {
    switch (why) {
        case http_failure::invalid:
        case http_failure::refused:
        case http_failure::too_many_redirects:
        case http_failure::too_large: return open_error::unreadable;
        case http_failure::name_not_resolved:
        case http_failure::cannot_connect:
        case http_failure::tls:
        case http_failure::timed_out:
        case http_failure::broken: return open_error::unavailable;
    }
    return open_error::unavailable;
}

// 5xx and 429 pass, so the client may come again; Glance's answer to them is a 400.
open_error error_of(unsigned status) {
    if (status == 200 || status == 206) return open_error::none;
    if (status == 404) return open_error::not_found;
    return status >= 500 || status == 429 ? open_error::unavailable : open_error::unreadable;
}

opened_blob refused(open_error why, std::string detail) {
    opened_blob none{.error = why, .data = nullptr};
    none.why = std::move(detail);
    return none;
}

class http_store final : public store {
public:
    http_store(const store_environment& env, const store_plan& plan) : env_(env), plan_(plan) {
        assert(env.web && env.web_filter);
    }

    std::string_view refuses_new_blobs() const override { return plan_.refusal; }

    task<std::unique_ptr<blob_writer>> create(std::string, std::optional<std::uint64_t>) override {
        throw problem(reason::unavailable, plan_.refusal);
        co_return nullptr;
    }

    task<opened_blob> open(std::string url, blob_range range) override {
        auto asked = query("GET", std::move(url));
        if (range.offset > 0 || range.bytes) asked.headers.push_back({"Range", text_of(range)});
        auto answer = co_await env_.web->open(std::move(asked));
        if (answer.failed) co_return refused(error_of(*answer.failed), answer.why);
        if (const auto error = error_of(answer.status); error != open_error::none)
            co_return refused(error, fmt::format("the server answers {}", answer.status));
        co_return part_of(std::move(answer), range);
    }

    task<std::optional<std::uint64_t>> size(std::string url) override {
        const auto answer = co_await env_.web->open(query("HEAD", std::move(url)));
        if (answer.failed == http_failure::refused || answer.status == 404) co_return std::nullopt;
        // Glance says so too of a server that does not answer.
        if (answer.failed || answer.status >= 300)
            throw problem(reason::invalid, "The Store URI was malformed.");
        co_return answer.length.value_or(0);
    }

    task<bool> remove(std::string) override { co_return false; }

    bool owns(std::string_view url) const override { return is_web_url(url); }

    task<> remove_remains(std::string) override { co_return; }

    boost::json::object properties() const override { return {}; }

private:
    static std::string text_of(const blob_range& range) {
        const bool ends = range.bytes && *range.bytes > 0;
        if (!ends) return fmt::format("bytes={}-", range.offset);
        return fmt::format("bytes={}-{}", range.offset, range.offset + *range.bytes - 1);
    }

    http_query query(std::string_view method, std::string url) const {
        const auto& options = plan_.options;
        http_query asked;
        asked.method = method;
        asked.url = std::move(url);
        asked.redirects_max = redirects_max;
        asked.filter = env_.web_filter;
        asked.trust.ca_file = options.https_ca_certificates_file;
        // A file of authorities is there to be used, whatever https_insecure says.
        asked.trust.insecure = options.https_insecure && asked.trust.ca_file.empty();
        asked.http_proxy = proxy_for("http");
        asked.https_proxy = proxy_for("https");
        return asked;
    }

    // As Python's requests looks it up: of the scheme, else of all.
    std::string proxy_for(std::string_view scheme) const {
        for (const std::string_view name : {scheme, std::string_view("all")})
            for (const auto& [of, proxy] : plan_.options.http_proxy_information)
                if (of == name) return proxy;
        return {};
    }

    static opened_blob part_of(http_opened answer, const blob_range& range) {
        std::uint64_t begin = 0;  // in the blob, of what the server sends
        if (answer.status == 206) {
            const auto told = begin_of_part(answer.find("content-range"));
            if (!told || *told > range.offset)
                return refused(open_error::unreadable, "the server sends another range");
            begin = *told;
        }
        const auto skipped = range.offset - begin;
        if (answer.length && *answer.length < skipped)
            return refused(open_error::unreadable, "the range begins behind the end");
        if (!answer.length && !range.bytes)
            return refused(open_error::unreadable, "the server does not say how long it is");
        opened_blob part;
        part.bytes = range.bytes.value_or(std::numeric_limits<std::uint64_t>::max());
        if (answer.length) part.bytes = std::min(part.bytes, *answer.length - skipped);
        part.data = std::make_unique<body_part>(std::move(answer.body), skipped, part.bytes);
        return part;
    }

    const store_environment env_;
    const store_plan& plan_;
};

}  // namespace

std::unique_ptr<store> make_http_store(const store_environment& env, const store_plan& plan) {
    return std::make_unique<http_store>(env, plan);
}

store_plan plan_http_store(const store_settings& options, const std::string&) {
    store_plan plan;
    plan.options = options;
    plan.refusal = "Error in store configuration. Adding images to store is disabled.";
    return plan;
}

}  // namespace glimt
