// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "proto/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace glimt {

// Which minor versions of the API Glance's settings make it speak: the document that lists them,
// and the prefixes of a path it accepts (contract 1.2, of release 33). Immutable.
class versions {
public:
    explicit versions(const settings& options);

    // The JSON document; every link in it is `base` + "/v2/". `base` has no '/' at its end.
    std::string document(std::string_view base) const;

    // Whether a path may begin with that version: "v2", "v2.0" and so on.
    bool accepts(std::string_view version) const noexcept;

private:
    std::vector<std::string> between_links_;  // the document, cut where the links stand
    std::uint32_t accepted_minors_ = 0;       // bit n: v2.n
};

// What of a path comes after its version, with the '/' it begins with, if any: "/images" of
// "/v2.9/images". When the header Accept asks for application/vnd.openstack.images-<version>, that
// is the version and the whole path is the rest. Nothing when it is not one we speak. The view
// points into `head`.
std::optional<std::string_view> below_version(const request_head& head, const versions& spoken);

}  // namespace glimt
