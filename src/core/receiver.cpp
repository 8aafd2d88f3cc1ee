// SPDX-License-Identifier: Apache-2.0
#include "core/receiver.hpp"

#include "core/uncancelled.hpp"

#include <algorithm>
#include <cassert>

namespace glimt {

namespace {

constexpr unsigned held_max = 4;         // buffers after which a peer is held back
constexpr std::size_t own_bytes = 4096;  // of the buffer used when the loop has none left

}  // namespace

class receiver::state final : public completion {
public:
    state(ring_context& home, int socket, end_handler on_end, void* context)
        : changed(home), home_(home), socket_(socket), on_end_(on_end), context_(context) {}

    void arm() {
        if (armed_ || ended_) return;
        assert(empty() && "what comes next would overtake it");
        own_.reset();
        auto* entry = home_.entry(*this);
        io_uring_prep_recv_multishot(entry, socket_, nullptr, 0, 0);
        entry->flags |= IOSQE_BUFFER_SELECT;
        entry->buf_group = 0;
        armed_ = true;
        cancelling_ = false;
    }

    // One plain receive into memory of our own.
    void arm_once(std::size_t bytes_max) {
        if (armed_ || ended_) return;
        assert(empty() && bytes_max <= own_bytes);
        if (!own_) own_ = std::make_unique_for_overwrite<std::byte[]>(own_bytes);
        own_begin_ = own_end_ = 0;
        io_uring_prep_recv(home_.entry(*this), socket_, own_.get(), bytes_max, 0);
        armed_ = true;
        cancelling_ = false;
    }

    void disarm() {
        if (!armed_ || std::exchange(cancelling_, true)) return;
        home_.cancel(*this);
    }

    void abandon() {
        abandoned_ = true;
        while (held_) give_back_first();
        if (armed_)
            disarm();
        else
            delete this;
    }

    void complete(int result, std::uint32_t flags) override {
        armed_ = flags & IORING_CQE_F_MORE;
        if (flags & IORING_CQE_F_BUFFER)
            keep(static_cast<std::uint16_t>(flags >> IORING_CQE_BUFFER_SHIFT), result);
        else if (result > 0)
            own_end_ = static_cast<std::uint32_t>(result);
        if (abandoned_) {
            if (!armed_) delete this;
            return;
        }
        // Who is pausing wants no other receive in place of the one that ends.
        if (result == -ENOBUFS && !cancelling_) return receive_into_own();
        if (armed_ && held_ >= held_max) disarm();
        changed.notify_all();
        if (result <= 0 && result != -ECANCELED && result != -ENOBUFS) end(result);
    }

    void discard() noexcept override {}

    std::span<std::byte> front() const noexcept {
        if (held_) {
            const auto& piece = home_.received(first_);
            return home_.buffer(first_).subspan(piece.begin, piece.end - piece.begin);
        }
        if (own_filled()) return {own_.get() + own_begin_, own_end_ - own_begin_};
        return {};
    }

    void consume(std::size_t bytes) {
        assert(bytes <= front().size());
        const auto taken = static_cast<std::uint32_t>(bytes);
        if (!held_) {
            own_begin_ += taken;
            if (own_end_ > own_bytes && own_begin_ == own_end_) own_.reset();
            return;
        }
        auto& piece = home_.received(first_);
        piece.begin += taken;
        if (piece.begin == piece.end) give_back_first();
    }

    void put_back(std::span<const std::byte> bytes) {
        assert(!armed_ && empty());
        own_ = std::make_unique_for_overwrite<std::byte[]>(std::max(bytes.size(), own_bytes));
        std::ranges::copy(bytes, own_.get());
        own_begin_ = 0;
        own_end_ = static_cast<std::uint32_t>(bytes.size());
    }

    bool empty() const noexcept { return !held_ && !own_filled(); }
    bool ended() const noexcept { return ended_; }
    bool armed() const noexcept { return armed_; }
    error_code error() const noexcept { return error_of(end_result_); }

    event changed;

private:
    bool own_filled() const noexcept { return own_begin_ < own_end_; }

    void keep(std::uint16_t id, int bytes) {
        if (bytes <= 0 || abandoned_) return home_.give_back(id);
        home_.received(id) = {0, static_cast<std::uint32_t>(bytes), id};
        if (held_++)
            home_.received(last_).next = id;
        else
            first_ = id;
        last_ = id;
    }

    void give_back_first() {
        const auto id = first_;
        first_ = home_.received(id).next;
        --held_;
        home_.give_back(id);
    }

    // All the loop's buffers hold bytes that others are slow to take: this peer shall not wait for
    // them.
    void receive_into_own() {
        if (!empty()) return changed.notify_all();
        arm_once(own_bytes);
    }

    void end(int result) {
        if (std::exchange(ended_, true)) return;
        end_result_ = result;
        if (on_end_) on_end_(context_);  // may destroy the receiver, and this with it
    }

    ring_context& home_;
    int socket_;
    end_handler on_end_;
    void* context_;
    std::unique_ptr<std::byte[]> own_;
    std::uint32_t own_begin_ = 0, own_end_ = 0;
    std::uint16_t first_ = 0, last_ = 0;
    unsigned held_ = 0;
    int end_result_ = 0;
    bool armed_ = false, cancelling_ = false, ended_ = false, abandoned_ = false;
};

receiver::receiver(ring_context& home, int socket, end_handler on_end, void* context)
    : state_(new state(home, socket, on_end, context)) {}

receiver::~receiver() { state_->abandon(); }

std::span<std::byte> receiver::front() const noexcept { return state_->front(); }
void receiver::consume(std::size_t bytes) { state_->consume(bytes); }
void receiver::put_back(std::span<const std::byte> bytes) { state_->put_back(bytes); }
bool receiver::ready() const noexcept { return !state_->empty() || state_->ended(); }
bool receiver::ended() const noexcept { return state_->empty() && state_->ended(); }
error_code receiver::error() const noexcept { return state_->error(); }
void receiver::arm() { state_->arm(); }
void receiver::arm_once(std::size_t bytes_max) { state_->arm_once(bytes_max); }
event& receiver::changed() const noexcept { return state_->changed; }

void receiver::watch() {
    if (state_->empty()) state_->arm();
}

bool receiver::receiving() const noexcept { return state_->armed(); }

task<> receiver::pause() {
    state_->disarm();
    while (state_->armed()) co_await state_->changed.async_wait(uncancelled());
}

}  // namespace glimt
