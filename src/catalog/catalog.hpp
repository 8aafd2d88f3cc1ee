// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "catalog/image_query.hpp"
#include "catalog/image_scripts.hpp"
#include "catalog/member_scripts.hpp"
#include "catalog/sql_database.hpp"
#include "catalog/upload_scripts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace glimt {

// The images and members in Glance's tables, whatever database keeps them: a driver is an
// sql_database. One instance for each shard, on that shard's database; loop only.
//
// Every function is one transaction. What a caller has to expect is a value; a database that is
// lost, or locked for too long, is problem(reason::unavailable). Times of changes are those that
// the caller put into the values, so that its answer says what was stored.
class catalog {
public:
    explicit catalog(sql_database& database) noexcept : database_(database) {}

    // The image with its properties, tags and live locations; nothing when it is deleted, never was
    // or is not for the viewer (contract 1.9).
    task<std::optional<image>> find(std::string id, catalog_viewer viewer);

    // The same, behind every change that was asked for before: also those nobody waits for any
    // more.
    task<std::optional<image>> find_after_changes(std::string id, catalog_viewer viewer);

    // A page of images; nothing when the viewer sees no image that is the marker (contract 1.8).
    task<std::optional<image_page>> list(image_query query);

    // A new image. An id stays taken after its image was deleted (contract 4.3).
    task<insert_outcome> insert(image made);

    // Writes what differs between `before` and `after`, if the image is in that status still: of
    // its columns, properties, tags and locations. What others changed meanwhile stays, but for the
    // formats of an image whose status changes. A location without an id is new; `saved` has the
    // ids that they got, and of the rest what the caller knew.
    task<save_result> save(image before, image after, image_status expected);

    // Marks the image and everything of it deleted at one time, if it is in that status still
    // (contract 4.5).
    task<save_outcome> remove(image_removal removal);

    // --- uploads (contract 4.5, 1.14) ------------------------------------------------------------
    //
    // While data comes the database knows which process it comes to, so that whoever finds that
    // process dead can put the image back.

    // The name under which this process is known to the others on the database, until it ends.
    const std::string& process() const noexcept { return database_.process(); }

    // Whether the process of that name is still there.
    task<bool> is_alive(std::string process);

    // An image that was queued becomes `saving`, in the formats that it has here, for the data of
    // this upload: a name that begins with process() and a dot, and that no other upload ever has.
    // Cancelled, it may have happened all the same; who cannot wait for it abandons it.
    task<save_outcome> begin_upload(image saving, std::string upload);

    // save() of what was `saving`; the upload has nothing to do with it any more.
    task<save_result> finish_upload(image before, image after);

    // If it is this upload that has begun: the image is queued again and has no size, if it was
    // `saving`; the upload has nothing to do with it any more in any case. Else, and when the image
    // was not `saving`, it is `gone`.
    task<save_outcome> abandon_upload(std::string image_id, std::string upload, timestamp now);

    // If it is this upload that has begun, it is called `heir` from now on, a name as
    // begin_upload() takes: who finds one of a dead process makes it its own before it touches its
    // data. Else it is `gone`.
    task<save_outcome> claim_upload(std::string image_id, std::string upload, std::string heir);

    // What was begun and neither finished nor abandoned, by all processes. Reads every property of
    // the database: for the start, and now and then.
    task<std::vector<begun_upload>> begun_uploads();

    // --- members (contract 1.21): an image's owner and admins see all, a project its own row -----

    task<std::vector<image_member>> members(std::string image_id, catalog_viewer viewer);
    task<std::optional<image_member>> find_member(std::string image_id, std::string project,
                                                  catalog_viewer viewer);
    task<std::int64_t> count_members(std::string image_id);

    // The member as it was stored: of one that had been removed the row lives again, with the time
    // it was created. Nothing when the project is a member.
    task<std::optional<image_member>> add_member(image_member made);

    // Status and updated_at. False when there is no such member.
    task<bool> update_member(image_member changed);
    task<bool> remove_member(std::string image_id, std::string project, timestamp now);

    // What a project has used of its quotas (contract 4.4).
    task<image_usage> usage(std::string project);

private:
    sql_database& database_;
};

}  // namespace glimt
