// SPDX-License-Identifier: Apache-2.0
#include "imports/upload.hpp"

#include "core/patience.hpp"
#include "core/problem.hpp"
#include "image/attributes.hpp"
#include "image/image_life.hpp"
#include "imports/transfer.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace glimt {
namespace {

constexpr std::string_view component = "glimt.imports";

[[noreturn]] void refuse_vanished(const std::string& id) {
    throw problem(reason::gone,
                  fmt::format("Image {} could not be found after upload. The image may have been "
                              "deleted during the upload, cleaning up the chunks uploaded.",
                              id));
}

// image_size_cap and what is left of user_storage_quota (contract 1.14).
class upload_limits final : public size_check {
public:
    upload_limits(std::uint64_t cap, std::optional<std::uint64_t> quota_left)
        : cap_(cap), quota_left_(quota_left) {}

    void check(std::uint64_t bytes) const override {
        if (bytes > cap_)
            throw problem(reason::too_large,
                          "The incoming image is too large: The provided image is too large.");
        if (quota_left_ && bytes > *quota_left_)
            throw problem(reason::too_large,
                          fmt::format("Image exceeds the storage quota: The size of the data {} "
                                      "will exceed the limit. {} bytes remaining.",
                                      bytes, *quota_left_));
    }

private:
    std::uint64_t cap_;
    std::optional<std::uint64_t> quota_left_;
};

// One upload, from its first statement to its last. Its parts are where they are while it runs.
class upload_run {
public:
    upload_run(const upload_services& with, upload_order& order)
        : with_(with),
          order_(order),
          limits_(with.options.image_size_cap, order.quota_left),
          algorithm_(order.queued.os_hash_algo.value_or(with.options.hashing_algorithm)),
          name_(with.recovery.next_upload()) {
        if (order.bytes) limits_.check(*order.bytes);
        if (!is_digest_algorithm(algorithm_))
            throw problem(reason::conflict,
                          fmt::format("The image asks for an unknown hash: {}", algorithm_));
        saving_ = order.queued;
        become(saving_, image_status::saving);
        saving_.updated_at = as_timestamp(with.time.wall());
    }

    failed_upload as_failed() const { return {saving_.id, name_, url_}; }

    // CAS queued -> saving: nobody else puts data into it from now on.
    task<> begin() {
        switch (co_await with_.images.begin_upload(saving_, name_)) {
            case save_outcome::saved: co_return;
            case save_outcome::conflict:
                throw problem(
                    reason::conflict,
                    fmt::format("Image status transition from {} to {} is not allowed",
                                to_string(image_status::saving), to_string(image_status::saving)));
            case save_outcome::gone: refuse_vanished(saving_.id);
        }
    }

    task<image> store_data() {
        auto writer = co_await order_.where.place->create(saving_.id, order_.bytes);
        data_digest digest(with_.loop, with_.hashing, algorithm_);
        format_inspector inspector;
        const transfer_parts parts{.buffers = with_.buffers,
                                   .from = order_.body,
                                   .limits = limits_,
                                   .inspector = inspector,
                                   .digest = digest,
                                   .into = *writer};
        const std::uint64_t bytes = co_await transfer(parts);
        image active = described(bytes, digest.finish());
        inspect(inspector, active);
        image_location& place = active.locations.emplace_back();
        blob_location stored = co_await writer->commit();
        url_ = stored.url;
        place.url = std::move(stored.url);
        place.metadata = std::move(stored.metadata);
        if (with_.places.have_names()) place.metadata["store"] = order_.where.id();
        become(active, image_status::active);
        active.updated_at = as_timestamp(with_.time.wall());
        co_return co_await finish(std::move(active));
    }

private:
    // The image with what is known of its bytes, if that is what was expected of them.
    image described(std::uint64_t bytes, const data_digests& digests) const {
        if (order_.bytes && *order_.bytes != bytes)
            throw problem(reason::invalid,
                          fmt::format("Size mismatch: expected {} bytes, got {} bytes",
                                      *order_.bytes, bytes));
        image active = saving_;
        const auto size = static_cast<std::int64_t>(bytes);
        expect("size", active.size_bytes, size);
        expect("os_hash_value", active.os_hash_value, digests.os_hash_value);
        expect("checksum", active.checksum, digests.checksum);
        active.size_bytes = size;
        active.checksum = digests.checksum;
        active.os_hash_algo = algorithm_;
        active.os_hash_value = digests.os_hash_value;
        return active;
    }

    // What an image was said to be before its data came is a promise.
    template <class T>
    static void expect(std::string_view name, const std::optional<T>& said, const T& found) {
        if (!said || *said == found) return;
        throw problem(reason::invalid,
                      fmt::format("{} of uploaded data is different from current value set on the "
                                  "image.",
                                  name));
    }

    void inspect(const format_inspector& inspector, image& of) const {
        if (!is_inspected(of.container_format.value_or(""))) return;
        const inspection_rules rules{.require_match = with_.options.require_image_format_match,
                                     .gpt_nonfatal = with_.options.gpt_safety_checks_nonfatal};
        const format_verdict verdict =
            judge(inspector.finish(), of.disk_format.value_or(""), rules);
        if (!verdict.note.empty())
            with_.out.warning(component, "image {}: {}", of.id, verdict.note);
        if (verdict.refusal)
            throw problem(reason::unsupported, *verdict.refusal, layout::sentence_first);
        if (!verdict.virtual_size || of.virtual_size_bytes) return;
        of.virtual_size_bytes = static_cast<std::int64_t>(*verdict.virtual_size);
    }

    // CAS saving -> active.
    task<image> finish(image active) {
        save_result done = co_await with_.images.finish_upload(saving_, std::move(active));
        if (done.outcome != save_outcome::saved) refuse_vanished(saving_.id);
        co_return std::move(done.saved);
    }

    const upload_services& with_;
    upload_order& order_;
    const upload_limits limits_;
    const std::string algorithm_;
    const std::string name_;
    image saving_;
    std::string url_;  // once the data is there
};

}  // namespace

task<image> upload(const upload_services& with, upload_order order) {
    if (const auto why = order.where.place->refuses_new_blobs(); !why.empty())
        throw problem(reason::gone, std::string(why));
    upload_run run(with, order);
    std::exception_ptr failure;
    try {
        co_await run.begin();
        co_return co_await run.store_data();
    } catch (...) {
        failure = std::current_exception();
    }
    // Whoever gave up, the rest is done: from here on nothing cuts it short. Not by
    // uninterrupted(), which who has given up cannot even await.
    co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
    const auto stored = co_await with.recovery.put_back(run.as_failed());
    co_await interruptible_by_abort();
    if (stored) co_return *stored;
    std::rethrow_exception(failure);
}

}  // namespace glimt
