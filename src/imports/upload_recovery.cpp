// SPDX-License-Identifier: Apache-2.0
#include "imports/upload_recovery.hpp"

#include "core/operations.hpp"
#include "core/patience.hpp"
#include "core/problem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace glimt {
namespace {

constexpr std::string_view component = "glimt.imports";

// How often what could not be put back is tried again, and how many times as often that is than the
// look at the whole database.
constexpr std::chrono::seconds retry_interval{2};
constexpr int retries_per_look = 150;

const catalog_viewer everybody{.project = {}, .is_admin = true};

bool has_location(const image& of, const std::string& url) {
    return std::ranges::find(of.locations, url, &image_location::url) != of.locations.end();
}

// "<process>.<shard>.<upload>"
std::string process_of(const std::string& upload) { return upload.substr(0, upload.find('.')); }

}  // namespace

upload_recovery::upload_recovery(ring_context& home, std::string name, catalog& images,
                                 const stores& places, const clock& time, log& out)
    : home_(home),
      name_(std::move(name)),
      images_(images),
      places_(places),
      time_(time),
      out_(out) {}

std::string upload_recovery::next_upload() {
    return fmt::format("{}.{}.{}", images_.process(), name_, ++uploads_);
}

task<std::optional<image>> upload_recovery::put_back(failed_upload of) {
    try {
        co_return co_await settle(of);
    } catch (const std::exception& why) {
        out_.warning(component, "image {} cannot be queued again now: {}", of.image_id, why.what());
    }
    leftovers_.push_back(std::move(of));
    co_return std::nullopt;
}

task<std::optional<image>> upload_recovery::settle(const failed_upload& of) {
    if (!of.url.empty()) {
        // Who gave up may have done so while the last change was being made.
        auto found = co_await images_.find_after_changes(of.image_id, everybody);
        if (found && has_location(*found, of.url)) co_return found;
        if (const auto* place = places_.holding(of.url, {})) co_await place->place->remove(of.url);
    }
    if (of.of_dead) co_await remove_remains(of.image_id);
    const auto now = as_timestamp(time_.wall());
    const auto outcome = co_await images_.abandon_upload(of.image_id, of.name, now);
    if (of.of_dead && outcome == save_outcome::saved)
        out_.info(component, "image {} is queued again: the process it was uploaded to has died",
                  of.image_id);
    co_return std::nullopt;
}

task<> upload_recovery::recover_dead() {
    std::vector<begun_upload> left;
    try {
        left = co_await images_.begun_uploads();
    } catch (const problem& why) {
        out_.warning(component, "uploads of dead processes cannot be looked for: {}", why.detail());
    }
    // One that cannot be put back does not keep the others waiting.
    for (const begun_upload& each : left) {
        try {
            if (co_await belongs_to_the_dead(each)) co_await recover(each);
        } catch (const problem& why) {
            out_.warning(component, "image {} cannot be queued again now: {}", each.image_id,
                         why.detail());
        }
    }
}

task<bool> upload_recovery::belongs_to_the_dead(const begun_upload& left) {
    const std::string process = process_of(left.upload);
    const bool alive = co_await images_.is_alive(process);
    co_return !alive;
}

// Other processes may be at it as well, and be done before us: then the image may have data again,
// of a client that was told so.
task<> upload_recovery::recover(const begun_upload& left) {
    if (left.status && left.status != image_status::saving) {
        const auto now = as_timestamp(time_.wall());
        co_await images_.abandon_upload(left.image_id, left.upload, now);
        co_return;
    }
    failed_upload ours{
        .image_id = left.image_id, .name = next_upload(), .url = {}, .of_dead = true};
    const auto claimed = co_await images_.claim_upload(left.image_id, left.upload, ours.name);
    if (claimed == save_outcome::saved) co_await put_back(std::move(ours));
}

task<> upload_recovery::remove_remains(std::string image_id) {
    for (const auto& each : places_.all())
        if (each.driver.takes_new_blobs) co_await each.place->remove_remains(image_id);
}

task<> upload_recovery::try_leftovers() {
    for (failed_upload& each : std::exchange(leftovers_, {})) co_await put_back(std::move(each));
}

task<> upload_recovery::keep_at_it(const nursery& family, bool dead_too) {
    co_await interruptible_by_drain();
    for (int round = 1; !family.draining(); ++round) {
        co_await async_sleep(home_, retry_interval, or_error);
        if (family.draining()) break;
        co_await try_leftovers();
        if (dead_too && round % retries_per_look == 0) co_await recover_dead();
    }
}

}  // namespace glimt
