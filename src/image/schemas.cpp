// SPDX-License-Identifier: Apache-2.0
#include "image/schemas.hpp"

#include "image/schema_building.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <string_view>

namespace glimt {
namespace {

namespace json = boost::json;

constexpr std::string_view member_text =
    R"json({
  "member_id": {"type": "string", "description": "An identifier for the image member )json"
    R"json((tenantId)"},
  "image_id": {
    "type": "string", "description": "An identifier for the image",
    "pattern": )json"
    R"json("^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$"
  },
  "created_at": {"type": "string", "description": "Date and time of image member creation"},
  "updated_at": {"type": "string", "description": "Date and time of last modification of )json"
    R"json(image member"},
  "status": {
    "type": "string", "description": "The status of this image member",
    "enum": ["pending", "accepted", "rejected"]
  },
  "schema": {"readOnly": true, "type": "string"}
})json";

constexpr std::string_view task_text =
    R"json({
  "id": {
    "description": "An identifier for the task",
    "pattern": )json"
    R"json("^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-)json"
    R"json(([0-9a-fA-F]){12}$",
    "type": "string"
  },
  "type": {
    "description": "The type of task represented by this content",
    "enum": ["import", "api_image_import", "location_import"], "type": "string"
  },
  "status": {
    "description": "The current status of this task",
    "enum": ["pending", "processing", "success", "failure"], "type": "string"
  },
  "input": {"description": "The parameters required by task, JSON blob", "type": ["null", )json"
    R"json("object"]},
  "result": {"description": "The result of current task, JSON blob", "type": ["null", "object"]},
  "owner": {"description": "An identifier for the owner of this task", "type": "string"},
  "message": {
    "description": "Human-readable informative message only included when appropriate )json"
    R"json((usually on failure)",
    "type": "string"
  },
  "image_id": {"description": "Image associated with the task", "type": "string"},
  "request_id": {"description": "Human-readable informative request-id", "type": "string"},
  "user_id": {"description": "User associated with the task", "type": "string"},
  "expires_at": {
    "description": "Datetime when this resource would be subject to removal",
    "type": ["null", "string"]
  },
  "created_at": {"description": "Datetime when this resource was created", "type": "string"},
  "updated_at": {"description": "Datetime when this resource was updated", "type": "string"},
  "self": {"readOnly": true, "type": "string"},
  "schema": {"readOnly": true, "type": "string"}
})json";

// What the list of tasks leaves out.
constexpr std::string_view only_of_one_task[] = {"input", "result", "message"};

json::object listed_task() {
    json::object properties;
    for (const json::key_value_pair& each : task_schema().at("properties").get_object()) {
        if (std::ranges::find(only_of_one_task, std::string_view(each.key())) ==
            std::end(only_of_one_task)) {
            properties.emplace(each.key(), each.value());
        }
    }
    return schema_named("task", std::move(properties));
}

}  // namespace

const json::object& member_schema() {
    static const json::object schema =
        schema_named("member", json::parse(member_text).get_object());
    return schema;
}

const json::object& members_schema() {
    static const json::object schema = collection_schema("members", member_schema(), paging::none);
    return schema;
}

const json::object& task_schema() {
    static const json::object schema = schema_named("task", json::parse(task_text).get_object());
    return schema;
}

const json::object& tasks_schema() {
    static const json::object schema = collection_schema("tasks", listed_task(), paging::none);
    return schema;
}

}  // namespace glimt
