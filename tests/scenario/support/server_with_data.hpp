// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "scenario/support/glimt_process.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace glimt::testing {

// Not the same anywhere, so that a piece in the wrong place is noticed.
std::string bytes_of(std::size_t count);

// A chunked body of chunks of `piece` bytes.
std::string chunked(std::string_view bytes, std::size_t piece);

// The images of a test are called by numbers.
std::string id_of(int number);
std::string path_of(int number);  // "/v2/images/<id>"

// A server that keeps everything in the folder "data" of the test's, which may hold what another
// one has left there.
class server_with_data {
public:
    explicit server_with_data(const temporary_folder& data, glimt_process::options with = {});

    glimt_process& operator*() noexcept { return process_; }
    glimt_process* operator->() noexcept { return &process_; }

    reply ask(std::string_view said) const;

    void create(int number) const;

    // A request to upload; `framing` is the line of a header that says how its body ends.
    static std::string upload_head(int number, std::string_view framing);
    static std::string upload(int number, std::string_view bytes);
    // The same over uwsgi; `framing` are the variables that say it.
    static std::string uwsgi_upload_head(int number, std::map<std::string, std::string> framing);

    std::string status(int number) const;  // "none": there is no such image

    // Waits for it: what a vanished client leaves is put back soon, not at once.
    bool becomes(int number, std::string_view wanted) const;

    // A client that has sent "12345" of ten bytes, which the server has begun to take.
    client half_upload(int number) const;

    std::string data_of(int number) const;

    std::vector<std::string> files() const;  // in the store

private:
    const temporary_folder& data_;
    glimt_process process_;
};

}  // namespace glimt::testing
