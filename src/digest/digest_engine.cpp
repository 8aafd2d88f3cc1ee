// SPDX-License-Identifier: Apache-2.0
#include "digest/digest_engine.hpp"

#include "core/without_signals.hpp"
#include "digest/share_watch.hpp"
#include "digest/woven_hasher.hpp"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <chrono>
#include <optional>

namespace glimt {
namespace {

// How far streams go before another one may join them: little against a job, much against joining.
constexpr std::size_t slice_bytes = 32 * 1024;

// How long the threads of the usual kind have the work when those that yield were starved.
constexpr std::chrono::seconds pressed_time(1);

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
            if (!rest_of(members_[i]).empty()) {
                ++i;
                continue;
            }
            job& work = *members_[i].work;
            members_[i] = members_[--count_];
            told(work);
        }
    }

    // Takes all out, from the last to the first, with what is left of them to do.
    template <class Back>
    void give_back(Back back) {
        while (count_ > 0) {
            const member& last = members_[--count_];
            last.work->bytes_ = rest_of(last);
            back(*last.work);
        }
    }

private:
    struct member {
        job* work = nullptr;
        std::optional<woven_piece> piece;  // of a woven one
    };
    static std::span<const std::byte> rest_of(const member& each) {
        return each.piece ? each.piece->rest() : each.work->bytes_;
    }

    std::array<member, woven_lanes_max> members_;
    std::size_t count_ = 0;
};

struct digest_engine::worker {
    kind own;
    crew lanes = {};
    share_watch watch = {};
};

digest_engine::digest_engine(kernel_set with, std::size_t threads, manner how)
    : with_(with),
      thread_count_(threads),
      how_(how),
      busy_(how == manner::yielding ? 2 * threads : threads),
      turn_(how == manner::yielding ? yielding : usual) {
    assert(threads > 0);
    const without_signals undisturbed;
    for (std::size_t i = 0; i < (how == manner::yielding ? 2 : 1) * threads; ++i) {
        const kind own = i < threads ? usual : yielding;
        threads_.emplace_back([this, own] { work(own); });
        pthread_setname_np(threads_.back().native_handle(),
                           own == yielding ? "hashing" : "hashing-usual");
    }
}

digest_engine::~digest_engine() {
    {
        const std::lock_guard lock(mutex_);
        assert(!first_);
        leaving_ = true;
    }
    for (auto& each : changed_) each.notify_all();
    for (std::thread& thread : threads_) thread.join();
}

void digest_engine::put(job& work) {
    std::condition_variable* call = nullptr;
    {
        const std::lock_guard lock(mutex_);
        work.next_ = nullptr;
        *end_ = &work;
        end_ = &work.next_;
        if (++work.of_->jobs_ == 1) ++streams_like(work);
        if (how_ == manner::yielding && turn_ == usual &&
            std::chrono::steady_clock::now() >= pressed_until_)
            turn_ = yielding;
        if (needs_help()) call = &changed_[turn_];
    }
    if (call) call->notify_one();
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

void digest_engine::work(kind own) {
    // Who is not allowed to yield works as others do.
    if (own == yielding) {
        const sched_param none{};
        pthread_setschedparam(pthread_self(), SCHED_IDLE, &none);
    }
    worker self{own};
    self.watch.restart();
    while (fill(self)) {
        self.lanes.advance(with_);
        self.lanes.let_go([this](job& ended) {
            {
                const std::lock_guard lock(mutex_);
                ended.of_->begun_ = false;
                forget(ended);
            }
            ended.done();
        });
        if (own == yielding && self.watch.is_starved()) hand_over(self);
    }
}

// Waits until there is something to do, and takes what there is; false: never again.
bool digest_engine::fill(worker& self) {
    std::unique_lock lock(mutex_);
    if (self.lanes.size() == 0) {
        --busy_;
        for (;;) {
            const bool wanted = needs_help();
            if (leaving_ || (wanted && self.own == turn_)) break;
            if (wanted) changed_[turn_].notify_one();
            changed_[self.own].wait(lock);
            self.watch.restart();
        }
        if (!first_) return false;
        ++busy_;
    }
    if (self.own == turn_) {
        for (job** next = next_to_begin(); next && takes_on(self.lanes, **next);
             next = next_to_begin()) {
            (*next)->of_->begun_ = true;
            self.lanes.add(*unlink(next));
        }
    }
    if (needs_help()) changed_[turn_].notify_one();
    return true;
}

// What it had begun goes to threads of the usual kind, before all that waits.
void digest_engine::hand_over(worker& self) {
    const std::lock_guard lock(mutex_);
    turn_ = usual;
    pressed_until_ = std::chrono::steady_clock::now() + pressed_time;
    self.lanes.give_back([this](job& work) {
        work.of_->begun_ = false;
        work.next_ = first_;
        first_ = &work;
        if (!work.next_) end_ = &work.next_;
    });
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
