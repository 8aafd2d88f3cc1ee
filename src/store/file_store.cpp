// SPDX-License-Identifier: Apache-2.0
#include "store/file_store.hpp"

#include "core/file_source.hpp"
#include "core/operations.hpp"
#include "core/problem.hpp"
#include "store/file_writer.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <filesystem>

namespace glimt {
namespace {

constexpr std::string_view scheme = "file://";
constexpr std::string_view older_scheme = "filesystem://";

[[noreturn]] void refuse_url() {
    throw problem(reason::invalid, "The location is none of a file store.");
}

[[noreturn]] void fail(const error_code& ec) {
    if (ec == std::errc::permission_denied || ec == std::errc::operation_not_permitted ||
        ec == std::errc::read_only_file_system)
        throw problem(reason::forbidden, "You cannot delete file");
    throw problem(reason::unavailable, "The store does not answer: " + ec.message());
}

bool is_absent(const error_code& ec) {
    return ec == std::errc::no_such_file_or_directory || ec == std::errc::not_a_directory;
}

class file_store final : public store {
public:
    file_store(const store_environment& env, const store_plan& plan) : env_(env), plan_(plan) {}

    std::string_view refuses_new_blobs() const override { return plan_.refusal; }

    task<std::unique_ptr<blob_writer>> create(std::string image_id,
                                              std::optional<std::uint64_t> bytes) override {
        const std::string folder = co_await folder_for(bytes.value_or(0));
        const file_target target{.folder = folder,
                                 .name = image_id,
                                 .mode = mode(),
                                 .synchronous = env_.synchronous,
                                 .direct = env_.direct,
                                 .metadata = metadata_of(folder)};
        co_return co_await create_file_writer(env_.loop, target);
    }

    task<opened_blob> open(std::string url, blob_range range) override {
        const auto path = path_of(url);
        opened_blob result{.error = open_error::unreadable, .data = nullptr};
        if (!path) co_return result;
        auto [ec, number] =
            co_await async_open(env_.loop, AT_FDCWD, *path, O_RDONLY | O_NOCTTY, 0, or_error);
        if (ec == asio::error::operation_aborted) throw boost::system::system_error(ec);
        if (ec) {
            if (is_absent(ec)) result.error = open_error::not_found;
            co_return result;
        }
        descriptor file(number);
        struct statx facts{};
        auto [failed] =
            co_await async_statx(env_.loop, file.get(), STATX_SIZE | STATX_TYPE, facts, or_error);
        if (failed == asio::error::operation_aborted) throw boost::system::system_error(failed);
        if (failed || !S_ISREG(facts.stx_mode) || range.offset > facts.stx_size) co_return result;
        result.error = open_error::none;
        result.bytes = facts.stx_size - range.offset;
        if (range.bytes) result.bytes = std::min(result.bytes, *range.bytes);
        result.data =
            std::make_unique<file_source>(env_.loop, std::move(file), range.offset, result.bytes);
        co_return result;
    }

    task<std::optional<std::uint64_t>> size(std::string url) override {
        const auto path = path_of(url);
        if (!path) refuse_url();
        struct statx facts{};
        auto [ec] = co_await async_statx(env_.loop, AT_FDCWD, *path, STATX_SIZE, facts, or_error);
        if (ec == asio::error::operation_aborted) throw boost::system::system_error(ec);
        if (is_absent(ec)) co_return std::nullopt;
        if (ec) fail(ec);
        co_return facts.stx_size;
    }

    task<bool> remove(std::string url) override {
        const auto path = path_of(url);
        if (!path) refuse_url();
        auto [ec] = co_await async_unlink(env_.loop, AT_FDCWD, *path, or_error);
        if (ec == asio::error::operation_aborted) throw boost::system::system_error(ec);
        if (is_absent(ec)) co_return false;
        if (ec) fail(ec);
        co_return true;
    }

    bool owns(std::string_view url) const override {
        const auto path = path_of(url);
        return path && std::ranges::any_of(plan_.folders, [&](const auto& each) {
                   return path->size() > each.path.size() && path->starts_with(each.path) &&
                          (*path)[each.path.size()] == '/';
               });
    }

    task<> remove_remains(std::string image_id) override {
        for (const auto& each : plan_.folders) {
            auto remains = co_await parts_of(each.path, image_id);
            remains.push_back(each.path + "/" + image_id);
            for (std::string& path : remains) {
                auto [ec] = co_await async_unlink(env_.loop, AT_FDCWD, std::move(path), or_error);
                if (ec == asio::error::operation_aborted) throw boost::system::system_error(ec);
                // Where nothing can be removed nothing was put either, by us.
                if (ec && !is_absent(ec) && ec != std::errc::read_only_file_system) fail(ec);
            }
        }
    }

    boost::json::object properties() const override {
        std::string folders;
        for (const auto& each : plan_.folders)
            folders.append(folders.empty() ? "" : ",").append(each.path);
        return {{"data_dir", folders},
                {"chunk_size", plan_.options.filesystem_store_chunk_size},
                {"thin_provisioning", plan_.options.filesystem_thin_provisioning}};
    }

private:
    // A path of a URL that Glance or glimt has stored. Users cannot set one (contract 1.11), and
    // yet nothing climbs out of a folder.
    static std::optional<std::string> path_of(std::string_view url) {
        if (url.starts_with(scheme))
            url.remove_prefix(scheme.size());
        else if (url.starts_with(older_scheme))
            url.remove_prefix(older_scheme.size());
        else
            return std::nullopt;
        const bool climbs = url.find("/../") != url.npos || url.ends_with("/..");
        if (!url.starts_with('/') || climbs || url.find('\0') != url.npos) return std::nullopt;
        return std::string(url);
    }

    // filesystem_store_file_perm: the digits 640 are the mode 0640.
    std::optional<mode_t> mode() const {
        auto digits = plan_.options.filesystem_store_file_perm;
        if (digits == 0) return std::nullopt;
        mode_t made = 0;
        for (int shift = 0; digits > 0; digits /= 10, shift += 3)
            made |= static_cast<mode_t>(digits % 10 & 7) << shift;
        return made;
    }

    boost::json::object metadata_of(const std::string& folder) const {
        for (const auto& each : plan_.mountpoints) {
            const auto& entry = each.get_object();
            if (folder.starts_with(std::string_view(entry.at("mountpoint").get_string())))
                return entry;
        }
        return {};
    }

    task<std::vector<std::string>> parts_of(const std::string& folder,
                                            const std::string& image_id) {
        std::vector<std::string> found;
        const auto look = [&]() noexcept {
            std::error_code ec;
            for (std::filesystem::directory_iterator at(folder, ec), end; !ec && at != end;
                 at.increment(ec))
                if (is_part_of(at->path().filename().native(), image_id))
                    found.push_back(at->path());
        };
        co_await async_run(env_.loop, env_.blocking, look, or_throw);
        co_return found;
    }

    // The folder that comes first and has room. A lone folder is not asked: it finds out itself.
    task<std::string> folder_for(std::uint64_t bytes) {
        if (plan_.folders.size() == 1) co_return plan_.folders.front().path;
        const std::string* found = nullptr;
        const auto look = [&]() noexcept {
            for (const auto& each : plan_.folders) {
                struct statvfs facts{};
                if (::statvfs(each.path.c_str(), &facts) != 0) continue;
                if (std::uint64_t{facts.f_bavail} * facts.f_frsize < bytes) continue;
                found = &each.path;
                return;
            }
        };
        co_await async_run(env_.loop, env_.blocking, look, or_throw);
        if (!found)
            throw problem(reason::too_large,
                          "There is not enough disk space on the image storage media.");
        co_return *found;
    }

    const store_environment env_;
    const store_plan& plan_;
};

}  // namespace

std::unique_ptr<store> make_file_store(const store_environment& env, const store_plan& plan) {
    return std::make_unique<file_store>(env, plan);
}

}  // namespace glimt
