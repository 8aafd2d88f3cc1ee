// SPDX-License-Identifier: Apache-2.0
#include "scenario/support/child_process.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <sstream>
#include <thread>

namespace glimt::testing {

namespace {

using steady = std::chrono::steady_clock;

int left_until(steady::time_point end) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - steady::now());
    return static_cast<int>(std::max<std::chrono::milliseconds::rep>(0, left.count()));
}

// The user and system time in a stat file of /proc: fields 14 and 15, counted behind the name,
// which may hold anything (proc(5)).
std::chrono::milliseconds time_in(const std::filesystem::path& stat) {
    const auto text = read_file(stat);
    const auto name_end = text.rfind(')');
    if (name_end == std::string::npos) return {};
    std::istringstream fields(text.substr(name_end + 1));
    std::string skipped;
    for (int i = 3; i < 14; ++i) fields >> skipped;
    long user = 0, system = 0;
    fields >> user >> system;
    return std::chrono::milliseconds((user + system) * 1000 / ::sysconf(_SC_CLK_TCK));
}

// What Docker's seccomp profile does.
void refuse_io_uring() {
    std::array program = {
        sock_filter BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        sock_filter BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_io_uring_setup, 0, 1),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        sock_filter BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const sock_fprog filter{program.size(), program.data()};
    ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

}  // namespace

child_process::child_process(const options& what) {
    std::ofstream(log_).flush();
    changes_.reset(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
    EXPECT_GE(::inotify_add_watch(changes_.get(), log_.c_str(), IN_MODIFY), 0);
    int end = -1;
    const unsigned long how = SIGCHLD | CLONE_PIDFD | (what.first_of_namespace ? CLONE_NEWPID : 0);
    // fork(2) that also tells the descriptor of the process, and of namespaces.
    pid_ = static_cast<pid_t>(::syscall(SYS_clone, how, 0, &end, 0, 0));
    if (pid_ == 0) become(what);
    end_.reset(end);
}

void child_process::become(const options& what) const {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int log = ::open(log_.c_str(), O_WRONLY | O_APPEND);
    ::dup2(log, STDOUT_FILENO);
    ::dup2(log, STDERR_FILENO);
    for (const auto& [name, value] : what.environment) ::setenv(name.c_str(), value.c_str(), 1);
    if (what.descriptors_max) {
        const rlimit limit{*what.descriptors_max, *what.descriptors_max};
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    if (what.without_io_uring) refuse_io_uring();
    std::vector<char*> arguments;
    for (const auto& each : what.command) arguments.push_back(const_cast<char*>(each.c_str()));
    arguments.push_back(nullptr);
    ::execv(arguments.front(), arguments.data());
    ::_exit(127);
}

child_process::~child_process() {
    if (!started() || status_) return;
    send(SIGKILL);
    wait();
}

bool child_process::running() { return started() && !ended_within(0ms); }

void child_process::send(int signal) const {
    EXPECT_EQ(::syscall(SYS_pidfd_send_signal, end_.get(), signal, nullptr, 0), 0) << signal;
}

bool child_process::ended_within(std::chrono::milliseconds limit) {
    if (status_) return true;
    pollfd end{end_.get(), POLLIN, 0};
    if (::poll(&end, 1, static_cast<int>(limit.count())) != 1) return false;
    int status = 0;
    EXPECT_EQ(::waitpid(pid_, &status, 0), pid_);
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return true;
}

std::optional<int> child_process::wait(std::chrono::milliseconds limit) {
    if (!ended_within(limit))
        ADD_FAILURE() << "it still runs after " << limit.count() << " ms:\n" << log();
    return status_;
}

bool child_process::wait_for_log(std::string_view text, std::chrono::milliseconds limit) {
    const auto end = steady::now() + limit;
    for (;;) {
        const bool ended = !running();  // asked first: what it wrote before is then in the log
        if (log().find(text) != std::string::npos) return true;
        if (ended || steady::now() > end) return false;
        std::array<pollfd, 2> events{pollfd{changes_.get(), POLLIN, 0},
                                     pollfd{end_.get(), POLLIN, 0}};
        ::poll(events.data(), events.size(), left_until(end));
        std::array<char, 4096> notices;
        while (::read(changes_.get(), notices.data(), notices.size()) > 0) continue;
    }
}

std::size_t child_process::resident_bytes() const {
    std::istringstream fields(read_file("/proc/" + std::to_string(pid_) + "/statm"));
    std::size_t all = 0, resident = 0;
    fields >> all >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t child_process::resident_bytes_peak() const {
    const auto status = read_file("/proc/" + std::to_string(pid_) + "/status");
    constexpr std::string_view field = "VmHWM:";
    const auto at = status.find(field);
    if (at == status.npos) return 0;
    std::istringstream value(status.substr(at + field.size()));
    std::size_t kibibytes = 0;
    value >> kibibytes;
    return kibibytes * 1024;
}

std::size_t child_process::descriptors() const {
    auto least = std::numeric_limits<std::size_t>::max();
    for (int i = 0; i < 5; ++i) {
        const std::filesystem::directory_iterator open("/proc/" + std::to_string(pid_) + "/fd");
        least = std::min(least, static_cast<std::size_t>(std::distance(begin(open), end(open))));
        std::this_thread::sleep_for(1ms);
    }
    return least;
}

std::chrono::milliseconds child_process::processor_time() const {
    return time_in("/proc/" + std::to_string(pid_) + "/stat");
}

std::vector<std::chrono::nanoseconds> child_process::processor_time_of_threads() const {
    std::map<std::string, std::chrono::nanoseconds> times;
    const std::filesystem::path tasks = "/proc/" + std::to_string(pid_) + "/task";
    for (const auto& each : std::filesystem::directory_iterator(tasks)) {
        std::istringstream fields(read_file(each.path() / "schedstat"));
        std::chrono::nanoseconds::rep ran = 0;
        if (!(fields >> ran)) return {};
        times[each.path()] = std::chrono::nanoseconds(ran);
    }
    std::vector<std::chrono::nanoseconds> all;
    for (const auto& [task, ran] : times) all.push_back(ran);
    return all;
}

std::optional<std::string> crash_report(std::string_view log) {
    auto first = std::string_view::npos;
    for (const std::string_view sign :
         {"Sanitizer", "runtime error:", "Assertion", "terminate called"})
        first = std::min(first, log.find(sign));
    if (first == std::string_view::npos) return {};
    return std::string(log.substr(log.rfind('\n', first) + 1));
}

}  // namespace glimt::testing
