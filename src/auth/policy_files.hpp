// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/policy_table.hpp"
#include "config/settings.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace glimt {

// The operator's rules on disk: [oslo_policy] policy_file, and then every file of policy_dirs,
// found as oslo.config finds files. Everything here blocks.
class policy_files {
public:
    // Which files there are, and what tells a file from the one that replaces it.
    struct state {
        struct file {
            std::string path;
            std::int64_t modified_ns = 0, changed_ns = 0;
            std::uint64_t inode = 0, bytes = 0;
            bool operator==(const file&) const = default;
        };
        std::vector<file> files;          // in the order in which they count
        std::vector<std::string> unseen;  // what could not be looked at, and why
        bool operator==(const state&) const = default;
    };

    // `more`: rules that are to count after those of the files.
    explicit policy_files(const settings& options, std::vector<policy_override> more = {})
        : options_(options), more_(std::move(more)) {}

    state look() const;

    // All options of policy, with the rules of those files; a line in `errors` for each that cannot
    // be read or looked at.
    policy_options read(const state& seen, std::vector<std::string>& errors) const;

private:
    const settings& options_;
    std::vector<policy_override> more_;
};

}  // namespace glimt
