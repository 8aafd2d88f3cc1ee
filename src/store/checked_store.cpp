// SPDX-License-Identifier: Apache-2.0
#include "store/checked_store.hpp"

#include "core/problem.hpp"
#include "store/stores.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <chrono>

namespace glimt {
namespace {

constexpr std::string_view component = "glimt.store";

// 8-4-4-4-12 hexadecimal digits, as every image has (contract 1.5): nothing that could name a place
// outside of a store.
bool is_image_id(std::string_view id) {
    constexpr std::string_view shape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    constexpr std::string_view digits = "0123456789abcdefABCDEF";
    return std::ranges::equal(id, shape, [&](char c, char expected) {
        return expected == 'x' ? digits.find(c) != digits.npos : c == expected;
    });
}

void check_image_id(std::string_view id) {
    if (!is_image_id(id)) throw problem(reason::invalid, "The id of the image is not a UUID.");
}

std::string_view describe(open_error why) {
    switch (why) {
        case open_error::none: break;
        case open_error::not_found: return "no such blob";
        case open_error::unavailable: return "the store does not answer";
        case open_error::unreadable: return "the blob cannot be read";
    }
    return "";
}

class stopwatch {
public:
    explicit stopwatch(store_counters& counts) : counts_(counts) {}
    stopwatch(const stopwatch&) = delete;
    stopwatch& operator=(const stopwatch&) = delete;
    ~stopwatch() {
        const auto busy = std::chrono::steady_clock::now() - began_;
        counts_.busy_microseconds.add(static_cast<std::uint64_t>(
            std::chrono::duration_cast<std::chrono::microseconds>(busy).count()));
    }

private:
    store_counters& counts_;
    const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

class counted_writer final : public blob_writer {
public:
    counted_writer(std::unique_ptr<blob_writer> driver, store_counters& counts)
        : driver_(std::move(driver)), counts_(counts) {}

    task<> write(asio::const_buffer all) override {
        co_await driver_->write(all);
        counts_.bytes_written.add(all.size());
    }
    task<blob_location> commit() override { return driver_->commit(); }

private:
    std::unique_ptr<blob_writer> driver_;
    store_counters& counts_;
};

class checked_store final : public store {
public:
    checked_store(std::unique_ptr<store> driver, const store_plan& plan, store_counters& counts,
                  log& out)
        : driver_(std::move(driver)), plan_(plan), counts_(counts), out_(out) {}

    std::string_view refuses_new_blobs() const override { return driver_->refuses_new_blobs(); }

    task<std::unique_ptr<blob_writer>> create(std::string image_id,
                                              std::optional<std::uint64_t> bytes) override {
        check_image_id(image_id);
        counts_.blobs_created.add();
        auto writer = co_await watched("create", driver_->create(std::move(image_id), bytes));
        co_return std::make_unique<counted_writer>(std::move(writer), counts_);
    }

    task<opened_blob> open(std::string url, blob_range range) override {
        counts_.blobs_opened.add();
        auto opened = co_await watched("open", driver_->open(std::move(url), range));
        if (opened.error == open_error::none)
            counts_.bytes_read.add(opened.bytes);
        else
            note("open", opened.why.empty() ? describe(opened.error) : opened.why);
        co_return opened;
    }

    task<std::optional<std::uint64_t>> size(std::string url) override {
        co_return co_await watched("size", driver_->size(std::move(url)));
    }

    task<bool> remove(std::string url) override {
        counts_.blobs_removed.add();
        co_return co_await watched("remove", driver_->remove(std::move(url)));
    }

    bool owns(std::string_view url) const override { return driver_->owns(url); }

    task<> remove_remains(std::string image_id) override {
        check_image_id(image_id);
        co_await watched("remove remains", driver_->remove_remains(std::move(image_id)));
    }

    boost::json::object properties() const override { return driver_->properties(); }

private:
    // Measures the call, and tells of what it throws; that somebody gave up is no failure.
    template <class T>
    task<T> watched(std::string_view what, task<T> call) {
        const stopwatch busy(counts_);
        try {
            co_return co_await std::move(call);
        } catch (const problem& why) {
            note(what, why.detail());
            throw;
        } catch (const boost::system::system_error& why) {
            if (why.code() != asio::error::operation_aborted) note(what, why.what());
            throw;
        }
    }

    void note(std::string_view what, std::string_view why) const {
        counts_.failures.add();
        const auto& options = plan_.options;
        out_.warning(component, "store {}: {}: {}",
                     options.id.empty() ? options.driver : options.id, what, why);
    }

    std::unique_ptr<store> driver_;
    const store_plan& plan_;
    store_counters& counts_;
    log& out_;
};

}  // namespace

std::unique_ptr<store> make_checked_store(std::unique_ptr<store> driver, const store_plan& plan,
                                          store_counters& counts, log& out) {
    return std::make_unique<checked_store>(std::move(driver), plan, counts, out);
}

}  // namespace glimt
