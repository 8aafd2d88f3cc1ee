// SPDX-License-Identifier: Apache-2.0
#include "image/image_json.hpp"

#include <benchmark/benchmark.h>
#include <boost/json/parse.hpp>

#include <string>
#include <vector>

using namespace glimt;

namespace {

// As a cloud of some age has them: the properties that Nova, Ironic and the operator's builds add.
image public_image(int number) {
    image made;
    made.id = "71c675ab-d94f-49cd-a114-e12490b3" + std::to_string(1000 + number);
    made.name = "ubuntu-24.04 \"minimal\" \u00e9t\u00e9 " + std::to_string(number);
    made.status = image_status::active;
    made.visibility = image_visibility::public_;
    made.owner = "6838eb7b6ded434a882cb344c77fe8df";
    made.disk_format = "qcow2";
    made.container_format = "bare";
    made.size_bytes = 2'361'393'152;
    made.virtual_size_bytes = 10'737'418'240;
    made.checksum = std::string(32, 'c');
    made.os_hash_algo = "sha512";
    made.os_hash_value = std::string(128, 'a');
    made.created_at = made.updated_at = timestamp(std::chrono::seconds(1'790'000'000 + number));
    for (const char* name : {"architecture", "hw_disk_bus", "hw_qemu_guest_agent", "os_distro"})
        made.properties.push_back({name, "value of " + std::string(name)});
    made.tags = {"stable", "lts"};
    boost::json::object metadata{{"store", "fast"}};
    made.locations.push_back({1, "file:///images/" + made.id, metadata, "active"});
    return made;
}

std::vector<image> page_of(std::size_t count) {
    std::vector<image> page;
    for (std::size_t i = 0; i < count; ++i) page.push_back(public_image(int(i)));
    return page;
}

// What it says, as another reader of JSON understands it.
bool says(std::string_view text, const image& shown) {
    const auto read = boost::json::parse(text);
    return read.at("id").as_string() == shown.id && read.at("name").as_string() == *shown.name &&
           read.at("os_distro").as_string() == "value of os_distro" &&
           read.at("tags").as_array().size() == shown.tags.size();
}

// The body of a show. A round is checked against the first one's text, which was understood.
void image_json(benchmark::State& state) {
    const image shown = public_image(7);
    const image_view view{.locations = true, .stores = true};
    std::string expected;
    append_image(expected, shown, view);
    if (!says(expected, shown)) return state.SkipWithError("wrong JSON");
    for (auto _ : state) {
        std::string text;
        append_image(text, shown, view);
        if (text != expected) return state.SkipWithError("another JSON");
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(state.iterations() * std::int64_t(expected.size()));
}
BENCHMARK(image_json);

// The body of a page of so many images, without the rows' way out of the database.
void list_page_json(benchmark::State& state) {
    const auto page = page_of(std::size_t(state.range(0)));
    const image_view view{.stores = true};
    const page_links links{"/v2/images?limit=25", "/v2/images?limit=25&marker=" + page.back().id};
    std::string expected;
    append_images(expected, page, view, links);
    const auto read = boost::json::parse(expected);
    if (read.at("images").as_array().size() != page.size() ||
        read.at("next").as_string() != *links.next)
        return state.SkipWithError("wrong JSON");
    for (auto _ : state) {
        std::string text;
        append_images(text, page, view, links);
        if (text != expected) return state.SkipWithError("another JSON");
    }
    state.SetItemsProcessed(state.iterations() * std::int64_t(page.size()));
    state.SetBytesProcessed(state.iterations() * std::int64_t(expected.size()));
}
BENCHMARK(list_page_json)->ArgName("images")->Arg(25)->Arg(1000);

}  // namespace
