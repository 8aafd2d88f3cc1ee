// SPDX-License-Identifier: Apache-2.0
//
// An upload is whole or without a trace, whatever fails and whenever.
#include "imports/upload.hpp"

#include "catalog/sqlite_database.hpp"
#include "core/problem.hpp"
#include "image/attributes.hpp"
#include "support/faulty_loop.hpp"
#include "support/scratch_folder.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <filesystem>
#include <fstream>

using namespace glimt;
using namespace glimt::testing;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

const catalog_viewer everybody{.project = {}, .is_admin = true};

// A body of known bytes that ends, fails or waits for ever.
class body_of final : public source {
public:
    body_of(ring_context& home, std::string bytes) : never_(home), left_(std::move(bytes)) {}

    bool waits_at_the_end = false;
    std::optional<error_code> failure;

    task<std::size_t> read_some(asio::mutable_buffer into) override {
        const auto n = std::min<std::size_t>({left_.size(), into.size(), 3000});
        left_.copy(static_cast<char*>(into.data()), n);
        left_.erase(0, n);
        if (n == 0 && waits_at_the_end) co_await never_.async_wait(or_throw);
        if (n == 0 && failure) throw boost::system::system_error(*failure);
        co_return n;
    }
    bool has_more_now() const override { return !left_.empty(); }

private:
    event never_;
    std::string left_;
};

// One shard's parts on a loop with faults, and a queued image.
struct upload_world : loop_with_faults {
    explicit upload_world(const scratch_folder& in) : folder(in) {
        store_settings kept;
        kept.driver = "file";
        kept.is_default = true;
        kept.filesystem_store_datadir = in.path() / "images";
        options.stores = {kept};
        plans = plan_stores(options);
        places = std::make_unique<stores>(store_environment{loop, workers}, plans, out);
        recovery = std::make_unique<upload_recovery>(loop, "0", images, *places, time, out);
    }

    image queued_image() {
        image made;
        made.id = "00000000-0000-4000-8000-000000000001";
        made.owner = "ours";
        made.disk_format = "raw";
        made.container_format = "bare";
        made.created_at = made.updated_at = timestamp(1000s);
        return made;
    }

    upload_services with() {
        return {loop, buffers, hashing, images, *places, *recovery, options, time, out};
    }

    // What the upload of these bytes ends with: nothing, or why not.
    task<std::optional<reason>> put(source& body, std::optional<std::uint64_t> said = {}) {
        const auto found = co_await images.find(queued_image().id, everybody);
        upload_order order{.queued = *found,
                           .where = places->preferred(),
                           .body = body,
                           .bytes = said,
                           .quota_left = quota_left};
        const auto services = with();
        try {
            last = co_await upload(services, std::move(order));
        } catch (const problem& why) {
            text = why.detail();
            co_return why.why();
        } catch (const boost::system::system_error&) {
            co_return reason::internal;
        }
        co_return std::nullopt;
    }

    task<image> found() { co_return *co_await images.find(queued_image().id, everybody); }

    std::size_t files() const {
        std::size_t count = 0;
        for (const auto& each :
             std::filesystem::recursive_directory_iterator(folder.path() / "images"))
            count += each.is_regular_file();
        return count;
    }

    const scratch_folder& folder;
    settings options;
    real_clock time;
    glimt::log out{{.least = severity::critical}, time};
    worker_threads workers{"test", 2};
    digest_engine hashing{best_kernels(), 2};
    buffer_pool buffers{loop, 4, 8 * 1024};
    sqlite_pool pool{{.path = folder.path() / "db"}, true};
    sqlite_database database{loop, pool};
    catalog images{database};
    std::vector<store_plan> plans;
    std::unique_ptr<stores> places;
    std::unique_ptr<upload_recovery> recovery;
    std::optional<std::uint64_t> quota_left;
    image last;
    std::string text;
};

struct upload_test : ::testing::Test {
    scratch_folder folder;
    const std::string bytes = std::string(50'000, 'b');
};

// Nobody may be able to tell that there was an upload.
task<> expect_untouched(upload_world& world) {
    const image after = co_await world.found();
    EXPECT_EQ(after.status, image_status::queued);
    EXPECT_EQ(after.size_bytes, std::nullopt);
    EXPECT_EQ(after.checksum, std::nullopt);
    EXPECT_THAT(after.locations, IsEmpty());
    EXPECT_THAT(after.properties, IsEmpty());
    EXPECT_THAT(co_await world.images.begun_uploads(), IsEmpty());
}

task<> expect_stored(upload_world& world, std::uint64_t size) {
    const image after = co_await world.found();
    EXPECT_EQ(after.status, image_status::active);
    EXPECT_EQ(after.size_bytes, static_cast<std::int64_t>(size));
    EXPECT_EQ(after.os_hash_algo, "sha512");
    EXPECT_EQ(after.locations.size(), 1u);
    EXPECT_THAT(after.properties, IsEmpty());
    EXPECT_THAT(co_await world.images.begun_uploads(), IsEmpty());
    EXPECT_EQ(world.files(), 1u);
}

TEST_F(upload_test, an_image_becomes_active_with_what_is_known_of_its_bytes) {
    upload_world world(folder);
    auto run = [&]() -> task<> {
        co_await world.images.insert(world.queued_image());
        body_of body(world.loop, "abc");
        EXPECT_EQ(co_await world.put(body, 3), std::nullopt);
        EXPECT_EQ(world.last.checksum, "900150983cd24fb0d6963f7d28e17f72");
        EXPECT_THAT(*world.last.os_hash_value, HasSubstr("ddaf35a193617abacc41"));
        EXPECT_EQ(world.last.virtual_size_bytes, 3);
        co_await expect_stored(world, 3);
        body_of again(world.loop, "abc");
        EXPECT_EQ(co_await world.put(again), reason::conflict);
        EXPECT_EQ(world.text, "Image status transition from active to saving is not allowed");
    };
    world.run(run());
}

TEST_F(upload_test, what_is_refused_leaves_a_clean_image_and_a_retry_works) {
    upload_world world(folder);
    const struct {
        const char* what;
        std::function<void(upload_world&, image&, body_of&)> set;
        std::optional<std::uint64_t> said;
        reason expected;
    } cases[] = {
        {"too short", [](auto&, auto&, auto&) {}, 50'001, reason::invalid},
        {"too long", [](auto&, auto&, auto&) {}, 49'999, reason::invalid},
        {"over the cap",
         [](auto& w, auto&, auto&) { w.options.image_size_cap = 40'000; },
         {},
         reason::too_large},
        {"announced over the cap", [](auto& w, auto&, auto&) { w.options.image_size_cap = 10; },
         50'000, reason::too_large},
        {"over the quota",
         [](auto& w, auto&, auto&) { w.quota_left = 20'000; },
         {},
         reason::too_large},
        {"client gone",
         [](auto&, auto&, auto& b) { b.failure = asio::error::eof; },
         {},
         reason::internal},
        {"not a qcow2",
         [](auto&, auto& i, auto&) { i.disk_format = "qcow2"; },
         {},
         reason::unsupported},
        {"no format", [](auto&, auto& i, auto&) { i.disk_format.reset(); }, {}, reason::invalid},
        {"another checksum",
         [](auto&, auto& i, auto&) { i.checksum = std::string(32, '0'); },
         {},
         reason::invalid},
    };
    auto run = [&]() -> task<> {
        co_await world.images.insert(world.queued_image());
        for (const auto& c : cases) {
            SCOPED_TRACE(c.what);
            const image before = co_await world.found();
            image set = before;
            world.options.image_size_cap = 1ull << 40;
            world.quota_left.reset();
            body_of body(world.loop, bytes);
            c.set(world, set, body);
            co_await world.images.save(before, set, image_status::queued);
            EXPECT_EQ(co_await world.put(body, c.said), c.expected);
            const image after = co_await world.found();
            co_await world.images.save(after, before, image_status::queued);
            co_await expect_untouched(world);
            EXPECT_EQ(world.files(), 0u);
        }
        world.options.image_size_cap = 1ull << 40;
        body_of body(world.loop, bytes);
        EXPECT_EQ(co_await world.put(body, bytes.size()), std::nullopt);
        co_await expect_stored(world, bytes.size());
    };
    world.run(run());
}

// A cancellation at any time: the client goes, or the grace time is over.
TEST_F(upload_test, a_cancelled_one_leaves_no_trace) {
    upload_world world(folder);
    auto prepare = [&]() -> task<> { co_await world.images.insert(world.queued_image()); };
    world.run(prepare());
    for (const auto after : {0ms, 1ms, 5ms, 20ms}) {
        asio::cancellation_signal cancel;
        body_of body(world.loop, bytes);
        body.waits_at_the_end = true;
        auto puts = [&]() -> task<> { co_await world.put(body); };
        auto cancels = [&]() -> task<> {
            co_await async_sleep(world.loop, after, or_throw);
            cancel.emit(asio::cancellation_type::terminal);
        };
        asio::co_spawn(world.loop.get_executor(), puts(),
                       asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
        asio::co_spawn(world.loop.get_executor(), cancels(), [](std::exception_ptr) {});
        world.loop.run();
        auto check = [&]() -> task<> { co_await expect_untouched(world); };
        world.run(check());
        EXPECT_EQ(world.files(), 0u);
    }
}

// How many operations of each kind one upload takes when nothing fails; none of those by which the
// loop itself waits.
std::array<std::size_t, operation_kinds> operations_of_upload(const std::string& bytes) {
    const scratch_folder fresh;
    upload_world world(fresh);
    std::array<std::size_t, operation_kinds> counts{};
    auto run = [&]() -> task<> {
        co_await world.images.insert(world.queued_image());
        const fault_plan before = *world.plan;
        body_of body(world.loop, bytes);
        EXPECT_EQ(co_await world.put(body), std::nullopt);
        for (std::size_t i = 0; i < operation_kinds; ++i) {
            const auto kind = static_cast<operation_kind>(i);
            counts[i] = world.plan->seen(kind) - before.seen(kind);
        }
    };
    world.run(run());
    for (const auto own : {operation_kind::poll, operation_kind::timeout, operation_kind::message})
        counts[std::size_t(own)] = 0;
    return counts;
}

// Each operation of the ring fails once. Then the image is as before, or it is active and whole.
TEST_F(upload_test, each_operation_that_fails_once_leaves_all_or_nothing) {
    const auto counts = operations_of_upload(bytes);
    for (const auto kind : {operation_kind::open, operation_kind::write, operation_kind::fsync})
        EXPECT_GT(counts[std::size_t(kind)], 0u) << std::size_t(kind);
    for (std::size_t i = 0; i < operation_kinds; ++i) {
        for (unsigned nth = 1; nth <= counts[i]; ++nth) {
            SCOPED_TRACE(fmt::format("kind {}, operation {}", i, nth));
            const scratch_folder fresh;
            upload_world world(fresh);
            auto run = [&]() -> task<> {
                co_await world.images.insert(world.queued_image());
                world.plan->add(static_cast<operation_kind>(i), nth, fail_with{EIO});
                body_of body(world.loop, bytes);
                const auto ended = co_await world.put(body);
                world.plan->clear();
                if (!ended) {
                    co_await expect_stored(world, bytes.size());
                } else {
                    EXPECT_NE(*ended, reason::conflict);
                    co_await expect_untouched(world);
                }
            };
            world.run(run());
            EXPECT_EQ(world.files(), world.last.locations.size());
        }
    }
}

TEST_F(upload_test, an_image_deleted_meanwhile_is_gone_with_its_data) {
    upload_world world(folder);
    auto run = [&]() -> task<> {
        co_await world.images.insert(world.queued_image());
        class deleting final : public source {
        public:
            explicit deleting(upload_world& in) : world_(in) {}
            task<std::size_t> read_some(asio::mutable_buffer into) override {
                if (std::exchange(done_, true)) co_return 0;
                const image_removal removal{world_.queued_image().id, image_status::saving, false,
                                            timestamp(2000s)};
                EXPECT_EQ(co_await world_.images.remove(removal), save_outcome::saved);
                static_cast<char*>(into.data())[0] = 'x';
                co_return 1;
            }

        private:
            upload_world& world_;
            bool done_ = false;
        } body(world);
        EXPECT_EQ(co_await world.put(body), reason::gone);
        EXPECT_THAT(world.text, HasSubstr("could not be found after upload"));
        EXPECT_THAT(co_await world.images.begun_uploads(), IsEmpty());
    };
    world.run(run());
    EXPECT_EQ(world.files(), 0u);
}

// What the dead leave: rows that say saving, and files under the name of their image.
TEST_F(upload_test, what_a_dead_process_left_is_put_back_and_the_living_are_left_alone) {
    upload_world world(folder);
    const image mine = world.queued_image();
    image dead = mine, alive = mine;
    dead.id.back() = '2';
    alive.id.back() = '3';
    const sqlite_presence neighbour(folder.path() / "db");
    auto run = [&]() -> task<> {
        for (const auto* each : {&dead, &alive}) co_await world.images.insert(*each);
        const auto begin = [&](image of, std::string process) -> task<> {
            of.status = image_status::saving;
            auto job = [of, process] { return begin_upload(of, process); };
            EXPECT_EQ(co_await perform(world.database, sql_access::write, std::move(job)),
                      save_outcome::saved);
            std::ofstream(folder.path() / "images" / of.id) << "half";
        };
        co_await begin(dead, "12345.0.1");
        co_await begin(alive, neighbour.name() + ".1.1");
        co_await world.recovery->recover_dead();
        EXPECT_EQ((co_await world.images.find(dead.id, everybody))->status, image_status::queued);
        EXPECT_EQ((co_await world.images.find(alive.id, everybody))->status, image_status::saving);
    };
    world.run(run());
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "images" / dead.id));
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "images" / alive.id));
}

// Two processes find the same dead one, and a client comes between them.
TEST_F(upload_test, what_was_acknowledged_meanwhile_is_not_taken_for_remains) {
    upload_world world(folder);
    upload_recovery other(world.loop, "1", world.images, *world.places, world.time, world.out);
    auto run = [&]() -> task<> {
        using namespace asio::experimental::awaitable_operators;
        image dead = world.queued_image();
        co_await world.images.insert(dead);
        dead.status = image_status::saving;
        const std::string name = "12345.0.1";
        auto job = [&] { return begin_upload(dead, name); };
        co_await perform(world.database, sql_access::write, std::move(job));
        std::ofstream(folder.path() / "images" / dead.id) << "half";
        // The first of them is slow to remove what there is.
        world.plan->add(operation_kind::unlink, 1, late_by{300ms});
        auto second = [&]() -> task<> {
            co_await async_sleep(world.loop, 100ms, or_throw);
            co_await other.recover_dead();
            body_of body(world.loop, bytes);
            const auto refused = co_await world.put(body);
            if (refused) EXPECT_EQ(*refused, reason::conflict);
        };
        co_await (world.recovery->recover_dead() && second());
        const image now = co_await world.found();
        if (now.status == image_status::active)
            EXPECT_EQ(world.files(), 1u) << "its data is gone";
        else
            EXPECT_EQ(now.status, image_status::queued);
        body_of body(world.loop, bytes);
        if (now.status == image_status::queued) EXPECT_EQ(co_await world.put(body), std::nullopt);
    };
    world.run(run());
    EXPECT_EQ(world.files(), 1u);
}

}  // namespace
