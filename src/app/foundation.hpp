// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "auth/identity_source.hpp"
#include "auth/policy.hpp"
#include "auth/policy_files.hpp"
#include "auth/property_protections.hpp"
#include "catalog/sqlite_database.hpp"
#include "config/settings.hpp"
#include "digest/kernel_choice.hpp"
#include "image/image_schema.hpp"

#include <memory>
#include <string>
#include <vector>

namespace glimt {

// What every shard works with and none changes: made once, before anything listens. Outlives the
// shards.
struct foundation {
    property_protections protections;
    std::unique_ptr<policy> rules;
    policy_files::state rule_files;  // where those are from
    identity_plan identities;
    std::unique_ptr<const image_schema> schema;
    kernel_set kernels;                 // that images are hashed with
    std::vector<std::string> errors;    // why we must not start, a sentence each
    std::vector<std::string> warnings;  // worth a line of the log each
};

// Reads the files of rules and of protected properties, and GLIMT_DIGEST_KERNELS; writes nothing.
foundation make_foundation(const settings& options);

// Where images are kept.
struct database_choice {
    sqlite_options sqlite;
    bool embedded = false;  // nobody named a database: we keep our own, and make its schema
    std::string error;      // why it cannot be that one: a sentence, or nothing
};

// Makes the folder that everything is kept in, if it is not there; what is wrong with it the
// database will say. Blocks.
void make_data_folder(const settings& options);

// The database [database] connection names (contract 2.2). Else it is glimt.sqlite in data_dir, and
// without a data_dir one in memory, which ends with the process.
database_choice choose_database(const settings& options);

// The same for what is done to the database and not by serving: one in memory is an error.
database_choice choose_lasting_database(const settings& options);

}  // namespace glimt
