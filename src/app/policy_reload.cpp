// SPDX-License-Identifier: Apache-2.0
#include "app/policy_reload.hpp"

#include "core/operations.hpp"
#include "core/patience.hpp"

#include <chrono>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace glimt {
namespace {

constexpr std::string_view component = "glimt.app";
constexpr auto interval = std::chrono::seconds(1);

}  // namespace

// What a worker brings of one look.
struct policy_reload::finding {
    policy_files::state seen;
    std::shared_ptr<const policy_table> table;  // of other files that can be read
    std::vector<std::string> errors;
};

task<> policy_reload::keep_at_it() {
    const nursery& family = shards_[0].children;
    co_await interruptible_by_drain();
    while (!family.draining()) {
        co_await async_sleep(shards_[0].loop, interval, or_error);
        if (!family.draining()) co_await look_again();
    }
}

task<> policy_reload::look_again() {
    finding found;
    const auto look = [&]() noexcept {
        try {
            found.seen = files_.look();
            if (found.seen == seen_) return;
            const auto options = files_.read(found.seen, found.errors);
            if (found.errors.empty())
                found.table = std::make_shared<const policy_table>(options, found.errors);
        } catch (const std::exception& why) {
            found.errors.emplace_back(why.what());
        }
    };
    co_await async_run(shards_[0].loop, blocking_, look, or_error);
    // What could not be read now may be later, without any change to be seen.
    if (found.errors != std::exchange(told_, found.errors))
        for (const auto& each : found.errors)
            out_.error(component, "the rules stay as they were: {}", each);
    if (found.seen == seen_ || !found.errors.empty()) co_return;
    seen_ = std::move(found.seen);
    put_in_force(std::move(found.table));
    out_.info(component, "new rules are in force");
}

// Whoever is asking the old rules does so within one turn of a shard's loop: once every shard has
// begun another turn nobody is.
void policy_reload::put_in_force(std::shared_ptr<const policy_table> next) {
    const auto before = rules_.replace(std::move(next));
    for (std::size_t i = 0; i < shards_.size(); ++i)
        asio::post(shards_[i].loop.get_executor(), [before] {});
}

}  // namespace glimt
