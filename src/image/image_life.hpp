// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "image/image.hpp"

namespace glimt {

// The changes of status with the rules around them (contract 1.13, 1.23).

// Gives `of` its next status. Throws problem: conflict when there is no such way, invalid when data
// would come to an image whose formats are not both set. A queued image has no sizes.
void become(image& of, image_status next);

// Nothing happens to an image that is so already. Throws problem(reason::forbidden) in any other
// status than active and deactivated.
void deactivate(image& of);
void reactivate(image& of);

}  // namespace glimt
