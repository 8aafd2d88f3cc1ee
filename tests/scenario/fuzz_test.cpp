// SPDX-License-Identifier: Apache-2.0
// Noise: whatever clients send, and however they leave, the server lives on and keeps nothing.
#include "scenario/support/glimt_process.hpp"
#include "scenario/support/requests.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>

namespace glimt::testing {

namespace {

class noise {
public:
    explicit noise(unsigned seed) : random_(seed) {
        seeds_ = {healthcheck,
                  unwanted_upload("Content-Length: 5\r\n") + "12345",
                  unwanted_upload("Transfer-Encoding: chunked\r\n") + "5\r\n12345\r\n0\r\n\r\n",
                  unwanted_upload("Content-Length: 5\r\nExpect: 100-continue\r\n"),
                  read_file(GLIMT_TEST_DATA "/uwsgi/malformed/ok-minimal.bin"),
                  read_file(GLIMT_TEST_DATA "/uwsgi/malformed/te-chunked-no-cl.bin")};
    }

    std::size_t below(std::size_t end) { return random_() % end; }

    // Some requests with some of their bytes changed, missing or doubled.
    std::string bytes() {
        std::string text;
        for (auto requests = 1 + below(4); requests--;) text += seeds_[below(seeds_.size())];
        for (auto changes = below(6); changes--;) change(text);
        return text;
    }

private:
    void change(std::string& text) {
        const auto at = below(text.size());
        switch (below(4)) {
            case 0: text[at] = static_cast<char>(random_()); break;
            case 1: text.insert(at, 1 + below(8), static_cast<char>(random_())); break;
            case 2: text.erase(at, std::min(text.size() - 1, 1 + below(8))); break;
            default: text.insert(at, text.substr(below(text.size()), below(100)));
        }
        if (text.empty()) text = "G";
    }

    std::mt19937 random_;
    std::vector<std::string> seeds_;
};

void leave_somehow(client& guest, std::size_t how) {
    switch (how) {
        case 0: return guest.close();
        case 1: return guest.reset();
        case 2: return guest.finish_sending();
        case 3: guest.readable_within(5ms); return guest.reset();
        default: return;  // stays
    }
}

}  // namespace

TEST(fuzz_scenario, the_server_outlives_all_its_clients_and_keeps_nothing_of_them) {
    constexpr unsigned seed = 20240;
    SCOPED_TRACE(seed);
    glimt_process server({.glimt = "header_timeout = 1\nbody_idle_timeout = 1"});
    const auto before = server.process().descriptors();
    noise source(seed);
    const auto end = std::chrono::steady_clock::now() + 3s;
    std::deque<client> guests;
    while (std::chrono::steady_clock::now() < end) {
        guests.push_back(server.connect());
        const auto bytes = source.bytes();
        const auto cut = source.below(bytes.size());
        guests.back().try_send(std::string_view(bytes).substr(0, cut));
        guests.back().try_send(std::string_view(bytes).substr(cut));
        leave_somehow(guests.back(), source.below(6));
        if (guests.size() > 50) guests.pop_front();
        if (!server.process().running()) break;
    }
    guests.clear();
    EXPECT_EQ(server.status_of_get("/healthcheck"), 200u);
    EXPECT_TRUE(server.descriptors_return_to(before));
    EXPECT_EQ(server.log().find(" failed: "), std::string::npos) << server.log();
}

}  // namespace glimt::testing
