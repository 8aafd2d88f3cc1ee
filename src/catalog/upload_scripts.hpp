// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/image_scripts.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The transactions around an upload, as scripts. What they mean is said in catalog.hpp; arguments
// outlive the run.
namespace glimt {

// An image somebody began to put data into: it has the property uploader_property, which does not
// end with the image. Who deletes one while data comes leaves it to the process whose data it is.
struct begun_upload {
    std::string image_id;
    std::string upload;                  // as begin_upload() was told
    std::optional<image_status> status;  // nothing: the image was deleted
};

script<save_outcome> begin_upload(const image& saving, const std::string& upload);
script<save_result> finish_upload(const image& before, const image& after);
script<save_outcome> abandon_upload(const std::string& image_id, const std::string& upload,
                                    timestamp now);
script<save_outcome> claim_upload(const std::string& image_id, const std::string& upload,
                                  const std::string& heir);
script<std::vector<begun_upload>> list_begun_uploads();

}  // namespace glimt
