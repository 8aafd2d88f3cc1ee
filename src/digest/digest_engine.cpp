// SPDX-License-Identifier: Apache-2.0
#include "digest/digest_engine.hpp"

#include "core/without_signals.hpp"
#include "digest/woven_hasher.hpp"

#include <pthread.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>

namespace glimt {
namespace {

// How far streams go before another one may join them: little against a job, much against joining.
constexpr std::size_t slice_bytes = 32 * 1024;

}  // namespace

// The jobs that one thread has begun: as many woven ones as there are lanes, or one other.
class digest_engine::crew {
public:
    std::size_t size() const { return count_; }
    bool has_lone() const { return count_ > 0 && !members_[0].piece; }

    void add(job& work) {
        member& joins = members_[count_++];
        joins.work = &work;
        joins.piece.reset();
        if (woven_hasher* woven = work.of_->woven()) joins.piece.emplace(*woven, work.bytes_);
    }

    void advance(const kernel_set& with) {
        if (has_lone()) {
            auto& [work, piece] = members_[0];
            const auto slice = work->bytes_.first(std::min(work->bytes_.size(), slice_bytes));
            work->of_->update(slice);
            work->bytes_ = work->bytes_.subspan(slice.size());
            return;
        }
        std::array<woven_piece*, woven_lanes_max> going;
        std::size_t count = 0;
        for (member& each : std::span(members_).first(count_))
            if (!each.piece->ended()) going[count++] = &*each.piece;
        if (count > 0) woven_piece::advance(with, std::span(going).first(count), slice_bytes);
    }

    // Takes out who has ended and calls told(job) for each.
    template <class Told>
    void let_go(Told told) {
        for (std::size_t i = 0; i < count_;) {
            job& work = *members_[i].work;
            if (members_[i].piece ? !members_[i].piece->ended() : !work.bytes_.empty()) {
                ++i;
                continue;
            }
            members_[i] = members_[--count_];
            told(work);
        }
    }

private:
    struct member {
        job* work = nullptr;
        std::optional<woven_piece> piece;  // of a woven one
    };
    std::array<member, woven_lanes_max> members_;
    std::size_t count_ = 0;
};

digest_engine::digest_engine(kernel_set with, std::size_t threads) : with_(with), busy_(threads) {
    assert(threads > 0);
    const without_signals undisturbed;
    for (std::size_t i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { work(); });
        pthread_setname_np(threads_.back().native_handle(), "hashing");
    }
}

digest_engine::~digest_engine() {
    {
        const std::lock_guard lock(mutex_);
        assert(!first_);
        leaving_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void digest_engine::put(job& work) {
    bool call = false;
    {
        const std::lock_guard lock(mutex_);
        work.next_ = nullptr;
        *end_ = &work;
        end_ = &work.next_;
        if (++work.of_->jobs_ == 1) ++streams_like(work);
        call = needs_help();
    }
    if (call) changed_.notify_one();
}

bool digest_engine::take_back(job& work) {
    const std::lock_guard lock(mutex_);
    for (job** at = &first_; *at; at = &(*at)->next_) {
        if (*at != &work) continue;
        unlink(at);
        forget(work);
        return true;
    }
    return false;
}

void digest_engine::work() {
    crew lanes;
    while (fill(lanes)) {
        lanes.advance(with_);
        lanes.let_go([this](job& ended) {
            {
                const std::lock_guard lock(mutex_);
                ended.of_->begun_ = false;
                forget(ended);
            }
            ended.done();
        });
    }
}

// Waits until there is something to do, and takes what there is; false: never again.
bool digest_engine::fill(crew& lanes) {
    std::unique_lock lock(mutex_);
    if (lanes.size() == 0) {
        --busy_;
        changed_.wait(lock, [this] { return leaving_ || needs_help(); });
        if (!first_) return false;
        ++busy_;
    }
    for (job** next = next_to_begin(); next && takes_on(lanes, **next); next = next_to_begin()) {
        (*next)->of_->begun_ = true;
        lanes.add(*unlink(next));
    }
    if (needs_help()) changed_.notify_one();
    return true;
}

bool digest_engine::takes_on(const crew& lanes, const job& work) const {
    if (lanes.size() == 0) return true;
    return work.of_->woven() && !lanes.has_lone() && woven_ >= with_.lanes_min() &&
           lanes.size() < with_.lanes_max();
}

// Whether jobs wait that the threads at work have no lanes for.
bool digest_engine::needs_help() {
    const std::size_t full = with_.lanes_max();
    const std::size_t wanted =
        lone_ + (woven_ < with_.lanes_min() ? woven_ : (woven_ + full - 1) / full);
    return busy_ < wanted && next_to_begin();
}

// The first whose stream has none under way; nullptr: there is none.
digest_engine::job** digest_engine::next_to_begin() {
    for (job** at = &first_; *at; at = &(*at)->next_)
        if (!(*at)->of_->begun_) return at;
    return nullptr;
}

digest_engine::job* digest_engine::unlink(job** at) {
    job* work = *at;
    *at = work->next_;
    if (end_ == &work->next_) end_ = at;
    return work;
}

// It is no longer here.
void digest_engine::forget(job& work) {
    if (--work.of_->jobs_ == 0) --streams_like(work);
}

std::size_t& digest_engine::streams_like(const job& work) {
    return work.of_->woven() ? woven_ : lone_;
}

}  // namespace glimt
