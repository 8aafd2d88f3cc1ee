// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/sql_script.hpp"
#include "image/metadef.hpp"

// What `glance-manage db_load_metadefs` does with one file, as a script; arguments outlive the run.
namespace glimt {

// What to do with a namespace that is there.
enum class load_mode : std::uint8_t {
    skip,        // nothing
    merge,       // add what it does not have
    prefer_new,  // and change what it has
    overwrite,   // replace it, with everything in it
};

enum class load_outcome : std::uint8_t {
    added,
    skipped,
    merged,
    replaced,
    duplicate,  // two things of a kind have one name; nothing was changed
};

// A namespace with what is in it. What is added gets `made.created_at` and no updated_at, what is
// changed that time as updated_at. Resource types that are new are protected ones.
script<load_outcome> load_namespace(const metadef_namespace& made, const metadef_contents& contents,
                                    load_mode mode);

}  // namespace glimt
