// SPDX-License-Identifier: Apache-2.0
#include "app/metadef_loading.hpp"

#include "app/foundation.hpp"
#include "catalog/metadef_catalog.hpp"
#include "core/fleet.hpp"
#include "core/problem.hpp"
#include "image/metadef_input.hpp"

#include <boost/json/parser.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace glimt {
namespace {

namespace files = std::filesystem;

constexpr std::size_t file_bytes_max = 4 << 20;  // as much as a document the API takes

template <class... Arguments>
void complain(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    fmt::print(stderr, "glimt: {}\n", fmt::format(format, std::forward<Arguments>(arguments)...));
}

// --- files ---------------------------------------------------------------------------------------

// A file itself, the *.json of a folder, sorted. Empty when it cannot be read.
std::vector<std::string> files_at(const std::string& path) {
    std::error_code ec;
    if (files::is_regular_file(path, ec)) return {path};
    std::vector<std::string> found;
    auto at = files::directory_iterator(path, ec);
    for (; !ec && at != files::directory_iterator(); at.increment(ec)) {
        std::error_code ignored;
        if (at->path().extension() == ".json" && at->is_regular_file(ignored))
            found.push_back(at->path().string());
    }
    std::ranges::sort(found);
    return found;
}

// Throws problem with a sentence for whatever is wrong with it.
boost::json::value read_json(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text(file_bytes_max + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (text.empty()) throw problem(reason::invalid, "It is empty, or cannot be read.");
    if (text.size() > file_bytes_max)
        throw problem(reason::invalid, fmt::format("It has more than {} bytes.", file_bytes_max));
    boost::json::parse_options options;
    options.max_depth = 32;
    boost::json::parser parser({}, options);
    boost::system::error_code ec;
    const std::size_t taken = parser.write_some(text.data(), text.size(), ec);
    const bool more = !ec && text.find_first_not_of(" \t\r\n", taken) != text.npos;
    if (more) ec = boost::json::error::extra_data;
    if (ec) {
        const auto line = 1 + std::ranges::count(text.substr(0, taken), '\n');
        throw problem(reason::invalid,
                      fmt::format("It is not JSON: {} in line {}.", ec.message(), line));
    }
    return parser.release();
}

struct definition_file {
    std::string path;
    namespace_draft draft;
};

// Those that can be used. False when there are others.
bool read_files(const std::vector<std::string>& paths, std::vector<definition_file>& read) {
    bool good = true;
    for (const std::string& path : paths) {
        try {
            read.push_back({path, read_namespace_file(read_json(path))});
        } catch (const problem& why) {
            complain("{}: {}", path, why.detail());
            good = false;
        }
    }
    return good;
}

// --- the database --------------------------------------------------------------------------------

load_mode mode_of(const metadef_loading& asked) {
    if (asked.overwrite) return load_mode::overwrite;
    if (asked.prefer_new) return load_mode::prefer_new;
    return asked.merge ? load_mode::merge : load_mode::skip;
}

std::string_view to_string(load_outcome outcome) {
    switch (outcome) {
        case load_outcome::added: return "added";
        case load_outcome::skipped: return "is there already";
        case load_outcome::merged: return "merged";
        case load_outcome::replaced: return "replaced";
        case load_outcome::duplicate: break;
    }
    return "not loaded";
}

class loader {
public:
    loader(fleet& shards, sqlite_pool& pool, load_mode mode)
        : shards_(shards), database_(shards[0].loop, pool), mode_(mode) {}

    // Then the shards have nothing left to do.
    task<> run(std::vector<definition_file>& read) {
        try {
            for (definition_file& each : read) co_await load(each);
        } catch (const std::exception& why) {
            complain("{}", why.what());
            good_ = false;
        }
        co_await shards_.drain();
        co_await shards_.emptied();
    }

    bool good() const { return good_; }

private:
    task<> load(definition_file& from) {
        metadef_namespace& value = from.draft.value;
        value.created_at = as_timestamp(std::chrono::system_clock::now());
        const std::string name = value.name;
        const load_outcome outcome =
            co_await definitions_.load(value, std::move(from.draft.contents), mode_);
        if (outcome == load_outcome::duplicate) {
            complain("{}: Two things of a kind in it have one name.", from.path);
            good_ = false;
        } else {
            fmt::print("{}: {} {}\n", from.path, name, to_string(outcome));
        }
    }

    fleet& shards_;
    sqlite_database database_;
    metadef_catalog definitions_{database_};
    load_mode mode_;
    bool good_ = true;
};

bool load_into(const database_choice& chosen, std::vector<definition_file>& read, load_mode mode) {
    sqlite_pool pool(chosen.sqlite, chosen.embedded);
    const real_clock time;
    log out({.least = severity::error}, time);
    fleet::options one;
    one.shards = 1;
    one.loop = loop_kind::epoll;  // which is there everywhere
    fleet shards(one, out);
    loader loads(shards, pool, mode);
    shards.run(loads.run(read));
    return loads.good();
}

}  // namespace

exit_status load_metadefs(const loaded_settings& loaded, const metadef_loading& asked) {
    const std::string& path = asked.path.empty() ? loaded.values.metadata_source_path : asked.path;
    const database_choice chosen = choose_lasting_database(loaded.values);
    if (!chosen.error.empty()) {
        complain("{}", chosen.error);
        return exit_status::configuration;
    }
    const std::vector<std::string> found = files_at(path);
    if (found.empty()) complain("{}: There are no *.json files here.", path);
    std::vector<definition_file> read;
    const bool all_read = read_files(found, read);
    try {
        const bool all_loaded = load_into(chosen, read, mode_of(asked));
        const bool good = !found.empty() && all_read && all_loaded;
        return good ? exit_status::done : exit_status::failed;
    } catch (const problem& why) {
        complain("{}", why.what());
        return exit_status::failed;
    }
}

}  // namespace glimt
