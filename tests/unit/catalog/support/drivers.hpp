// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "unit/catalog/support/catalog_fixture.hpp"

#include <memory>
#include <span>
#include <string_view>

namespace glimt::testing {

// A database under test: empty when made, gone when destroyed.
class tested_database {
public:
    virtual ~tested_database() = default;

    // One shard's way to it; ends before the database does.
    virtual std::unique_ptr<sql_database> open(ring_context& home) = 0;
};

struct catalog_driver {
    std::string_view name;
    std::unique_ptr<tested_database> (*make)();
};

class tested_sqlite : public tested_database {
public:
    explicit tested_sqlite(bool in_memory) : pool_({.path = in_memory ? "" : path()}, true) {}
    std::unique_ptr<sql_database> open(ring_context& home) override {
        return std::make_unique<sqlite_database>(home, pool_);
    }

protected:
    std::string path() const { return directory_.file("glance.sqlite"); }

private:
    scratch_folder directory_;
    sqlite_pool pool_;
};

// Every database that the contract suites run on.
inline std::span<const catalog_driver> catalog_drivers() {
    static const catalog_driver drivers[] = {
        {"sqlite_file",
         []() -> std::unique_ptr<tested_database> {
             return std::make_unique<tested_sqlite>(false);
         }},
        {"sqlite_memory",
         []() -> std::unique_ptr<tested_database> {
             return std::make_unique<tested_sqlite>(true);
         }},
    };
    return drivers;
}

// A suite that every database passes: one loop, one shard's catalog.
class driver_fixture : public loop_fixture, public ::testing::WithParamInterface<catalog_driver> {
protected:
    std::unique_ptr<tested_database> database = GetParam().make();
    std::unique_ptr<sql_database> here = database->open(loop);
};

inline std::string driver_name(const ::testing::TestParamInfo<catalog_driver>& info) {
    return std::string(info.param.name);
}

}  // namespace glimt::testing
