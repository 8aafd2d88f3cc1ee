// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "store/drivers.hpp"
#include "store/store.hpp"

#include <memory>
#include <string>
#include <vector>

namespace glimt {

// The file store, in Glance's layout (contract 5.2): the blob of an image is the file
// <datadir>/<image id>, its URL file:// and that path. A blob that is not whole has no name at all
// where the file system knows such files (O_TMPFILE), so not even power loss leaves part of one
// behind; elsewhere (NFS) it is .<image id>.part beside it.
std::unique_ptr<store> make_file_store(const store_environment& env, const store_plan& plan);

// Reads what the options say, makes the folders and tries to write to them. Blocks: at the start.
store_plan plan_file_store(const store_settings& options, const std::string& data_dir);

}  // namespace glimt
