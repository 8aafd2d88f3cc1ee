# SPDX-License-Identifier: Apache-2.0
"""Rows of the database (contract part 4) that a corpus file begins with: images in every status,
of every age, without an upload. Their times are before 2020, so that answers show them."""


def identifier(number):
    """A literal one: answers show it as it is."""
    return "00000000-0000-4000-8000-%012x" % number


def row_times(second, **rest):
    time = "2001-01-01 00:%02d:%02d.000000" % (second // 60, second % 60)
    return dict({"created_at": time, "updated_at": time, "deleted": 0}, **rest)


def image(number, properties=(), tags=(), members=(), locations=(), **columns):
    """An image and its children; it is `number` seconds old. Members: (project, status)."""
    base = row_times(
        number, id=identifier(number), name="i%d" % number, status="queued", min_disk=0, min_ram=0,
        protected=0, owner="p1", visibility="shared", os_hidden=0)
    base.update(columns)

    def child(table, **values):
        return table, row_times(number, image_id=identifier(number), **values)
    return [
        ("images", base),
        *[child("image_properties", name=n, value=v) for n, v in dict(properties).items()],
        *[child("image_tags", value=v) for v in tags],
        *[child("image_members", member=m, status=s, can_share=0) for m, s in members],
        *[child("image_locations", value=u, meta_data="{}", status="active") for u in locations],
    ]


def active(number, size=10, **rest):
    rest.setdefault("disk_format", "raw")
    rest.setdefault("container_format", "bare")
    return image(number, status="active", size=size, virtual_size=size, checksum="%032x" % number,
                 os_hash_algo="sha512", os_hash_value="%0128x" % number, **rest)
