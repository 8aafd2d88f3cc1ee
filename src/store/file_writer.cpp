// SPDX-License-Identifier: Apache-2.0
#include "store/file_writer.hpp"

#include "core/disposal.hpp"
#include "core/operations.hpp"
#include "core/problem.hpp"

#include <boost/asio/error.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <cassert>
#include <utility>

namespace glimt {
namespace {

constexpr mode_t usual_mode = 0666;

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
    file_writer(ring_context& home, file_target target, descriptor file, bool nameless)
        : home_(home), target_(std::move(target)), file_(std::move(file)), nameless_(nameless) {}

    // The name goes first: then freeing the blocks is the kernel's business and not the loop's.
    ~file_writer() override {
        if (placed_ && !committed_) unlink_later(home_, path());
        if (!nameless_ && !placed_) unlink_later(home_, part_path(target_.folder, target_.name));
        close_later(home_, std::move(file_));
    }

    task<> write(asio::const_buffer all) override {
        while (all.size() > 0) {
            const iovec from{const_cast<void*>(all.data()), all.size()};
            auto [ec, n] =
                co_await async_write_at(home_, file_.get(), std::span(&from, 1), offset_, or_error);
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
        co_await (nameless_ ? link() : rename());
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

    task<> link() {
        auto [ec] = co_await async_link(home_, file_.get(), path(), or_error);
        if (ec == std::errc::file_exists) refuse_duplicate(path());
        if (ec) fail(ec);
    }

    task<> rename() {
        const std::string part = part_path(target_.folder, target_.name);
        auto [ec] =
            co_await async_rename(home_, AT_FDCWD, part, path(), rename_how::if_absent, or_error);
        if (ec == std::errc::file_exists) refuse_duplicate(path());
        if (ec == std::errc::invalid_argument) {
            // NFS cannot refuse; only another process with the same image at the same moment, which
            // the database does not allow, could come in between.
            struct statx facts{};
            auto [absent] =
                co_await async_statx(home_, AT_FDCWD, path(), STATX_SIZE, facts, or_error);
            if (!absent) refuse_duplicate(path());
            auto [failed] = co_await async_rename(home_, AT_FDCWD, part, path(),
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
    descriptor file_;
    const bool nameless_;
    bool placed_ = false;  // under its name, where it stays once it is
    bool committed_ = false;
    std::uint64_t offset_ = 0;
};

// File systems that know no nameless files say so in one of these ways.
bool wants_names(const error_code& ec) {
    return ec == std::errc::operation_not_supported || ec == std::errc::is_a_directory ||
           ec == std::errc::invalid_argument;
}

}  // namespace

std::string part_path(const std::string& folder, const std::string& name) {
    return folder + "/." + name + ".part";
}

task<std::unique_ptr<blob_writer>> create_file_writer(ring_context& home, file_target target) {
    const std::string path = target.folder + "/" + target.name;
    struct statx facts{};
    auto [absent] = co_await async_statx(home, AT_FDCWD, path, STATX_TYPE, facts, or_error);
    if (!absent) refuse_duplicate(path);
    auto [ec, file] = co_await async_open(home, AT_FDCWD, target.folder, O_WRONLY | O_TMPFILE,
                                          usual_mode, or_error);
    const bool nameless = !ec;
    if (ec && wants_names(ec)) {
        auto [failed, named] =
            co_await async_open(home, AT_FDCWD, part_path(target.folder, target.name),
                                O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, usual_mode, or_error);
        ec = failed;
        file = named;
    }
    if (ec) fail(ec);
    co_return std::make_unique<file_writer>(home, std::move(target), descriptor(file), nameless);
}

}  // namespace glimt
