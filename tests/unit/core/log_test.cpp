// SPDX-License-Identifier: Apache-2.0
#include "core/log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

struct unprintable {};
template <>
struct fmt::formatter<unprintable> : fmt::formatter<int> {
    template <class Context>
    auto format(unprintable, Context& context) const -> decltype(context.out()) {
        throw std::runtime_error("no");
    }
};

namespace glimt {
namespace {

using namespace std::chrono_literals;

// A folder for log files, gone with the test.
class log_test : public testing::Test {
protected:
    void SetUp() override {
        std::string made = (std::filesystem::temp_directory_path() / "glimt_log_XXXXXX").string();
        ASSERT_NE(::mkdtemp(made.data()), nullptr);
        folder_ = made;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string path(const char* name = "log") const { return folder_ / name; }
    std::string content(const char* name = "log") const {
        std::ostringstream all;
        all << std::ifstream(path(name)).rdbuf();
        return all.str();
    }
    // The lines' texts after "[...] ".
    std::vector<std::string> messages(const char* name = "log") const {
        std::vector<std::string> found;
        std::istringstream lines(content(name));
        for (std::string line; std::getline(lines, line);)
            found.push_back(line.substr(line.find("] ") + 2));
        return found;
    }

    manual_clock time_{wall_time(1795487436s)};

private:
    std::filesystem::path folder_;
};

// A pipe whose reader reads when it is told to.
class slow_reader {
public:
    slow_reader() {
        EXPECT_EQ(::pipe2(ends_, O_CLOEXEC), 0);
        EXPECT_GT(::fcntl(ends_[1], F_SETPIPE_SZ, 4096), 0);
    }
    ~slow_reader() {
        close_writing();
        ::close(ends_[0]);
    }
    int writing() const { return ends_[1]; }
    void close_writing() {
        if (ends_[1] >= 0) ::close(ends_[1]);
        ends_[1] = -1;
    }
    // Everything until the writing end is closed.
    std::string read_all() {
        std::string all;
        char some[4096];
        for (ssize_t n = 0; (n = ::read(ends_[0], some, sizeof some)) > 0;)
            all.append(some, static_cast<std::size_t>(n));
        return all;
    }

private:
    int ends_[2];
};

std::uint64_t count(const std::string& text, std::string_view what) {
    std::uint64_t found = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1)) ++found;
    return found;
}

// The sum of what the log's own lines say.
std::uint64_t reported_drops(const std::string& text) {
    std::uint64_t sum = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::uint64_t dropped = 0;
        const auto at = line.find(" glimt.log [-] ");
        if (at != line.npos && std::sscanf(line.c_str() + at, " glimt.log [-] %lu line", &dropped))
            sum += dropped;
    }
    return sum;
}

TEST_F(log_test, writes_what_it_is_given_in_order) {
    log to({.path = path()}, time_);
    to.info("glimt.server", "listening on {}:{}", "127.0.0.1", 9292);
    to.write(severity::error, "glimt.api",
             {.request_id = "req-1", .user_id = "u", .project_id = "p"}, "no");
    EXPECT_TRUE(to.flush());
    const auto text = content();
    EXPECT_NE(text.find(" INFO glimt.server [-] listening on 127.0.0.1:9292\n"), text.npos);
    EXPECT_TRUE(text.ends_with(" ERROR glimt.api [None req-1 u p - - - -] no\n"));
    EXPECT_EQ(to.written(), 2u);
    EXPECT_EQ(to.dropped(), 0u);
}

TEST_F(log_test, leaves_out_what_is_below_its_severity) {
    log to({.least = severity::warning, .path = path()}, time_);
    EXPECT_FALSE(to.enabled(severity::info));
    EXPECT_TRUE(to.enabled(severity::warning));
    to.debug("a", "no");
    to.info("a", "no");
    to.warning("a", "yes");
    to.error("a", "yes");
    EXPECT_TRUE(to.flush());
    EXPECT_EQ(messages(), (std::vector<std::string>{"yes", "yes"}));
}

TEST_F(log_test, masks_secrets_in_both_formats) {
    for (const bool json : {false, true}) {
        SCOPED_TRACE(json);
        const char* const name = json ? "json" : "text";
        {
            log to({.json = json, .path = path(name)}, time_);
            to.info("a", "connecting to {} with {}", "mysql://u:hunter2@db/x",
                    "password='hunter2'");
        }
        EXPECT_EQ(content(name).find("hunter2"), std::string::npos);
        EXPECT_NE(content(name).find("mysql://u:***@db/x with password='***'"), std::string::npos);
    }
}

TEST_F(log_test, cuts_what_is_too_long_between_characters) {
    const auto cut = [](std::size_t kept) { return std::string(kept, 'x'); };
    const struct {
        const char* what;
        std::string message, expect;
    } cases[] = {
        {"just fits", cut(1024), cut(1024)},
        {"a byte too many", cut(1025), cut(1021) + "…"},
        {"within a character", cut(1019) + "€€", cut(1019) + "…"},
        {"before a character", cut(1021) + "€€", cut(1021) + "…"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.what);
        {
            log to({.path = path(c.what)}, time_);
            to.info("a", "{}", c.message);
        }
        EXPECT_EQ(messages(c.what), std::vector<std::string>{c.expect});
    }
    {
        log to({.path = path("names")}, time_);
        to.write(severity::info, std::string(40, 'c'),
                 {.request_id = std::string_view(cases[0].message)}, "m");
    }
    EXPECT_NE(content("names").find(std::string(32, 'c') + " [None " + cut(64) + " - "),
              std::string::npos);
}

TEST_F(log_test, survives_a_formatter_that_throws) {
    log to({.path = path()}, time_);
    to.info("a", "before {} after", unprintable{});
    to.info("a", "next");
    EXPECT_TRUE(to.flush());
    EXPECT_EQ(messages(), (std::vector<std::string>{"before {} after", "next"}));
}

TEST_F(log_test, goes_round_its_slots_many_times) {
    log to({.path = path()}, time_);
    std::vector<std::string> expect;
    for (int i = 0; i < 5000; ++i) {
        to.info("a", "{}", i);
        expect.push_back(std::to_string(i));
        if (i % 500 == 499) ASSERT_TRUE(to.flush());
    }
    EXPECT_EQ(messages(), expect);
}

TEST_F(log_test, its_end_writes_everything_queued) {
    {
        log to({.path = path()}, time_);
        for (int i = 0; i < 1000; ++i) to.info("a", "{}", i);
    }
    EXPECT_EQ(messages().size(), 1000u);
    EXPECT_EQ(messages().back(), "999");
}

TEST_F(log_test, appends_to_the_file_and_refuses_one_it_cannot_open) {
    for (const char* message : {"first", "second"})
        log({.path = path()}, time_).info("a", "{}", message);
    EXPECT_EQ(messages(), (std::vector<std::string>{"first", "second"}));
    EXPECT_THROW(log({.path = path("no/such/folder")}, time_), std::system_error);
}

TEST_F(log_test, reopens_its_file_for_rotation) {
    log to({.path = path()}, time_);
    to.info("a", "old");
    EXPECT_TRUE(to.flush());
    std::filesystem::rename(path(), path("log.1"));
    to.reopen();
    to.info("a", "new");
    EXPECT_TRUE(to.flush());
    EXPECT_EQ(messages("log.1"), std::vector<std::string>{"old"});
    EXPECT_EQ(messages(), std::vector<std::string>{"new"});
}

TEST_F(log_test, keeps_the_old_file_when_the_new_cannot_be_opened) {
    std::filesystem::create_directory(path("d"));
    log to({.path = path("d/log")}, time_);
    std::filesystem::rename(path("d"), path("e"));
    to.reopen();
    to.info("a", "on");
    EXPECT_TRUE(to.flush());
    const auto text = content("e/log");
    EXPECT_EQ(count(text, " ERROR glimt.log [-] cannot open "), 1u);
    EXPECT_EQ(count(text, "] on\n"), 1u);
}

TEST_F(log_test, drops_and_says_so_when_nobody_reads) {
    constexpr std::uint64_t attempted = 10'000;
    slow_reader reader;
    std::string all;
    std::thread reads;
    std::uint64_t written = 0, dropped = 0;
    {
        log to({.descriptor = reader.writing(), .patience = 60s}, time_);
        for (std::uint64_t i = 0; i < attempted; ++i) to.info("a", "line {}", i);
        // The pipe holds 4 KiB and a batch 16 KiB; the rest found no slot.
        EXPECT_GT(to.dropped(), attempted - 2 * log::slot_count);
        reads = std::thread([&] { all = reader.read_all(); });
        EXPECT_TRUE(to.flush());
        written = to.written();
        dropped = to.dropped();
    }
    reader.close_writing();
    reads.join();
    EXPECT_EQ(written + dropped, attempted);
    EXPECT_EQ(count(all, "] line "), written);
    EXPECT_EQ(reported_drops(all), dropped);
}

TEST_F(log_test, gives_a_second_descriptor_every_line_too) {
    const int copy = ::open(path("copy").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    {
        log to({.path = path(), .copy = copy, .date_format = "%Y"}, time_);
        for (int i = 0; i < 1000; ++i) to.info("a", "{}", i);
    }
    ::close(copy);
    EXPECT_EQ(messages().size(), 1000u);
    EXPECT_TRUE(content().starts_with("2026."));
    EXPECT_EQ(content("copy"), content());
}

// What the copy's reader does not take is in the file all the same.
TEST_F(log_test, a_copy_that_nobody_reads_costs_the_file_no_line_at_the_end) {
    slow_reader reader;
    log to({.path = path(), .copy = reader.writing(), .patience = 50ms}, time_);
    for (int i = 0; i < 20; ++i) to.info("a", "{:0900}", i);
    while (messages().size() < 10) std::this_thread::yield();
    EXPECT_EQ(to.dropped(), 0u);
}

TEST_F(log_test, its_end_is_not_held_up_by_a_full_pipe) {
    slow_reader reader;
    const auto began = std::chrono::steady_clock::now();
    {
        log to({.descriptor = reader.writing(), .patience = 50ms}, time_);
        for (int i = 0; i < 500; ++i) to.info("a", "{:0100}", i);
        EXPECT_FALSE(to.flush());
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

TEST_F(log_test, counts_what_the_descriptor_refuses) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    ::close(ends[0]);
    log to({.descriptor = ends[1]}, time_);
    for (int i = 0; i < 10; ++i) to.info("a", "into the void");  // EPIPE, and no SIGPIPE
    EXPECT_TRUE(to.flush());
    EXPECT_EQ(to.written(), 0u);
    EXPECT_EQ(to.dropped(), 10u);
    ::close(ends[1]);
}

// Eight threads write as fast as they can while the reader stalls until they are half done: nothing
// is lost but what was counted, nothing comes twice, and each thread's lines keep their order.
TEST_F(log_test, many_threads_lose_only_what_is_counted) {
    constexpr int threads = 8, lines_each = 4000;
    slow_reader reader;
    std::atomic<int> halfway{0};
    std::string all;
    std::thread reads([&] {
        for (int seen = 0; (seen = halfway) < threads;) halfway.wait(seen);
        all = reader.read_all();
    });
    std::uint64_t written = 0, dropped = 0;
    {
        log to({.json = true, .descriptor = reader.writing(), .patience = 60s}, time_);
        std::vector<std::thread> writers;
        for (int t = 0; t < threads; ++t)
            writers.emplace_back([&, t] {
                for (int i = 0; i < lines_each; ++i) {
                    to.info("a", "{} {}", t, i);
                    if (i == lines_each / 2) ++halfway, halfway.notify_all();
                }
            });
        for (auto& each : writers) each.join();
        EXPECT_TRUE(to.flush());
        written = to.written();
        dropped = to.dropped();
    }
    reader.close_writing();
    reads.join();

    EXPECT_EQ(written + dropped, std::uint64_t{threads} * lines_each);
    EXPECT_GT(dropped, 0u);
    std::uint64_t read = 0;
    std::vector<int> last(threads, -1);
    std::istringstream lines(all);
    for (std::string line; std::getline(lines, line);) {
        const auto entry = boost::json::parse(line);
        if (entry.at("name").as_string() == "glimt.log") continue;
        int thread = 0, number = 0;
        ASSERT_EQ(std::sscanf(entry.at("message").as_string().c_str(), "%d %d", &thread, &number),
                  2);
        ASSERT_GT(number, last.at(static_cast<std::size_t>(thread)));
        last[static_cast<std::size_t>(thread)] = number;
        ++read;
    }
    EXPECT_EQ(read, written);
}

// Each line finds the writer asleep or about to be: a lost wake-up would make a flush time out.
TEST_F(log_test, no_line_is_left_behind_when_the_writer_falls_asleep) {
    log to({.path = path(), .patience = 60s}, time_);
    for (int i = 0; i < 5000; ++i) {
        to.info("a", "{}", i);
        ASSERT_TRUE(to.flush()) << i;
    }
    EXPECT_EQ(to.written(), 5000u);
}

}  // namespace
}  // namespace glimt
