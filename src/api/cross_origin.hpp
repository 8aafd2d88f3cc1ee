// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "proto/exchange.hpp"

namespace glimt {

// What pages of other origins may do with our answers (contract 7.5): oslo.middleware's CORS
// filter, which sees every answer of its pipeline on the way out. Of [cors] it takes the first
// section only; those of single origins, "[cors.name]", are deprecated and not read.
//
// An answer to OPTIONS that is no success becomes 200 and empty. It has what a preflight asked for
// (Fetch 3.2.2) if all of it is allowed, and not a word of CORS if not.
//
// Refers to the settings. Thread-safe: never changed.
class cross_origin_filter {
public:
    explicit cross_origin_filter(const settings& options) : options_(options) {}

    void apply(const request_head& asked, response& answer) const;

private:
    const std::string* allowed_origin(const request_head& asked) const;
    bool allows_preflight(const request_head& asked) const;
    void grant(response& answer, const std::string& origin) const;

    const settings& options_;
};

}  // namespace glimt
