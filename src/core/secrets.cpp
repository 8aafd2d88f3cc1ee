// SPDX-License-Identifier: Apache-2.0
#include "core/secrets.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <string_view>

namespace glimt {
namespace {

constexpr std::string_view mask = "***";

// Names in lower case, "-" as "_". A word that ends with one of them, but for digits, names a
// secret. The first block is oslo_utils.strutils._SANITIZE_KEYS (6.0) less what another line
// already ends.
constexpr std::string_view secret_endings[] = {
    "adminpass",
    "admin_pass",
    "password",
    "new_pass",
    "secret_uuid",
    "secret",
    "sys_pswd",
    "token",
    "configdrive",
    "encrypted_key",
    "private_key",
    "fernetkey",
    "sslkey",
    "passphrase",
    "cephclusterfsid",
    "octaviaheartbeatkey",
    "cookie",
    "cephmanilaclientkey",
    "pacemakerremoteauthkey",
    "designaterndckey",
    "cephadminkey",
    "heatauthencryptionkey",
    "cephclientkey",
    "keystonecredential",
    "barbicansimplecryptokek",
    "cephrgwkey",
    "swifthashsuffix",
    "migrationsshkey",
    "cephmdskey",
    "cephmonkey",

    "authorization",
    "passwd",
    "secret_key",
    "secret_access_key",
    "encryption_key",
    "api_key",
    "auth_key",
    "store_key",
    "temp_url_key",
    "temp_url_sig",
    "amz_signature",
};

// Too common as an ending: img_signature is an ordinary image property.
constexpr std::string_view secret_words[] = {"signature", "pwd", "apikey"};

// Header values of several words.
constexpr std::string_view whole_line_endings[] = {"authorization", "cookie"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_quote(char c) { return c == '"' || c == '\''; }

bool is_word(char c) {
    return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || c == '-';
}

bool same_name(char in_text, char in_table) {
    return in_text == '-' ? in_table == '_' : lower(in_text) == in_table;
}

bool ends_with(std::string_view word, std::string_view ending) {
    return word.size() >= ending.size() &&
           std::equal(ending.begin(), ending.end(), word.end() - std::ptrdiff_t(ending.size()),
                      [](char wanted, char found) { return same_name(found, wanted); });
}

template <std::size_t N>
bool ends_with_any(std::string_view word, const std::string_view (&endings)[N]) {
    return std::any_of(std::begin(endings), std::end(endings),
                       [&](std::string_view ending) { return ends_with(word, ending); });
}

std::string_view without_digits(std::string_view word) {
    while (!word.empty() && is_digit(word.back())) word.remove_suffix(1);
    return word;
}

bool names_secret(std::string_view word) {
    word = without_digits(word);
    const auto is_all_of = [&](std::string_view name) {
        return word.size() == name.size() && ends_with(word, name);
    };
    return ends_with_any(word, secret_endings) ||
           std::any_of(std::begin(secret_words), std::end(secret_words), is_all_of);
}

// One pass over a text. Each rule looks ahead of at_ only over what it then passes, or over blanks
// and user information that are looked at once more at most: that keeps the pass linear.
class masking {
public:
    explicit masking(std::string_view text) : text_(text) {}

    // Whether something was masked; then masked() is the text to show.
    bool run();
    std::string masked() { return std::move(out_); }

private:
    char at(std::size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
    template <class Predicate>
    std::size_t skip(std::size_t from, Predicate wanted) const {
        while (from < text_.size() && wanted(text_[from])) ++from;
        return from;
    }

    void word();
    bool bare_token(std::string_view word);
    std::size_t value_after(std::size_t begin, std::size_t end) const;
    void value(std::size_t from, std::string_view name);
    std::size_t unquoted_end(std::size_t from) const;
    std::size_t quoted_end(std::size_t from, std::size_t backslashes) const;
    void user_information();
    void hide(std::size_t from, std::size_t to);

    std::string_view text_;
    std::string out_;
    std::size_t at_ = 0;
    std::size_t copied_ = 0;         // text_ before it is in out_, masked
    std::size_t no_user_until_ = 0;  // no '@' between at_ and here
};

bool masking::run() {
    while (at_ < text_.size()) {
        if (is_word(text_[at_]))
            word();
        else if (text_.substr(at_, 3) == "://")
            user_information();
        else
            ++at_;
    }
    if (copied_ == 0) return false;
    out_.append(text_.substr(copied_));
    return true;
}

void masking::hide(std::size_t from, std::size_t to) {
    assert(copied_ <= from && from <= to && to <= text_.size());
    if (from == to) return;
    out_.append(text_.substr(copied_, from - copied_)).append(mask);
    copied_ = to;
}

void masking::word() {
    const auto begin = at_;
    at_ = skip(begin, is_word);
    const auto name = text_.substr(begin, at_ - begin);
    if (bare_token(name)) return;
    // The separator first: it is rarer than the names are costly.
    const auto from = value_after(begin, at_);
    if (from != std::string_view::npos && names_secret(name)) value(from, name);
}

// Masks a Keystone token that stands in or is `word`, which ends at at_.
bool masking::bare_token(std::string_view word) {
    auto start = word.find("gAAAA");
    if (start == word.npos && word.starts_with("eyJ") && at(at_) == '.') start = 0;
    if (start == word.npos) return false;
    const auto from = at_ - word.size() + start;
    at_ = skip(from, [](char c) { return is_word(c) || c == '.' || c == '=' || c == '%'; });
    hide(from, at_);
    return true;
}

// Where the value of the name [begin, end) starts, its quote included; npos when the text goes on
// otherwise.
std::size_t masking::value_after(std::size_t begin, std::size_t end) const {
    if (begin > 0 && text_[begin - 1] == '<' && at(end) == '>') return end + 1;
    auto i = skip(end, [](char c) { return c == '\\'; });
    const bool quoted = is_quote(at(i));
    i = skip(quoted ? i + 1 : end, is_blank);

    const bool option = text_.substr(begin, 2) == "--" && i > end;
    const bool separated = at(i) == '=' || at(i) == ':';
    if (separated) i = skip(i, [](char c) { return c == '=' || c == ':' || c == '>'; });
    const bool listed = quoted && at(i) == ',';
    if (listed) ++i;
    i = skip(i, is_blank);

    const auto bytes_prefix = (lower(at(i)) == 'u' || lower(at(i)) == 'b') && is_quote(at(i + 1));
    if (bytes_prefix) ++i;
    const bool value_quoted = is_quote(at(i)) || (at(i) == '\\' && is_quote(at(i + 1)));
    const bool found = separated || option || (value_quoted && (listed || (!quoted && i > end)));
    return found && i < text_.size() ? i : std::string_view::npos;
}

std::size_t masking::unquoted_end(std::size_t from) const {
    return skip(from, [](char c) { return !is_blank(c) && !is_quote(c) && c != '<'; });
}

// The closing quote, which has as many backslashes before it as the opening one at `from`.
std::size_t masking::quoted_end(std::size_t from, std::size_t backslashes) const {
    const char quote = text_[from];
    std::size_t run = 0;
    for (auto i = from + 1; i < text_.size(); ++i) {
        if (text_[i] == quote && run <= backslashes) return i - run;
        run = text_[i] == '\\' ? run + 1 : 0;
    }
    return text_.size();
}

void masking::value(std::size_t from, std::string_view name) {
    const auto open = skip(from, [](char c) { return c == '\\'; });
    if (is_quote(at(open))) {
        at_ = quoted_end(open, open - from);
        return hide(open + 1, std::max(at_, open + 1));
    }
    if (at(from) == '{' || at(from) == '[') return;
    if (ends_with_any(without_digits(name), whole_line_endings)) {
        at_ = skip(from, [](char c) { return c != '\r' && c != '\n' && !is_quote(c); });
        return hide(from, at_);
    }
    at_ = unquoted_end(from);
    const auto scheme = text_.substr(from, at_ - from);
    if (ends_with(scheme, "bearer") || ends_with(scheme, "basic"))
        at_ = unquoted_end(skip(at_, is_blank));
    hide(from, at_);
}

// RFC 3986 section 3.2.1, at the "://". The secret keys of old s3 and swift locations may hold a
// "/", so there the last "@" of the whole URL ends them.
void masking::user_information() {
    const auto scheme_end = at_;
    at_ += 3;
    if (at_ < no_user_until_) return;
    auto scheme_begin = scheme_end;
    const auto in_scheme = [](char c) { return is_word(c) || c == '+' || c == '.'; };
    constexpr std::size_t scheme_size_max = 32;
    while (scheme_begin > 0 && scheme_end - scheme_begin < scheme_size_max &&
           in_scheme(text_[scheme_begin - 1]))
        --scheme_begin;
    const auto scheme = text_.substr(scheme_begin, scheme_end - scheme_begin);
    const bool slash_ends = !scheme.starts_with("s3") && !scheme.starts_with("swift");

    const auto end = skip(at_, [&](char c) {
        const bool ends = slash_ends && (c == '/' || c == '?' || c == '#');
        return !ends && !is_blank(c) && !is_quote(c) && c != '<' && c != '>';
    });
    const auto authority = text_.substr(at_, end - at_);
    const auto host = authority.rfind('@');
    if (host == authority.npos) {
        no_user_until_ = end;
        return;
    }
    const auto colon = authority.find(':');
    if (colon < host) hide(at_ + colon + 1, at_ + host);
    at_ += host;
}

}  // namespace

void mask_secrets(std::string& text) {
    masking pass(text);
    if (pass.run()) text = pass.masked();
}

}  // namespace glimt
