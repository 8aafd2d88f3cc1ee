// SPDX-License-Identifier: Apache-2.0
#include "store/file_store.hpp"

#include "config/settings.hpp"
#include "core/problem.hpp"
#include "store/file_writer.hpp"
#include "store_contract.hpp"
#include "support/faulty_loop.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <gmock/gmock.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

using namespace glimt;
using namespace glimt::testing;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

namespace {

struct file_store_test : loop_fixture {
    store_settings options;
    scratch_folder scratch;
    worker_threads workers{"test", 1};
    const std::string images = scratch.path() / "images";
    store_plan plan;

    std::unique_ptr<store> made() {
        if (options.filesystem_store_datadir.empty() && options.filesystem_store_datadirs.empty())
            options.filesystem_store_datadir = images;
        plan = plan_file_store(options, "");
        EXPECT_THAT(plan.errors, IsEmpty());
        const store_environment env{.loop = loop, .blocking = workers};
        return make_file_store(env, plan);
    }

    blob_location put(store& into, std::string_view bytes) {
        blob_location where;
        auto body = [&]() -> task<> {
            auto writer = co_await into.create(first_image, bytes.size());
            co_await writer->write(asio::buffer(bytes));
            where = co_await writer->commit();
        };
        run(body());
        return where;
    }
};

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// A name that goes between the opening and the first byte takes nothing from who has it open.
TEST_F(file_store_test, a_blob_that_is_deleted_while_it_is_opened_is_read) {
    const auto kept = made();
    const auto where = put(*kept, "bytes");
    loop_with_faults with;
    with.plan->add(operation_kind::statx, 1, late_by{std::chrono::milliseconds(20)});
    const store_environment env{.loop = with.loop, .blocking = workers};
    const auto reader = make_file_store(env, plan);
    auto body = [&]() -> task<> {
        using namespace asio::experimental::awaitable_operators;
        auto remove = [&]() -> task<> {
            co_await async_sleep(with.loop, std::chrono::milliseconds(5), or_throw);
            EXPECT_TRUE(co_await reader->remove(where.url));
        };
        auto opened = co_await (reader->open(where.url, {}) && remove());
        EXPECT_EQ(opened.error, open_error::none);
        if (opened.data) EXPECT_EQ(co_await read_all(*opened.data), "bytes");
    };
    with.run(body());
}

TEST_F(file_store_test, parts_of_any_attempt_are_remains) {
    const auto kept = made();
    for (const auto* each : {".part", ".0123456789abcdef.part", ".00000000ffffffff.part"})
        std::ofstream(images + "/." + first_image + each) << "x";
    std::ofstream(images + "/." + second_image + ".0123456789abcdef.part") << "x";
    auto body = [&]() -> task<> { co_await kept->remove_remains(first_image); };
    run(body());
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(images), {}), 1);
}

// Contract 5.2: Glance finds it where it would have put it.
TEST_F(file_store_test, keeps_glances_layout) {
    const auto kept = made();
    const auto where = put(*kept, "bytes");
    EXPECT_EQ(where.url, "file://" + images + "/" + first_image);
    EXPECT_TRUE(where.metadata.empty());
    EXPECT_EQ(text_of(images + "/" + first_image), "bytes");
}

TEST_F(file_store_test, reads_a_location_from_before_the_folder_was_moved) {
    std::ofstream(scratch.path() / "elsewhere") << "old";
    const auto kept = made();
    auto body = [&]() -> task<> {
        for (const auto* scheme : {"file://", "filesystem://"}) {
            auto opened = co_await kept->open(scheme + (scratch.path() / "elsewhere").string(), {});
            EXPECT_EQ(opened.error, open_error::none);
            if (opened.data) EXPECT_EQ(co_await read_all(*opened.data), "old");
        }
    };
    run(body());
}

TEST_F(file_store_test, no_location_climbs) {
    std::ofstream(scratch.path() / "secret") << "x";
    const auto kept = made();
    auto body = [&]() -> task<> {
        for (const auto& path : {images + "/../secret", images + "/..", std::string("/../etc"),
                                 images + std::string("/a\0b", 4), std::string("etc/passwd")}) {
            EXPECT_EQ((co_await kept->open("file://" + path, {})).error, open_error::unreadable);
            EXPECT_EQ(co_await reason_of(kept->remove("file://" + path)), reason::invalid);
        }
        EXPECT_EQ((co_await kept->open("file://" + images, {})).error, open_error::unreadable);
    };
    run(body());
    EXPECT_EQ(text_of(scratch.path() / "secret"), "x");
}

TEST_F(file_store_test, the_mode_is_as_the_digits_say) {
    options.filesystem_store_file_perm = 640;
    put(*made(), "x");
    const auto mode = std::filesystem::status(images + "/" + first_image).permissions();
    EXPECT_EQ(static_cast<unsigned>(mode), 0640u);
}

TEST_F(file_store_test, the_metadata_file_says_where_a_share_is_mounted) {
    const auto file = scratch.path() / "metadata.json";
    std::ofstream(file) << R"([{"id": "other", "mountpoint": "/nowhere"},)"
                        << R"( {"id": "share", "mountpoint": ")" << scratch.path().string()
                        << R"("}])";
    options.filesystem_store_metadata_file = file;
    const auto where = put(*made(), "x");
    EXPECT_EQ(where.metadata.at("id").as_string(), "share");
    EXPECT_EQ(where.metadata.at("mountpoint").as_string(), scratch.path().string());
}

TEST_F(file_store_test, the_folder_of_the_highest_priority_with_room_is_filled) {
    const std::string low = scratch.path() / "low", high = scratch.path() / "high";
    options.filesystem_store_datadirs = {low + ":5", high + ":10"};
    const auto kept = made();
    put(*kept, "x");
    EXPECT_TRUE(std::filesystem::exists(high + "/" + first_image));
    auto body = [&]() -> task<> {
        EXPECT_EQ(co_await reason_of(kept->create(second_image, UINT64_MAX)), reason::too_large);
    };
    run(body());
}

TEST_F(file_store_test, what_the_options_cannot_mean_is_said) {
    const struct {
        const char* what;
        std::function<void(store_settings&)> set;
        const char* error;
    } cases[] = {
        {"both",
         [&](auto& o) {
             o.filesystem_store_datadir = images;
             o.filesystem_store_datadirs = {images};
         },
         "both set"},
        {"priority", [&](auto& o) { o.filesystem_store_datadirs = {images + ":high"}; },
         "priority"},
        {"relative", [](auto& o) { o.filesystem_store_datadir = "images"; }, "whole path"},
        {"metadata",
         [&](auto& o) {
             o.filesystem_store_datadir = images;
             o.filesystem_store_metadata_file = "/nowhere/metadata.json";
         },
         "mountpoint"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        store_settings given;
        c.set(given);
        const auto found = plan_file_store(given, "");
        ASSERT_EQ(found.errors.size(), 1u);
        EXPECT_THAT(found.errors.front(), HasSubstr(c.error));
    }
}

// Glance serves on, and answers an upload with 410 (contract 5.1).
TEST_F(file_store_test, a_folder_that_cannot_be_made_is_a_warning) {
    std::ofstream(scratch.path() / "file") << "x";
    options.filesystem_store_datadir = scratch.path() / "file" / "images";
    const auto kept = made();
    EXPECT_EQ(plan.warnings.size(), 1u);
    EXPECT_THAT(std::string(kept->refuses_new_blobs()), HasSubstr("disabled"));
}

TEST_F(file_store_test, without_an_option_it_is_in_our_folder_or_glances) {
    EXPECT_EQ(plan_file_store({}, scratch.path()).folders.front().path,
              (scratch.path() / "images").string());
    EXPECT_TRUE(std::filesystem::is_directory(scratch.path() / "images"));
}

// Every operation of one blob's life fails once: nothing is left, and the reason is right.
struct file_writer_faults : ::testing::Test {
    scratch_folder scratch;

    task<> store_one(ring_context& home) {
        file_target target{
            .folder = scratch.path(), .name = first_image, .mode = {}, .metadata = {}};
        auto writer = co_await create_file_writer(home, std::move(target));
        const std::string bytes(100'000, 'x');
        co_await writer->write(asio::buffer(bytes));
        co_await writer->commit();
    }
};

TEST_F(file_writer_faults, leave_nothing_behind) {
    const struct {
        operation_kind kind;
        int error;
        reason expected;
    } cases[] = {
        {operation_kind::open, EACCES, reason::unavailable},
        {operation_kind::open, ENOSPC, reason::too_large},
        {operation_kind::write, ENOSPC, reason::too_large},
        {operation_kind::write, EDQUOT, reason::too_large},
        {operation_kind::write, EIO, reason::unavailable},
        {operation_kind::fsync, EIO, reason::unavailable},
        {operation_kind::fsync, ENOSPC, reason::too_large},
        {operation_kind::link, ENOSPC, reason::too_large},
        {operation_kind::link, EEXIST, reason::conflict},
    };
    for (const auto& c : cases) {
        for (unsigned nth = 1; nth <= 2; ++nth) {
            loop_with_faults with;
            with.plan->add(c.kind, nth, fail_with{c.error});
            std::optional<reason> found;
            auto body = [&]() -> task<> { found = co_await reason_of(store_one(with.loop)); };
            with.run(body());
            if (!found) {  // there was no such operation
                std::filesystem::remove(scratch.path() / first_image);
                continue;
            }
            EXPECT_EQ(*found, c.expected) << c.error << " in " << nth;
            EXPECT_TRUE(std::filesystem::is_empty(scratch.path())) << c.error << " in " << nth;
        }
    }
}

// Where there are no nameless files (NFS) the part has a name, and no other name until it is whole.
TEST_F(file_writer_faults, a_file_system_without_nameless_files_will_do) {
    for (const bool refuses_flags : {false, true}) {
        loop_with_faults with;
        with.plan->add(operation_kind::open, 1, fail_with{EOPNOTSUPP});
        if (refuses_flags) with.plan->add(operation_kind::rename, 1, fail_with{EINVAL});
        auto body = [&]() -> task<> {
            EXPECT_EQ(co_await reason_of(store_one(with.loop)), std::nullopt);
            with.plan->add(operation_kind::open, 1, fail_with{EOPNOTSUPP});
            EXPECT_EQ(co_await reason_of(store_one(with.loop)), reason::conflict);
        };
        with.run(body());
        EXPECT_EQ(std::filesystem::file_size(scratch.path() / first_image), 100'000u);
        std::filesystem::remove(scratch.path() / first_image);
        EXPECT_TRUE(std::filesystem::is_empty(scratch.path()));
    }
}

// What a failed upload still has to remove is not what the next one writes.
TEST_F(file_writer_faults, a_part_is_one_attempts_alone) {
    loop_with_faults with;
    auto body = [&]() -> task<> {
        const file_target target{
            .folder = scratch.path(), .name = first_image, .mode = {}, .metadata = {}};
        with.plan->add(operation_kind::open, 1, fail_with{EOPNOTSUPP});
        auto failed = co_await create_file_writer(with.loop, target);
        co_await failed->write(asio::buffer("half of it"));
        with.plan->add(operation_kind::open, 1, fail_with{EOPNOTSUPP});
        auto retry = co_await create_file_writer(with.loop, target);
        failed.reset();
        co_await retry->write(asio::buffer("all of it", 9));
        co_await async_sleep(with.loop, std::chrono::milliseconds(1), or_throw);
        co_await retry->commit();
    };
    with.run(body());
    EXPECT_EQ(text_of(scratch.path() / first_image), "all of it");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(scratch.path()), {}), 1);
}

// A disk that fails once the file is open: the image's next location is asked, so it is no end.
TEST_F(file_store_test, what_cannot_be_examined_is_unreadable) {
    put(*made(), "x");
    loop_with_faults with;
    with.plan->add(operation_kind::statx, 1, fail_with{EIO});
    const store_environment env{.loop = with.loop, .blocking = workers};
    const auto failing = make_file_store(env, plan);
    auto body = [&]() -> task<> {
        const auto url = "file://" + images + "/" + first_image;
        EXPECT_EQ((co_await failing->open(url, {})).error, open_error::unreadable);
        EXPECT_EQ((co_await failing->open(url, {})).error, open_error::none);
    };
    with.run(body());
}

// Where blocks are not as we think, or a cache is the only way.
TEST_F(file_writer_faults, what_cannot_go_direct_goes_the_usual_way) {
    loop_with_faults with;
    with.plan->add(operation_kind::write, 2, fail_with{EINVAL});
    const std::string text(3 * 8192 + 5, 'x');
    struct free_memory {
        void operator()(void* memory) const { std::free(memory); }
    };
    const std::unique_ptr<void, free_memory> memory(std::aligned_alloc(4096, 8 * 4096));
    std::memcpy(memory.get(), text.data(), text.size());
    auto body = [&]() -> task<> {
        const file_target target{.folder = scratch.path(),
                                 .name = first_image,
                                 .mode = {},
                                 .direct = true,
                                 .metadata = {}};
        auto writer = co_await create_file_writer(with.loop, target);
        for (std::size_t at = 0; at < text.size(); at += 8192)
            co_await writer->write(asio::buffer(static_cast<std::byte*>(memory.get()) + at,
                                                std::min<std::size_t>(8192, text.size() - at)));
        co_await writer->commit();
    };
    with.run(body());
    EXPECT_EQ(text_of(scratch.path() / first_image), text);
}

TEST_F(file_writer_faults, short_writes_go_on) {
    loop_with_faults with;
    with.plan->add(operation_kind::write, fault_plan::every, at_most{777});
    auto body = [&]() -> task<> { co_await store_one(with.loop); };
    with.run(body());
    EXPECT_EQ(text_of(scratch.path() / first_image), std::string(100'000, 'x'));
}

}  // namespace
