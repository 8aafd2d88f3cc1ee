// SPDX-License-Identifier: Apache-2.0
#include "store/file_writer.hpp"

#include "core/disposal.hpp"
#include "core/operations.hpp"
#include "core/problem.hpp"

#include <boost/asio/error.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cassert>
#include <cstdint>
#include <random>
#include <utility>

namespace glimt {
namespace {

constexpr mode_t usual_mode = 0666;

// No disk has larger blocks, and a page has as many bytes.
constexpr std::size_t block_bytes = 4096;

// What went wrong with the disk, in the words of Glance's store library (contract 5.1).
[[noreturn]] void fail(const error_code& ec) {
    if (ec == asio::error::operation_aborted) throw boost::system::system_error(ec);
    switch (ec.value()) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            throw problem(reason::too_large,
                          "Image storage media is full: There is not enough disk space on the "
                          "image storage media.");
        case EACCES:
        case EPERM:
        case EROFS:
            throw problem(reason::unavailable,
                          "Insufficient permissions on image storage media: Permission to write "
                          "image storage media denied.");
        default: break;
    }
    throw problem(reason::unavailable, "The image storage media failed: " + ec.message());
}

[[noreturn]] void refuse_duplicate(const std::string& path) {
    throw problem(reason::conflict, "Image file " + path + " already exists");
}

class file_writer final : public blob_writer {
public:
    // `part` is the name the file has until it is whole; empty where it has none.
    file_writer(ring_context& home, file_target target, descriptor file, std::string part)
        : home_(home), target_(std::move(target)), part_(std::move(part)), file_(std::move(file)) {}

    // Asks the file system whether blocks may go past its cache. Those of servers elsewhere do not
    // say so, and want many writes under way, which their cache has and we have not.
    task<> find_way() {
#ifdef STATX_DIOALIGN
        struct statx facts{};
        auto [ec] = co_await async_statx(home_, file_.get(), STATX_DIOALIGN, facts, or_error);
        if (ec == asio::error::operation_aborted) throw boost::system::system_error(ec);
        const auto fits = [](std::uint32_t align) { return align > 0 && align <= block_bytes; };
        goes_direct_ = !ec && (facts.stx_mask & STATX_DIOALIGN) != 0 &&
                       fits(facts.stx_dio_offset_align) && fits(facts.stx_dio_mem_align);
#endif
        co_return;
    }

    // The name goes first: then freeing the blocks is the kernel's business and not the loop's.
    ~file_writer() override {
        if (placed_ && !committed_) unlink_later(home_, path());
        if (!part_.empty() && !placed_) unlink_later(home_, part_);
        close_later(home_, std::move(file_));
    }

    task<> write(asio::const_buffer all) override {
        while (all.size() > 0) {
            const auto some = next_of(all);
            const iovec from{const_cast<void*>(some.data()), some.size()};
            auto [ec, n] =
                co_await async_write_at(home_, file_.get(), std::span(&from, 1), offset_, or_error);
            if (ec == std::errc::invalid_argument && is_direct_) {
                goes_direct_ = false;  // its blocks are others than anybody's we know
                continue;
            }
            if (ec) fail(ec);
            if (n == 0) fail(error_code(ENOSPC, boost::system::system_category()));
            offset_ += n;
            all += n;
        }
    }

    task<blob_location> commit() override {
        assert(!committed_);
        // Of an open file this changes memory only.
        if (target_.mode && ::fchmod(file_.get(), *target_.mode) != 0)
            fail(error_code(errno, boost::system::system_category()));
        if (target_.synchronous) {
            auto [ec] =
                co_await async_fsync(home_, file_.get(), sync_what::data_and_metadata, or_error);
            if (ec) fail(ec);
        }
        co_await (part_.empty() ? link() : rename());
        placed_ = true;
        if (target_.synchronous) co_await sync_folder();
        committed_ = true;
        blob_location where;
        where.url = "file://" + path();
        where.metadata = target_.metadata;
        co_return where;
    }

private:
    std::string path() const { return target_.folder + "/" + target_.name; }

    // What of it goes next, the way that is then set: whole blocks past the page cache, and through
    // it what is no block. Of an open file this changes memory only.
    asio::const_buffer next_of(asio::const_buffer all) {
        const auto place = reinterpret_cast<std::uintptr_t>(all.data());
        const std::size_t whole = all.size() - all.size() % block_bytes;
        const bool direct =
            goes_direct_ && whole > 0 && offset_ % block_bytes == 0 && place % block_bytes == 0;
        if (direct != is_direct_) {
            if (::fcntl(file_.get(), F_SETFL, direct ? O_DIRECT : 0) == 0)
                is_direct_ = direct;
            else
                goes_direct_ = false;  // a file system that has no other way than its cache
        }
        return is_direct_ ? asio::buffer(all, whole) : all;
    }

    task<> link() {
        auto [ec] = co_await async_link(home_, file_.get(), path(), or_error);
        if (ec == std::errc::file_exists) refuse_duplicate(path());
        if (ec) fail(ec);
    }

    task<> rename() {
        auto [ec] =
            co_await async_rename(home_, AT_FDCWD, part_, path(), rename_how::if_absent, or_error);
        if (ec == std::errc::file_exists) refuse_duplicate(path());
        if (ec == std::errc::invalid_argument) {
            // NFS cannot refuse; only another process with the same image at the same moment, which
            // the database does not allow, could come in between.
            struct statx facts{};
            auto [absent] =
                co_await async_statx(home_, AT_FDCWD, path(), STATX_SIZE, facts, or_error);
            if (!absent) refuse_duplicate(path());
            auto [failed] = co_await async_rename(home_, AT_FDCWD, part_, path(),
                                                  rename_how::replacing, or_error);
            ec = failed;
        }
        if (ec) fail(ec);
    }

    // The name must be on the disk as well. What cannot be made sure of is not promised.
    task<> sync_folder() {
        auto [ec, folder] = co_await async_open(home_, AT_FDCWD, target_.folder,
                                                O_RDONLY | O_DIRECTORY, 0, or_error);
        if (!ec) {
            descriptor opened(folder);
            auto [failed] =
                co_await async_fsync(home_, opened.get(), sync_what::data_and_metadata, or_error);
            ec = failed;
        }
        if (ec) fail(ec);
    }

    ring_context& home_;
    const file_target target_;
    const std::string part_;
    descriptor file_;
    bool goes_direct_ = false;
    bool is_direct_ = false;
    bool placed_ = false;  // under its name, where it stays once it is
    bool committed_ = false;
    std::uint64_t offset_ = 0;
};

// File systems that know no nameless files say so in one of these ways.
bool wants_names(const error_code& ec) {
    return ec == std::errc::operation_not_supported || ec == std::errc::is_a_directory ||
           ec == std::errc::invalid_argument;
}

// Of each attempt another one: what a failed attempt still has to remove is not the next one's.
std::string new_part_name(const std::string& name) {
    std::random_device source;
    return fmt::format(".{}.{:08x}{:08x}.part", name, source(), source());
}

}  // namespace

bool is_part_of(std::string_view file, std::string_view name) {
    return file.starts_with(fmt::format(".{}.", name)) && file.ends_with(".part");
}

task<std::unique_ptr<blob_writer>> create_file_writer(ring_context& home, file_target target) {
    const std::string path = target.folder + "/" + target.name;
    struct statx facts{};
    auto [absent] = co_await async_statx(home, AT_FDCWD, path, STATX_TYPE, facts, or_error);
    if (!absent) refuse_duplicate(path);
    auto [ec, file] = co_await async_open(home, AT_FDCWD, target.folder, O_WRONLY | O_TMPFILE,
                                          usual_mode, or_error);
    std::string part;
    if (ec && wants_names(ec)) {
        part = target.folder + "/" + new_part_name(target.name);
        auto [failed, named] = co_await async_open(
            home, AT_FDCWD, part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, usual_mode, or_error);
        ec = failed;
        file = named;
    }
    if (ec) fail(ec);
    const bool direct = target.direct;
    auto made =
        std::make_unique<file_writer>(home, std::move(target), descriptor(file), std::move(part));
    if (direct) co_await made->find_way();
    co_return made;
}

}  // namespace glimt
