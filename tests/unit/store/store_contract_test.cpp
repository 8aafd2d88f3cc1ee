// SPDX-License-Identifier: Apache-2.0
//
// What every store that takes blobs promises, through the checks that stand around each.
#include "store_contract.hpp"
#include "core/problem.hpp"

#include <gmock/gmock.h>

#include <functional>

using namespace glimt;
using namespace glimt::testing;

namespace {

// How a driver is set up for the test. A new driver that takes blobs is a line here.
struct contract_driver {
    std::string name;
    std::function<store_settings(const std::filesystem::path& scratch)> options;
    bool direct = false;
};

const contract_driver drivers[] = {
    {"file",
     [](const auto& scratch) {
         store_settings made;
         made.filesystem_store_datadir = scratch / "images";
         return made;
     }},
    {"file_past_the_page_cache",
     [](const auto& scratch) {
         store_settings made;
         made.filesystem_store_datadir = scratch / "images";
         return made;
     },
     true},
    {"file_in_several_folders",
     [](const auto& scratch) {
         store_settings made;
         made.filesystem_store_datadirs = {(scratch / "a").string() + ":1",
                                           (scratch / "b").string() + ":2"};
         return made;
     }},
};

class store_contract : public loop_fixture, public ::testing::WithParamInterface<contract_driver> {
protected:
    store_contract() {
        store_settings options = GetParam().options(scratch.path());
        options.driver = GetParam().name.substr(0, GetParam().name.find('_'));
        options.is_default = true;
        settings given;
        given.stores = {options};
        plans = plan_stores(given);
        EXPECT_THAT(plans.front().errors, ::testing::IsEmpty());
        const store_environment env{.loop = loop, .blocking = workers, .direct = GetParam().direct};
        all = std::make_unique<stores>(env, plans, out);
    }

    store& kept() { return *all->preferred().place; }

    task<std::string> put(std::string id, std::string_view bytes, std::size_t piece = 1 << 20) {
        auto writer = co_await kept().create(std::move(id), bytes.size());
        for (std::size_t at = 0; at < bytes.size(); at += piece)
            co_await writer->write(asio::buffer(bytes.substr(at, piece)));
        const auto where = co_await writer->commit();
        co_return where.url;
    }

    task<std::string> get(std::string url, blob_range range = {}) {
        auto opened = co_await kept().open(std::move(url), range);
        EXPECT_EQ(opened.error, open_error::none);
        if (!opened.data) co_return "";
        auto all_of_it = co_await read_all(*opened.data);
        EXPECT_EQ(all_of_it.size(), opened.bytes);
        co_return all_of_it;
    }

    std::size_t files() const {
        std::size_t count = 0;
        for (const auto& each : std::filesystem::recursive_directory_iterator(scratch.path()))
            count += each.is_regular_file();
        return count;
    }

    scratch_folder scratch;
    worker_threads workers{"test", 1};
    real_clock time;
    glimt::log out{{.least = severity::critical}, time};
    std::vector<store_plan> plans;
    std::unique_ptr<stores> all;
};

TEST_P(store_contract, gives_back_what_was_put) {
    std::string large;
    for (int i = 0; large.size() < 3'000'001; ++i) large += std::to_string(i) + ",";
    for (const std::string& bytes : {std::string(), std::string("a"), large}) {
        auto body = [&]() -> task<> {
            const auto url = co_await put(first_image, bytes, 70'001);
            EXPECT_EQ(co_await get(url), bytes);
            EXPECT_EQ(co_await kept().size(url), bytes.size());
            EXPECT_TRUE(kept().owns(url));
            EXPECT_TRUE(co_await kept().remove(url));
        };
        run(body());
    }
    EXPECT_EQ(files(), 0u);
}

TEST_P(store_contract, hides_what_was_not_committed_and_forgets_it) {
    auto body = [&]() -> task<> {
        {
            auto writer = co_await kept().create(first_image, std::nullopt);
            co_await writer->write(asio::buffer("half", 4));
        }
        const auto url = co_await put(first_image, "whole");
        EXPECT_EQ(co_await get(url), "whole");
    };
    run(body());
    EXPECT_EQ(files(), 1u);
}

TEST_P(store_contract, keeps_what_was_there_first) {
    auto body = [&]() -> task<> {
        auto late = co_await kept().create(first_image, std::nullopt);
        co_await late->write(asio::buffer("late", 4));
        const auto url = co_await put(first_image, "first");
        EXPECT_EQ(co_await reason_of(late->commit()), reason::conflict);
        EXPECT_EQ(co_await reason_of(kept().create(first_image, std::nullopt)), reason::conflict);
        late.reset();
        EXPECT_EQ(co_await get(url), "first");
        EXPECT_EQ(co_await get(co_await put(second_image, "other")), "other");
    };
    run(body());
    EXPECT_EQ(files(), 2u);
}

TEST_P(store_contract, reads_any_part) {
    const std::string bytes = "0123456789";
    const struct {
        blob_range range;
        std::string_view expected;
    } cases[] = {
        {{0, {}}, "0123456789"}, {{3, {}}, "3456789"}, {{3, 4}, "3456"}, {{0, 1}, "0"},
        {{9, 1}, "9"},           {{8, 100}, "89"},     {{10, {}}, ""},   {{4, 0}, ""},
    };
    auto body = [&]() -> task<> {
        const auto url = co_await put(first_image, bytes);
        for (const auto& c : cases) EXPECT_EQ(co_await get(url, c.range), c.expected);
    };
    run(body());
}

TEST_P(store_contract, a_blob_that_is_not_there_is_an_answer) {
    auto body = [&]() -> task<> {
        const auto url = co_await put(first_image, "x");
        EXPECT_TRUE(co_await kept().remove(url));
        EXPECT_FALSE(co_await kept().remove(url));
        EXPECT_EQ(co_await kept().size(url), std::nullopt);
        EXPECT_EQ((co_await kept().open(url, {})).error, open_error::not_found);
    };
    run(body());
}

TEST_P(store_contract, a_reader_ends_what_it_began_though_the_blob_is_removed) {
    const std::string bytes(300'000, 'r');
    auto body = [&]() -> task<> {
        const auto url = co_await put(first_image, bytes);
        auto opened = co_await kept().open(url, {});
        char first;
        EXPECT_EQ(co_await opened.data->read_some(asio::buffer(&first, 1)), 1u);
        EXPECT_TRUE(co_await kept().remove(url));
        const auto rest = co_await read_all(*opened.data);
        EXPECT_EQ(rest.size(), bytes.size() - 1);
    };
    run(body());
    EXPECT_EQ(files(), 0u);
}

// What stands between a request and a path.
TEST_P(store_contract, takes_no_name_that_is_not_an_image_id) {
    auto body = [&]() -> task<> {
        for (const auto* id :
             {"", "a", "../etc/passwd", "00000000-0000-4000-8000-00000000000",
              "00000000-0000-4000-8000-0000000000011", "00000000-0000-4000-8000-00000000000/",
              "0000000000000-4000-8000-000000000001"}) {
            EXPECT_EQ(co_await reason_of(kept().create(id, std::nullopt)), reason::invalid) << id;
            EXPECT_EQ(co_await reason_of(kept().remove_remains(id)), reason::invalid) << id;
        }
    };
    run(body());
    EXPECT_EQ(files(), 0u);
}

TEST_P(store_contract, refuses_locations_of_others) {
    auto body = [&]() -> task<> {
        for (const auto* url : {"", "x", "http://localhost/1", "rbd://a/b/c/d", "file:relative"}) {
            EXPECT_FALSE(kept().owns(url)) << url;
            EXPECT_EQ((co_await kept().open(url, {})).error, open_error::unreadable) << url;
            EXPECT_EQ(co_await reason_of(kept().size(url)), reason::invalid) << url;
            EXPECT_EQ(co_await reason_of(kept().remove(url)), reason::invalid) << url;
        }
    };
    run(body());
}

TEST_P(store_contract, remains_of_a_dead_process_go_and_nothing_else) {
    auto body = [&]() -> task<> {
        co_await put(first_image, "remains");
        const auto other = co_await put(second_image, "stays");
        co_await kept().remove_remains(first_image);
        co_await kept().remove_remains(first_image);
        EXPECT_EQ(co_await get(other), "stays");
        EXPECT_EQ(co_await get(co_await put(first_image, "anew")), "anew");
    };
    run(body());
    EXPECT_EQ(files(), 2u);
}

TEST_P(store_contract, counts_what_it_does) {
    auto body = [&]() -> task<> {
        const auto url = co_await put(first_image, "12345");
        const blob_range middle{1, 3};
        co_await get(url, middle);
        co_await kept().remove(url);
        co_await reason_of(kept().remove("nonsense"));
    };
    run(body());
    const auto& counts = *all->preferred().counts;
    EXPECT_EQ(counts.blobs_created.value(), 1u);
    EXPECT_EQ(counts.blobs_opened.value(), 1u);
    EXPECT_EQ(counts.blobs_removed.value(), 2u);
    EXPECT_EQ(counts.bytes_written.value(), 5u);
    EXPECT_EQ(counts.bytes_read.value(), 3u);
    EXPECT_EQ(counts.failures.value(), 1u);
}

INSTANTIATE_TEST_SUITE_P(drivers, store_contract, ::testing::ValuesIn(drivers),
                         [](const auto& each) { return each.param.name; });

}  // namespace
