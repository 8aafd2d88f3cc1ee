// SPDX-License-Identifier: Apache-2.0
#include "catalog/upload_scripts.hpp"

#include "catalog/database_time.hpp"
#include "catalog/image_sql.hpp"
#include "image/attributes.hpp"

namespace glimt {
namespace {

// A row of ours leaves nothing behind, not even a deleted one.
sql_statement forget_statement(const std::string& image_id) {
    sql_writer out;
    out.text("DELETE FROM image_properties WHERE image_id = ").value(image_id);
    return out.text(" AND name = ").value(std::string(uploader_property)).take();
}

sql_statement forget_one_statement(const std::string& image_id, const std::string& upload) {
    sql_statement statement = forget_statement(image_id);
    statement.text += " AND value = ?";
    statement.values.push_back(upload);
    return statement;
}

sql_statement claim_statement(const std::string& image_id, const std::string& upload,
                              const std::string& heir) {
    sql_writer out;
    out.text("UPDATE image_properties SET value = ").value(heir).text(" WHERE image_id = ");
    out.value(image_id).text(" AND name = ").value(std::string(uploader_property));
    return out.text(" AND value = ").value(upload).take();
}

sql_statement requeue_statement(const std::string& image_id, timestamp now) {
    sql_writer out;
    out.text("UPDATE images SET status = ").value(std::string(to_string(image_status::queued)));
    out.text(", size = NULL, virtual_size = NULL, updated_at = ").value(to_database_time(now));
    out.text(" WHERE id = ").value(image_id).text(" AND status = ");
    out.value(std::string(to_string(image_status::saving)));
    return out.text(" AND NOT deleted").take();
}

sql_statement begun_statement() {
    sql_writer out;
    out.text(
        "SELECT images.id, image_properties.value, images.status, images.deleted FROM "
        "image_properties JOIN images ON images.id = image_properties.image_id WHERE "
        "image_properties.name = ");
    return out.value(std::string(uploader_property)).take();
}

}  // namespace

script<save_outcome> begin_upload(const image& saving, const std::string& upload) {
    image queued = saving;
    queued.status = image_status::queued;
    const save_result saved = co_await save_image(queued, saving, image_status::queued);
    if (saved.outcome != save_outcome::saved) co_return saved.outcome;
    const image_property mark{std::string(uploader_property), upload};
    const sql_result updated =
        co_await update_property_statement(saving.id, mark, saving.updated_at);
    if (updated.changed == 0)
        co_await insert_property_statement(saving.id, mark, saving.updated_at);
    co_return save_outcome::saved;
}

script<save_result> finish_upload(const image& before, const image& after) {
    save_result saved = co_await save_image(before, after, image_status::saving);
    if (saved.outcome == save_outcome::saved) co_await forget_statement(after.id);
    co_return saved;
}

script<save_outcome> abandon_upload(const std::string& image_id, const std::string& upload,
                                    timestamp now) {
    const sql_result forgotten = co_await forget_one_statement(image_id, upload);
    if (forgotten.changed == 0) co_return save_outcome::gone;
    const sql_result requeued = co_await requeue_statement(image_id, now);
    co_return requeued.changed > 0 ? save_outcome::saved : save_outcome::gone;
}

script<save_outcome> claim_upload(const std::string& image_id, const std::string& upload,
                                  const std::string& heir) {
    const sql_result claimed = co_await claim_statement(image_id, upload, heir);
    co_return claimed.changed > 0 ? save_outcome::saved : save_outcome::gone;
}

script<std::vector<begun_upload>> list_begun_uploads() {
    const sql_result found = co_await begun_statement();
    std::vector<begun_upload> begun;
    for (const sql_row& row : found.rows) {
        begun_upload one{.image_id = text_in(row[0]).value_or(""),
                         .upload = text_in(row[1]).value_or(""),
                         .status = image_status_of(text_in(row[2]).value_or(""))};
        if (number_in(row[3]).value_or(0) != 0) one.status.reset();
        begun.push_back(std::move(one));
    }
    co_return begun;
}

}  // namespace glimt
