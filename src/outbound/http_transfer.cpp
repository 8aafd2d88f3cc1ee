// SPDX-License-Identifier: Apache-2.0
#include "outbound/http_transfer.hpp"

#include "proto/message.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace glimt {

namespace {

constexpr std::size_t head_bytes_max = 128 * 1024;
constexpr std::size_t discarded_bytes_max = 64 * 1024;  // more, and the connection is given up
constexpr std::size_t url_bytes_max = 16 * 1024;
constexpr const char* user_agent = "glimt/" GLIMT_VERSION;

bool is_redirect(unsigned status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

http_failure failure_of(CURLcode how) {
    switch (how) {
        case CURLE_URL_MALFORMAT: return http_failure::invalid;
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY: return http_failure::name_not_resolved;
        case CURLE_COULDNT_CONNECT:
        case CURLE_PROXY: return http_failure::cannot_connect;
        case CURLE_OPERATION_TIMEDOUT: return http_failure::timed_out;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS:
        case CURLE_SSL_CLIENTCERT:
        case CURLE_PEER_FAILED_VERIFICATION: return http_failure::tls;
        default: return http_failure::broken;
    }
}

bool is_text(std::string_view text) {
    return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

std::string_view without_space(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == text.npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool same_server(std::string_view a, std::string_view b) {
    const auto first = place_of(a), second = place_of(b);
    if (!first || !second) return false;
    const auto port = [](const uri_place& of) {
        return of.port.value_or(of.scheme == "https" ? 443 : 80);
    };
    return first->scheme == second->scheme && first->host == second->host &&
           port(*first) == port(*second);
}

bool is_ours(std::string_view url) {
    const auto place = place_of(url);
    return url.size() <= url_bytes_max && place &&
           (place->scheme == "http" || place->scheme == "https");
}

// What `reference`, of a header Location, means at `base`; empty when nothing. A whole URL is left
// as it is, because curl would rewrite its host, and the filter is to see it as it was written.
std::string resolved(const std::string& base, const std::string& reference) {
    if (place_of(reference)) return reference;
    const std::unique_ptr<CURLU, decltype(&::curl_url_cleanup)> url(libcurl().url(),
                                                                    libcurl().url_cleanup);
    if (!url) throw std::bad_alloc();
    char* whole = nullptr;
    if (libcurl().url_set(url.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK ||
        libcurl().url_set(url.get(), CURLUPART_URL, reference.c_str(), CURLU_URLENCODE) !=
            CURLUE_OK ||
        libcurl().url_get(url.get(), CURLUPART_URL, &whole, 0) != CURLUE_OK)
        return {};
    const std::unique_ptr<char, decltype(&::curl_free)> owned(whole, libcurl().free);
    return whole;
}

}  // namespace

http_transfer::http_transfer(curl_driver& driver, http_query query, long buffer_bytes)
    : driver_(driver),
      query_(std::move(query)),
      easy_(libcurl().easy_init()),
      changed_(driver.home()) {
    if (!easy_) throw std::bad_alloc();
    set_protocol(buffer_bytes);
    set_trust();
    set_patience();
    set_callbacks();
}

http_transfer::~http_transfer() {
    if (running_) driver_.remove(easy_.get());
}

template <class Value>
void http_transfer::set(CURLoption option, Value value) {
    static_assert(std::is_same_v<Value, long> || std::is_pointer_v<Value>, "as curl takes them");
    const CURLcode result = libcurl().easy_setopt(easy_.get(), option, value);
    if (result == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
    if (result != CURLE_OK) throw std::logic_error(libcurl().easy_strerror(result));
}

void http_transfer::set_protocol(long buffer_bytes) {
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);  // open() does, and looks at each before
    set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
    set(CURLOPT_USERAGENT, user_agent);
    set(CURLOPT_NETRC, long{CURL_NETRC_IGNORED});
    set(CURLOPT_NOPROXY, "");  // whatever the environment says
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_BUFFERSIZE, buffer_bytes);
    set(CURLOPT_NOSIGNAL, 1L);
    // Else who is cancelled or too late while a name is looked up waits for the resolver's thread.
    set(CURLOPT_QUICK_EXIT, 1L);
}

void http_transfer::set_trust() {
    const auto& trust = query_.trust;
    set(CURLOPT_SSL_VERIFYPEER, trust.insecure ? 0L : 1L);
    set(CURLOPT_SSL_VERIFYHOST, trust.insecure ? 0L : 2L);
    if (!trust.ca_file.empty()) set(CURLOPT_CAINFO, trust.ca_file.c_str());
    if (trust.certificate_file.empty()) return;
    set(CURLOPT_SSLCERT, trust.certificate_file.c_str());
    if (!trust.key_file.empty()) set(CURLOPT_SSLKEY, trust.key_file.c_str());
}

void http_transfer::set_patience() {
    const auto& patience = query_.patience;
    if (patience.total.count() > 0) deadline_ = ring_context::clock::now() + patience.total;
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(patience.connect.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, long{patience.bytes_per_second_min});
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(patience.slow.count()));
}

void http_transfer::set_callbacks() {
    set(CURLOPT_ERRORBUFFER, error_text_.data());
    set(CURLOPT_HEADERFUNCTION, &http_transfer::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &http_transfer::on_body);
    set(CURLOPT_WRITEDATA, this);
    if (!query_.filter) return;
    set(CURLOPT_OPENSOCKETFUNCTION, &http_transfer::on_socket);
    set(CURLOPT_OPENSOCKETDATA, this);
    // A connection that is used again was perhaps made for somebody without a filter.
    set(CURLOPT_PREREQFUNCTION, &http_transfer::on_connected);
    set(CURLOPT_PREREQDATA, this);
}

void http_transfer::set_method() {
    const auto& method = query_.method;
    set(CURLOPT_HTTPGET, 1L);  // and nothing of the hop before
    set(CURLOPT_CUSTOMREQUEST, static_cast<const char*>(nullptr));
    if (method == "HEAD") return set(CURLOPT_NOBODY, 1L);
    if (!query_.body.empty() || method == "POST") {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDS, query_.body.data());  // not copied: it stays where it is
        set(CURLOPT_POSTFIELDSIZE, static_cast<long>(query_.body.size()));
    }
    set(CURLOPT_CUSTOMREQUEST, method.c_str());
}

// False when one of them would be read as more than one header.
bool http_transfer::set_headers() {
    curl_list list;
    const auto add = [&](const std::string& line) {
        curl_slist* longer = libcurl().slist_append(list.get(), line.c_str());
        if (!longer) throw std::bad_alloc();
        if (!list) list.reset(longer);
    };
    bool has_type = false;
    for (const auto& [name, value] : query_.headers) {
        if (name.empty() || !is_text(name) || !is_text(value)) return false;
        // "Name;" is how curl is told of an empty value.
        add(value.empty() ? name + ";" : name + ": " + value);
        has_type = has_type || equal_ignoring_case(name, "content-type");
    }
    if (!has_type) add("Content-Type:");  // none of curl's own
    add("Expect:");
    set(CURLOPT_HTTPHEADER, list.get());
    headers_ = std::move(list);
    return true;
}

void http_transfer::fail(http_failure why, std::string_view detail) {
    head_.failed = why;
    head_.why = detail.empty() ? name_of(why) : detail;
}

bool http_transfer::set_time_left() {
    if (deadline_ == ring_context::clock::time_point::max()) return true;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - ring_context::clock::now());
    if (left.count() <= 0) return false;
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(left.count()));
    return true;
}

void http_transfer::set_proxy() {
    const bool is_https = place_of(query_.url)->scheme == "https";
    const auto& proxy = is_https ? query_.https_proxy : query_.http_proxy;
    set(CURLOPT_PROXY, proxy.c_str());  // "" also keeps the environment's out
    proxied_ = !proxy.empty();
}

bool http_transfer::begin_hop(std::string url) {
    query_.url = std::move(url);
    if (!is_ours(query_.url)) return fail(http_failure::invalid), false;
    if (query_.filter) reach_ = query_.filter->reach_of(query_.url);
    if (reach_ == uri_filter::reach::nowhere) return fail(http_failure::refused), false;
    if (!set_time_left()) return fail(http_failure::timed_out), false;
    set_proxy();
    set_method();
    if (!set_headers()) return fail(http_failure::invalid), false;
    set(CURLOPT_URL, query_.url.c_str());

    head_ = {};
    head_bytes_ = discarded_ = 0;
    head_done_ = redirected_ = refused_ = connecting_ = head_too_large_ = paused_ = false;
    error_text_.front() = '\0';
    if (driver_.add(easy_.get(), *this) != CURLM_OK) throw std::bad_alloc();
    running_ = true;
    return true;
}

task<> http_transfer::open() {
    std::string url = query_.url;
    for (unsigned hops = 0; begin_hop(std::move(url)); ++hops) {
        while (running_ && !head_done_) co_await changed_.async_wait(or_throw);
        if (!redirected_) co_return;
        while (running_) co_await changed_.async_wait(or_throw);
        if (head_.failed) co_return;
        if (hops == query_.redirects_max) co_return fail(http_failure::too_many_redirects);
        url = resolved(query_.url, *head_.find("location"));
        prepare_redirect(query_.url, url);
    }
}

// As browsers do (RFC 9110 15.4), and without carrying secrets to strangers.
void http_transfer::prepare_redirect(std::string_view from, std::string_view to) {
    const bool was_post = query_.method == "POST";
    if (query_.method != "HEAD" &&
        (head_.status == 303 || (was_post && (head_.status == 301 || head_.status == 302)))) {
        query_.method = "GET";
        query_.body.clear();
    }
    if (same_server(from, to)) return;
    std::erase_if(query_.headers, [](const http_field& field) {
        return !equal_ignoring_case(field.name, "accept") &&
               !equal_ignoring_case(field.name, "range");
    });
}

std::optional<std::uint64_t> http_transfer::declared_length() const {
    curl_off_t length = -1;
    libcurl().easy_getinfo(easy_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (length < 0) return std::nullopt;
    return static_cast<std::uint64_t>(length);
}

task<std::size_t> http_transfer::read_some(asio::mutable_buffer into) {
    assert(into.size() > 0);
    if (kept_begin_ < kept_.size()) {
        const auto n = asio::buffer_copy(into, asio::buffer(kept_) + kept_begin_);
        kept_begin_ += n;
        co_return n;
    }
    if (!running_) co_return 0;
    // However it is left, nobody writes to `into` any more.
    struct reading {
        asio::mutable_buffer& waiting;
        ~reading() { waiting = {}; }
    } guard{waiting_};
    waiting_ = into;
    if (std::exchange(paused_, false)) libcurl().easy_pause(easy_.get(), CURLPAUSE_CONT);
    while (running_ && waiting_.size() == into.size()) co_await changed_.async_wait(or_throw);
    co_return into.size() - waiting_.size();
}

// --- what curl calls -----------------------------------------------------------------------------

void http_transfer::ended(CURLcode how) {
    running_ = false;
    changed_.notify_all();
    // What became of a redirect's body does not matter, unless there is no time left.
    if (redirected_ && how != CURLE_OPERATION_TIMEDOUT) return;
    if (how == CURLE_OK && head_done_) return;
    const bool refused = refused_ && !connecting_;
    if (refused && (how == CURLE_COULDNT_CONNECT || how == CURLE_ABORTED_BY_CALLBACK))
        return fail(http_failure::refused);
    if (head_too_large_) return fail(http_failure::too_large);
    if (how == CURLE_OK) return fail(http_failure::broken);
    fail(failure_of(how),
         error_text_.front() != '\0' ? error_text_.data() : libcurl().easy_strerror(how));
}

std::size_t http_transfer::on_header(const char* line, std::size_t, std::size_t bytes,
                                     void* self) noexcept {
    return static_cast<http_transfer*>(self)->take_header({line, bytes}) ? bytes : 0;
}

// A status line, a field or the empty line, each once; false ends the transfer.
bool http_transfer::take_header(std::string_view line) {
    if (head_done_) return true;  // a trailer
    head_bytes_ += line.size();
    head_too_large_ = head_bytes_ > head_bytes_max;
    if (head_too_large_) return false;
    while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) return end_head(), true;
    if (head_.fields.empty() && line.starts_with("HTTP/")) return true;
    if (!head_.fields.empty() && (line.front() == ' ' || line.front() == '\t')) {
        head_.fields.back().value.append(" ").append(without_space(line));  // RFC 9112 5.2
        return true;
    }
    const auto colon = line.find(':');
    if (colon == line.npos) return true;
    head_.fields.push_back({std::string(without_space(line.substr(0, colon))),
                            std::string(without_space(line.substr(colon + 1)))});
    return true;
}

void http_transfer::end_head() {
    long status = 0;
    libcurl().easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status < 200) return head_.fields.clear();  // 100 Continue and the like
    head_.status = static_cast<unsigned>(status);
    redirected_ = query_.redirects_max > 0 && is_redirect(head_.status) && head_.find("location");
    head_done_ = true;
    changed_.notify_all();
}

std::size_t http_transfer::on_body(const char* data, std::size_t, std::size_t bytes,
                                   void* self) noexcept {
    return static_cast<http_transfer*>(self)->take_body({data, bytes});
}

std::size_t http_transfer::take_body(std::string_view data) {
    if (redirected_) {
        discarded_ += data.size();
        return discarded_ <= discarded_bytes_max ? data.size() : 0;
    }
    if (kept_begin_ < kept_.size()) {
        paused_ = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    const auto n = asio::buffer_copy(waiting_, asio::buffer(data));
    waiting_ += n;
    kept_.assign(data.substr(n));
    kept_begin_ = 0;
    changed_.notify_all();
    return data.size();
}

curl_socket_t http_transfer::on_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept {
    if (!static_cast<http_transfer*>(self)->may_reach(ip_address::of(address->addr)))
        return CURL_SOCKET_BAD;
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int http_transfer::on_connected(void* self, char* address, char*, int, int) noexcept {
    const bool may = static_cast<http_transfer*>(self)->may_reach(ip_address::parse(address));
    return may ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

bool http_transfer::may_reach(const std::optional<ip_address>& address) {
    // A proxy's address is its operator's business.
    const bool may = proxied_ || reach_ == uri_filter::reach::anywhere ||
                     (address && query_.filter->allows(*address));
    (may ? connecting_ : refused_) = true;
    return may;
}

}  // namespace glimt
