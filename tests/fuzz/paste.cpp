// SPDX-License-Identifier: Apache-2.0
// Any bytes as glance-api-paste.ini: it is refused, or gives the pipeline that was asked for, of
// sections that are there.
#include "auth/paste.hpp"
#include "auth/paste_ini.hpp"
#include "require.hpp"

#include <cstdint>
#include <string_view>

using glimt::testing::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace glimt;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto file = read_paste_ini(text, "file");
    for (const auto& each : file.entries) {
        require(file.has(each.section) && !each.name.empty());
        require(file.find(each.section, each.name) == each.value);
    }
    for (const std::string_view flavor : {"", "keystone", "keystone+caching"}) {
        const auto pipeline = read_paste_pipeline(text, "file", flavor);
        require(file.errors.empty() || !pipeline.errors.empty());
        if (!pipeline.errors.empty()) continue;
        require(pipeline.name.ends_with(flavor));
        for (const auto& each : pipeline.filters)
            require(!each.factory.empty() && pipeline.has(each.kind));
    }
    return 0;
}
