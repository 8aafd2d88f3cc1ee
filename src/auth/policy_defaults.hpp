// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace glimt {

// Which tokens a rule is for at all: those of a project only, or any. Others are forbidden whatever
// their roles, an admin's too (contract 3.3).
enum class policy_scope : std::uint8_t { any, project };

// One rule that Glance knows, with what it says unless the operator says otherwise.
struct policy_default {
    std::string_view name;
    policy_scope scope;
    std::string_view rule;
    // What it said before Wallaby and Xena. With [oslo_policy] enforce_new_defaults = false either
    // of the two is enough. "-": it has not changed.
    std::string_view deprecated = "-";
};

namespace policy_texts {

inline constexpr std::string_view admin = "rule:context_is_admin";
inline constexpr std::string_view member =
    "rule:context_is_admin or (role:member and project_id:%(project_id)s)";
inline constexpr std::string_view reader =
    "rule:context_is_admin or (role:reader and project_id:%(project_id)s)";
inline constexpr std::string_view get_image =
    "rule:context_is_admin or (role:reader and (project_id:%(project_id)s or "
    "project_id:%(member_id)s or 'community':%(visibility)s or 'public':%(visibility)s or "
    "'shared':%(visibility)s))";
inline constexpr std::string_view download_image =
    "rule:context_is_admin or (role:member and (project_id:%(project_id)s or "
    "project_id:%(member_id)s or 'community':%(visibility)s or 'public':%(visibility)s or "
    "'shared':%(visibility)s))";
inline constexpr std::string_view get_member =
    "rule:context_is_admin or role:reader and (project_id:%(project_id)s or "
    "project_id:%(member_id)s)";
inline constexpr std::string_view get_metadef =
    "rule:context_is_admin or (role:reader and (project_id:%(project_id)s or "
    "'public':%(visibility)s))";
inline constexpr std::string_view metadef_admin = "rule:metadef_admin";
inline constexpr std::string_view old = "rule:default";
inline constexpr std::string_view old_metadef = "rule:metadef_default";
inline constexpr std::string_view old_cache = "rule:manage_image_cache";

}  // namespace policy_texts

// Every rule of Glance 32 and master (contract 3.3); an empty rule allows.
inline constexpr auto policy_defaults = [] {
    using enum policy_scope;
    using namespace policy_texts;
    return std::to_array<policy_default>({
        {"default", any, "", admin},
        {"context_is_admin", any, "role:admin"},
        {"service_api", any, "role:service or role:admin"},

        {"add_image", project,
         "rule:context_is_admin or (role:member and project_id:%(project_id)s and "
         "project_id:%(owner)s)",
         old},
        {"delete_image", project, member, old},
        {"get_image", project, get_image, old},
        {"get_images", project, reader, old},
        {"modify_image", project, member, old},
        {"publicize_image", project, admin},
        {"communitize_image", project, member, old},
        {"download_image", project, download_image, old},
        {"download_from_store", project, download_image},
        {"upload_image", project, member, old},
        {"delete_image_location", project, admin, old},
        {"get_image_location", project, reader, old},
        {"set_image_location", project, member, old},
        {"add_image_location", project,
         "rule:service_api or (role:member and project_id:%(project_id)s and "
         "project_id:%(owner)s)"},
        {"fetch_image_location", project, "rule:service_api"},
        {"add_member", project, member, old},
        {"delete_member", project, member, old},
        {"get_member", project, get_member, old},
        {"get_members", project, get_member, old},
        {"modify_member", project,
         "rule:context_is_admin or (role:member and project_id:%(member_id)s)", old},
        {"manage_image_cache", project, admin},
        {"deactivate", project, member, old},
        {"reactivate", project, member, old},
        {"copy_image", project, admin},

        {"list_cached_nodes", project, admin},
        {"cache_image", project, admin, old_cache},
        {"cache_list", project, admin, old_cache},
        {"cache_delete", project, admin, old_cache},
        {"cache_clean", project, admin},
        {"cache_prune", project, admin},
        {"stores_info_detail", project, "rule:context_is_admin or rule:service_api", admin},

        {"tasks_api_access", project, admin},
        {"get_task", project, "rule:default"},
        {"get_tasks", project, "rule:default"},
        {"add_task", project, "rule:default"},
        {"modify_task", project, "rule:default"},

        {"metadef_default", any, ""},
        {"metadef_admin", any, admin},
        {"get_metadef_namespaces", project, reader, old_metadef},
        {"get_metadef_namespace", project, get_metadef, old_metadef},
        {"get_metadef_object", project, get_metadef, old_metadef},
        {"get_metadef_objects", project, get_metadef, old_metadef},
        {"get_metadef_property", project, get_metadef, old_metadef},
        {"get_metadef_properties", project, get_metadef, old_metadef},
        {"get_metadef_tag", project, get_metadef, old_metadef},
        {"get_metadef_tags", project, get_metadef, old_metadef},
        {"list_metadef_resource_types", project, get_metadef, old_metadef},
        {"get_metadef_resource_type", project, get_metadef, old_metadef},
        {"add_metadef_namespace", project, metadef_admin},
        {"modify_metadef_namespace", project, metadef_admin},
        {"delete_metadef_namespace", project, metadef_admin},
        {"add_metadef_object", project, metadef_admin},
        {"modify_metadef_object", project, metadef_admin},
        {"delete_metadef_object", project, metadef_admin},
        {"add_metadef_property", project, metadef_admin},
        {"modify_metadef_property", project, metadef_admin},
        {"remove_metadef_property", project, metadef_admin},
        {"add_metadef_tag", project, metadef_admin},
        {"add_metadef_tags", project, metadef_admin},
        {"modify_metadef_tag", project, metadef_admin},
        {"delete_metadef_tag", project, metadef_admin},
        {"delete_metadef_tags", project, metadef_admin},
        {"add_metadef_resource_type_association", project, metadef_admin},
        {"remove_metadef_resource_type_association", project, metadef_admin},
    });
}();

// One of the rules above, found by its name while compiling: enforce("get_image", ...). A name that
// is in no line does not compile.
class action {
public:
    consteval action(const char* name) : index_(index_of(name)) {}

    // The rule of that line; `index` is less than policy_defaults.size().
    static constexpr action at(std::size_t index) { return action(index); }

    constexpr std::size_t index() const noexcept { return index_; }
    constexpr std::string_view name() const noexcept { return policy_defaults[index_].name; }
    constexpr bool operator==(const action&) const = default;

private:
    explicit constexpr action(std::size_t index) : index_(index) {}

    static consteval std::size_t index_of(std::string_view name) {
        for (std::size_t i = 0; i < policy_defaults.size(); ++i)
            if (policy_defaults[i].name == name) return i;
        throw "there is no such rule";
    }

    std::size_t index_;
};

}  // namespace glimt
