// SPDX-License-Identifier: Apache-2.0
#include "catalog/sqlite_database.hpp"

#include "catalog/schema.hpp"

#include <boost/asio/post.hpp>

namespace glimt {
namespace {

constexpr std::size_t reader_count = 2;

// Of one shard and one kind; more wait here, where waiting can be cancelled.
constexpr std::size_t under_way_max = 64;

}  // namespace

std::optional<std::string> sqlite_path_of(std::string_view url) {
    const std::size_t end_of_scheme = url.find("://");
    if (end_of_scheme == std::string_view::npos) return std::nullopt;
    const std::string_view scheme = url.substr(0, end_of_scheme);
    if (scheme != "sqlite" && scheme != "sqlite+pysqlite") return std::nullopt;
    std::string_view rest = url.substr(end_of_scheme + 3);
    rest = rest.substr(0, rest.find('?'));
    if (rest.empty() || rest == "/" || rest == "/:memory:") return std::string();
    if (rest.front() != '/') return std::nullopt;  // a host
    return std::string(rest.substr(1));
}

sqlite_pool::sqlite_pool(const sqlite_options& with, bool create)
    : options_(with), presence_(with.path), writer_(with, 1) {
    open_schema(writer_.first(), create);
    if (!with.path.empty()) readers_ = std::make_unique<sqlite_threads>(with, reader_count);
}

// Tells the shard's loop of the end; keeps the loop until then.
class sqlite_database::shard_work final : public sqlite_work {
public:
    shard_work(ring_context& home, std::shared_ptr<sql_job> job, sql_access how,
               std::shared_ptr<lane> in)
        : sqlite_work(std::move(job), how),
          changed(home),
          loop_(home.get_executor().require(asio::execution::outstanding_work.tracked)),
          lane_(std::move(in)) {
        ++lane_->under_way;
    }

    // Loop only.
    event changed;
    bool is_over = false;
    std::exception_ptr failure;

private:
    void ended(std::shared_ptr<sqlite_work> self, std::exception_ptr why) noexcept override {
        auto tell = [here = std::static_pointer_cast<shard_work>(std::move(self)),
                     why = std::move(why)]() mutable {
            here->is_over = true;
            here->failure = std::move(why);
            here->changed.notify_all();
            --here->lane_->under_way;
            here->lane_->room.notify_one();
        };
        const executor loop = loop_;  // the loop may destroy *this before post returns
        asio::post(loop, std::move(tell));
    }

    executor loop_;
    std::shared_ptr<lane> lane_;
};

sqlite_database::sqlite_database(ring_context& home, sqlite_pool& pool)
    : home_(home),
      pool_(pool),
      reads_(std::make_shared<lane>(home)),
      writes_(std::make_shared<lane>(home)) {
    if (pool.options().path.empty()) return;
    here_ = std::make_unique<sqlite_connection>(pool.options());
    here_->never_wait();
}

bool sqlite_database::run_here(sql_job& job) {
    static const std::atomic<bool> never{false};
    return run_transaction(*here_, job, sql_access::point_read, never) == transaction_end::ended;
}

task<bool> sqlite_database::is_alive(std::string process) {
    co_return pool_.presence().is_alive(process);
}

task<> sqlite_database::run(std::shared_ptr<sql_job> job, sql_access how) {
    if (how == sql_access::point_read && here_ && run_here(*job)) co_return;
    const bool writes = how == sql_access::write;
    const std::shared_ptr<lane> in = writes ? writes_ : reads_;
    while (in->under_way >= under_way_max) co_await in->room.async_wait(or_throw);
    auto work = std::make_shared<shard_work>(home_, std::move(job), how, in);
    // Whoever leaves before the end, by an exception too, has given it up.
    const auto leave = [](shard_work* left) { left->give_up(); };
    const std::unique_ptr<shard_work, decltype(leave)> waiter(work.get(), leave);
    (writes ? pool_.writer() : pool_.readers()).put(work);
    while (!work->is_over) co_await work->changed.async_wait(or_throw);
    if (work->failure) std::rethrow_exception(work->failure);
}

}  // namespace glimt
