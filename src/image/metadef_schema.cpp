// SPDX-License-Identifier: Apache-2.0
#include "image/metadef_schema.hpp"

#include "image/schema_building.hpp"

#include <boost/json/parse.hpp>

#include <string_view>

namespace glimt {
namespace {

namespace json = boost::json;

constexpr std::string_view definitions_text = R"({
  "positiveInteger": {"type": "integer", "minimum": 0},
  "positiveIntegerDefault0": {"allOf": [{"$ref": "#/definitions/positiveInteger"}, )"
                                              R"({"default": 0}]},
  "stringArray": {"type": "array", "items": {"type": "string"}, "uniqueItems": true},
  "property": {
    "type": "object",
    "additionalProperties": {
      "type": "object", "required": ["title", "type"],
      "properties": {
        "name": {"type": "string", "maxLength": 80}, "title": {"type": "string"},
        "description": {"type": "string"},
        "operators": {"type": "array", "items": {"type": "string"}},
        "type": {
          "type": "string",
          "enum": ["array", "boolean", "integer", "number", "object", "string", null]
        },
        "required": {"$ref": "#/definitions/stringArray"}, "minimum": {"type": "number"},
        "maximum": {"type": "number"},
        "maxLength": {"$ref": "#/definitions/positiveInteger"},
        "minLength": {"$ref": "#/definitions/positiveIntegerDefault0"},
        "pattern": {"type": "string", "format": "regex"}, "enum": {"type": "array"},
        "readonly": {"type": "boolean"}, "default": {},
        "items": {
          "type": "object",
          "properties": {
            "type": {
              "type": "string",
              "enum": ["array", "boolean", "integer", "number", "object", "string", null]
            },
            "enum": {"type": "array"}
          }
        },
        "maxItems": {"$ref": "#/definitions/positiveInteger"},
        "minItems": {"$ref": "#/definitions/positiveIntegerDefault0"},
        "uniqueItems": {"type": "boolean", "default": false},
        "additionalItems": {"type": "boolean"}
      }
    }
  }
})";

constexpr std::string_view property_definitions_text = R"({
  "positiveInteger": {"type": "integer", "minimum": 0},
  "positiveIntegerDefault0": {"allOf": [{"$ref": "#/definitions/positiveInteger"}, )"
                                                       R"({"default": 0}]},
  "stringArray": {"type": "array", "items": {"type": "string"}, "minItems": 1, )"
                                                       R"("uniqueItems": true}
})";

constexpr std::string_view namespace_text = R"({
  "namespace": {"type": "string", "description": "The unique namespace text.", "maxLength": 80},
  "display_name": {
    "type": "string",
    "description": "The user friendly name for the namespace. Used by UI if available.",
    "maxLength": 80
  },
  "description": {
    "type": "string",
    "description": "Provides a user friendly description of the namespace.",
    "maxLength": 500
  },
  "visibility": {
    "type": "string", "description": "Scope of namespace accessibility.",
    "enum": ["public", "private"]
  },
  "protected": {"type": "boolean", "description": "If true, namespace will not be deletable."},
  "owner": {"type": "string", "description": "Owner of the namespace.", "maxLength": 255},
  "created_at": {
    "type": "string", "readOnly": true,
    "description": "Date and time of namespace creation", "format": "date-time"
  },
  "updated_at": {
    "type": "string", "readOnly": true,
    "description": "Date and time of the last namespace modification",
    "format": "date-time"
  },
  "schema": {"readOnly": true, "type": "string"},
  "self": {"readOnly": true, "type": "string"},
  "resource_type_associations": {
    "type": "array",
    "items": {
      "type": "object",
      "properties": {
        "name": {"type": "string"}, "prefix": {"type": "string"},
        "properties_target": {"type": "string"}
      }
    }
  },
  "properties": {"$ref": "#/definitions/property"},
  "objects": {
    "type": "array",
    "items": {
      "type": "object",
      "properties": {
        "name": {"type": "string"}, "description": {"type": "string"},
        "required": {"$ref": "#/definitions/stringArray"},
        "properties": {"$ref": "#/definitions/property"}
      }
    }
  },
  "tags": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": )"
                                            R"("string"}}}}
})";

constexpr std::string_view object_text = R"({
  "name": {"type": "string", "maxLength": 80},
  "description": {"type": "string"},
  "required": {"$ref": "#/definitions/stringArray"},
  "properties": {"$ref": "#/definitions/property"},
  "schema": {"readOnly": true, "type": "string"},
  "self": {"readOnly": true, "type": "string"},
  "created_at": {
    "type": "string", "readOnly": true, "description": "Date and time of object creation",
    "format": "date-time"
  },
  "updated_at": {
    "type": "string", "readOnly": true,
    "description": "Date and time of the last object modification", "format": "date-time"
  }
})";

constexpr std::string_view property_text = R"({
  "name": {"type": "string", "maxLength": 80},
  "title": {"type": "string"},
  "description": {"type": "string"},
  "operators": {"type": "array", "items": {"type": "string"}},
  "type": {
    "type": "string",
    "enum": ["array", "boolean", "integer", "number", "object", "string", null]
  },
  "required": {"$ref": "#/definitions/stringArray"},
  "minimum": {"type": "number"},
  "maximum": {"type": "number"},
  "maxLength": {"$ref": "#/definitions/positiveInteger"},
  "minLength": {"$ref": "#/definitions/positiveIntegerDefault0"},
  "pattern": {"type": "string", "format": "regex"},
  "enum": {"type": "array"},
  "readonly": {"type": "boolean"},
  "default": {},
  "items": {
    "type": "object",
    "properties": {
      "type": {
        "type": "string",
        "enum": ["array", "boolean", "integer", "number", "object", "string", null]
      },
      "enum": {"type": "array"}
    }
  },
  "maxItems": {"$ref": "#/definitions/positiveInteger"},
  "minItems": {"$ref": "#/definitions/positiveIntegerDefault0"},
  "uniqueItems": {"type": "boolean", "default": false},
  "additionalItems": {"type": "boolean"}
})";

constexpr std::string_view tag_text = R"({
  "name": {"type": "string", "maxLength": 80},
  "created_at": {
    "type": "string", "readOnly": true, "description": "Date and time of tag creation",
    "format": "date-time"
  },
  "updated_at": {
    "type": "string", "readOnly": true,
    "description": "Date and time of the last tag modification", "format": "date-time"
  }
})";

constexpr std::string_view new_tags_text = R"({
  "tags": {
    "type": "array",
    "items": {
      "type": "object", "properties": {"name": {"type": "string", "maxLength": 80}},
      "required": ["name"], "additionalProperties": false
    }
  }
})";

constexpr std::string_view resource_type_text =
    R"({
  "name": {
    "type": "string",
    "description": "Resource type names should be aligned with Heat resource types whenever )"
    R"(possible: https://docs.openstack.org/heat/latest/template_guide/openstack.html",
    "maxLength": 80
  },
  "prefix": {
    "type": "string",
    "description": "Specifies the prefix to use for the given resource type. Any properties )"
    R"(in the namespace should be prefixed with this prefix when being applied to the specified )"
    R"(resource type. Must include prefix separator (e.g. a colon :).",
    "maxLength": 80
  },
  "properties_target": {
    "type": "string",
    "description": "Some resource types allow more than one key / value pair per instance.  )"
    R"(For example, Cinder allows user and image metadata on volumes. Only the image properties )"
    R"(metadata is evaluated by Nova (scheduling or drivers). This property allows a namespace )"
    R"(target to remove the ambiguity.",
    "maxLength": 80
  },
  "created_at": {
    "type": "string", "readOnly": true,
    "description": "Date and time of resource type association", "format": "date-time"
  },
  "updated_at": {
    "type": "string", "readOnly": true,
    "description": "Date and time of the last resource type association modification",
    "format": "date-time"
  }
})";

// `definitions` and `required` are JSON; no definitions when empty.
json::object metadef(std::string_view name, std::string_view properties,
                     std::string_view definitions, std::string_view required) {
    json::object schema = schema_named(name, json::parse(properties).get_object());
    schema["additionalProperties"] = false;
    if (!definitions.empty()) schema["definitions"] = json::parse(definitions);
    schema["required"] = json::parse(required);
    return schema;
}

}  // namespace

const json::object& metadef_namespace_schema() {
    static const json::object schema =
        metadef("namespace", namespace_text, definitions_text, R"(["namespace"])");
    return schema;
}

const json::object& metadef_namespaces_schema() {
    static const json::object schema =
        collection_schema("namespaces", metadef_namespace_schema(), paging::first_and_next);
    return schema;
}

const json::object& metadef_object_schema() {
    static const json::object schema =
        metadef("object", object_text, definitions_text, R"(["name"])");
    return schema;
}

const json::object& metadef_objects_schema() {
    static const json::object schema =
        collection_schema("objects", metadef_object_schema(), paging::first_and_next);
    return schema;
}

const json::object& metadef_property_schema() {
    static const json::object schema = metadef("property", property_text, property_definitions_text,
                                               R"(["type", "title", "name"])");
    return schema;
}

const json::object& metadef_properties_schema() {
    static const json::object schema = map_schema("properties", metadef_mapped_property_schema());
    return schema;
}

const json::object& metadef_mapped_property_schema() {
    static const json::object schema =
        metadef("property", property_text, property_definitions_text, R"(["type", "title"])");
    return schema;
}

const json::object& metadef_tag_schema() {
    static const json::object schema = metadef("tag", tag_text, {}, R"(["name"])");
    return schema;
}

const json::object& metadef_tags_schema() {
    static const json::object schema =
        collection_schema("tags", metadef_tag_schema(), paging::first_and_next);
    return schema;
}

const json::object& metadef_new_tags_schema() {
    static const json::object schema = metadef("tags", new_tags_text, {}, R"(["tags"])");
    return schema;
}

const json::object& metadef_resource_type_schema() {
    static const json::object schema =
        metadef("resource_type_association", resource_type_text, {}, R"(["name"])");
    return schema;
}

const json::object& metadef_resource_types_schema() {
    static const json::object schema = collection_schema(
        "resource_type_associations", metadef_resource_type_schema(), paging::first_and_next);
    return schema;
}

}  // namespace glimt
