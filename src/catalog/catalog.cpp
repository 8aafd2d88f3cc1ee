// SPDX-License-Identifier: Apache-2.0
#include "catalog/catalog.hpp"

namespace glimt {

// Each script refers to what the function object around it owns.

task<std::optional<image>> catalog::find(std::string id, catalog_viewer viewer) {
    return perform(
        database_, sql_access::point_read,
        [id = std::move(id), viewer = std::move(viewer)] { return find_image(id, viewer); });
}

task<std::optional<image>> catalog::find_after_changes(std::string id, catalog_viewer viewer) {
    return perform(database_, sql_access::write, [id = std::move(id), viewer = std::move(viewer)] {
        return find_image(id, viewer);
    });
}

task<std::optional<image_page>> catalog::list(image_query query) {
    return perform(database_, sql_access::read,
                   [query = std::move(query)] { return list_images(query); });
}

task<insert_outcome> catalog::insert(image made) {
    return perform(database_, sql_access::write,
                   [made = std::move(made)] { return insert_image(made); });
}

task<save_result> catalog::save(image before, image after, image_status expected) {
    return perform(database_, sql_access::write,
                   [before = std::move(before), after = std::move(after), expected] {
                       return save_image(before, after, expected);
                   });
}

task<save_outcome> catalog::remove(image_removal removal) {
    return perform(database_, sql_access::write,
                   [removal = std::move(removal)] { return remove_image(removal); });
}

task<bool> catalog::is_alive(std::string process) { return database_.is_alive(process); }

task<save_outcome> catalog::begin_upload(image saving, std::string upload) {
    return perform(database_, sql_access::write,
                   [saving = std::move(saving), upload = std::move(upload)] {
                       return glimt::begin_upload(saving, upload);
                   });
}

task<save_result> catalog::finish_upload(image before, image after) {
    return perform(database_, sql_access::write,
                   [before = std::move(before), after = std::move(after)] {
                       return glimt::finish_upload(before, after);
                   });
}

task<save_outcome> catalog::abandon_upload(std::string image_id, std::string upload,
                                           timestamp now) {
    return perform(database_, sql_access::write,
                   [image_id = std::move(image_id), upload = std::move(upload), now] {
                       return glimt::abandon_upload(image_id, upload, now);
                   });
}

task<save_outcome> catalog::claim_upload(std::string image_id, std::string upload,
                                         std::string heir) {
    return perform(
        database_, sql_access::write,
        [image_id = std::move(image_id), upload = std::move(upload), heir = std::move(heir)] {
            return glimt::claim_upload(image_id, upload, heir);
        });
}

task<std::vector<begun_upload>> catalog::begun_uploads() {
    return perform(database_, sql_access::read, [] { return list_begun_uploads(); });
}

task<std::vector<image_member>> catalog::members(std::string image_id, catalog_viewer viewer) {
    return perform(database_, sql_access::point_read,
                   [image_id = std::move(image_id), viewer = std::move(viewer)] {
                       return list_members(image_id, viewer);
                   });
}

task<std::optional<image_member>> catalog::find_member(std::string image_id, std::string project,
                                                       catalog_viewer viewer) {
    return perform(
        database_, sql_access::point_read,
        [image_id = std::move(image_id), project = std::move(project), viewer = std::move(viewer)] {
            return glimt::find_member(image_id, project, viewer);
        });
}

task<std::int64_t> catalog::count_members(std::string image_id) {
    return perform(database_, sql_access::point_read,
                   [image_id = std::move(image_id)] { return glimt::count_members(image_id); });
}

task<std::optional<image_member>> catalog::add_member(image_member made) {
    return perform(database_, sql_access::write,
                   [made = std::move(made)] { return glimt::add_member(made); });
}

task<bool> catalog::update_member(image_member changed) {
    return perform(database_, sql_access::write,
                   [changed = std::move(changed)] { return glimt::update_member(changed); });
}

task<bool> catalog::remove_member(std::string image_id, std::string project, timestamp now) {
    return perform(database_, sql_access::write,
                   [image_id = std::move(image_id), project = std::move(project), now] {
                       return glimt::remove_member(image_id, project, now);
                   });
}

task<image_usage> catalog::usage(std::string project) {
    return perform(database_, sql_access::read,
                   [project = std::move(project)] { return sum_usage(project); });
}

}  // namespace glimt
