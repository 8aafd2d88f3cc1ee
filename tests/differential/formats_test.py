#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The disks of disks.py, good and hostile ones, inspected by glimt: what they are, how large, and
whether they may be stored.

    formats_test.py INSPECT_FILE [COUNT [SEED]]

Where python3-oslo.utils has a format_inspector (from 7.3 on; Debian 12 has 6.0), the answer of
Glance 33 to each of them, and to COUNT changed and cut ones, is worked out too: it must be the
same, or ours the stricter one in a VMDK (docs/compatibility.md says where and why).
"""
import io
import json
import pathlib
import random
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True

from disks import MIB, UNSAFE, make_disks, run  # noqa: E402

try:
    from oslo_utils.imageutils import format_inspector as oslo
except ImportError:
    oslo = None

if not shutil.which("qemu-img"):
    print("skipped: qemu-img is not installed (apt-get install qemu-utils)")
    sys.exit(77)

DISK_FORMATS = "raw qcow2 vhd vhdx vmdk vdi iso luks gpt ami".split()
PIECES = [1, 511, 4096, 65536, 1 << 20]
SMALL = 1 << 20  # in pieces of a byte only up to here
# What glimt refuses and Glance does not.
STRICTER = {"vmdk-backing"}
QEMU_NAMES = {"vhd": "vpc"}


def ask_glimt(program, paths, piece):
    output = run(program, piece, ",".join(DISK_FORMATS), *paths)
    return [json.loads(line) for line in output.splitlines()]


class glance:
    """What Glance 33 does with what oslo.utils finds (its set_data, by behaviour)."""

    def __init__(self, data):
        self.size = len(data)
        self.wrapper = oslo.InspectWrapper(io.BytesIO(data))
        while self.wrapper.read(65536):  # what its file store reads at a time
            pass
        self.wrapper.close()

    def verdict(self, disk_format):
        """(text of the refusal or None, virtual size or 0)"""
        try:
            size = self.size_as(disk_format)
        except oslo.ImageFormatError as error:
            return str(error), 0
        except oslo.SafetyCheckFailed:
            return UNSAFE, 0
        except AttributeError:
            return None, 0  # its defect: for it this is how an image without inspection looks
        except Exception:
            return "Image format inspection failed", 0
        return None, size

    def size_as(self, disk_format):
        formats = {str(one): one for one in self.wrapper.formats}
        one = formats["iso"] if formats.keys() == {"iso", "gpt"} else self.wrapper.format
        size = 0
        if str(one) == disk_format:
            size = one.virtual_size
        elif disk_format == "raw":
            size = self.size  # actual_size, which does not count on after a reader gave up
        elif str(one) != "raw" or disk_format in oslo.ALL_FORMATS:
            raise oslo.ImageFormatError(
                f"Image disk_format {disk_format} does not match stream data {one}")
        one.safety_check()
        return size


def normal(text):
    """A refusal without what does not matter in it."""
    if text and text.startswith("Multiple formats detected: "):  # a set: in any order
        return "several: " + ",".join(sorted(text.split(": ")[1].split(",")))
    # Of a LUKS header that is cut short Glance says one or the other, depending on where.
    return "Image format inspection failed" if text and text.startswith("Incomplete") else text


def compare_with_glance(name, data, answer, stricter):
    theirs = glance(data)
    for disk_format, ours in answer["verdicts"].items():
        refusal, size = theirs.verdict(disk_format)
        same = (normal(ours["refusal"]) == normal(refusal) and
                (refusal is not None or ours["virtual_size"] == max(size, 0)))
        impossible = refusal is None and size >= 1 << 63 and ours["refusal"]
        if not same and not impossible and not (stricter and ours["refusal"]):
            raise AssertionError(f"{name} as {disk_format}: {ours}, Glance {refusal!r} {size}")


def contents(made):
    """(name, data) of those that are not too large."""
    for name, disk in made.items():
        if disk.path.stat().st_size <= 64 * MIB:
            yield name, disk.path.read_bytes()


def check_made(program, made):
    for piece in PIECES:
        chosen = {name: one for name, one in made.items()
                  if piece > 1 or one.path.stat().st_size <= SMALL}
        answers = ask_glimt(program, [one.path for one in chosen.values()], piece)
        for (name, one), answer in zip(chosen.items(), answers, strict=True):
            check_one(f"{name} in pieces of {piece}", one, answer)


def check_one(name, disk, answer):
    assert answer["formats"] == disk.found.split("+"), f"{name}: {answer['formats']}"
    refusals = {kind: verdict["refusal"] for kind, verdict in answer["verdicts"].items()}
    if disk.refusal:
        assert all(refusals.values()), f"{name}: {refusals}"
    if disk.format:
        assert refusals["raw"] == disk.refusal, f"{name}: {refusals}"
        assert refusals.get(disk.format, disk.refusal) == disk.refusal, f"{name}: {refusals}"
    if not disk.refusal:
        sizes = {kind: verdict["virtual_size"] for kind, verdict in answer["verdicts"].items()}
        assert sizes["raw"] == disk.path.stat().st_size, f"{name}: {sizes}"
        if disk.format != "raw":
            assert sizes[disk.format] == disk.virtual_size(), f"{name}: {sizes}"


def changed(data, chance):
    """`data` with a few other bytes where it is looked at, or cut short there."""
    data = bytearray(data[:4 * MIB])
    places = [0, 8, 64, 72, 104, 446, 510, 512, 1024, 32768, 196608, 196624, 2 * MIB, 2 * MIB + 32]
    for _ in range(chance.choice([1, 1, 2, 5])):
        at = chance.choice(places) + chance.choice([0, 0, chance.randrange(64)])
        new = chance.choice([b"\0", b"\1", b"\xff", b"\xff" * 8, bytes([chance.randrange(256)])])
        if at + len(new) <= len(data):
            data[at:at + len(new)] = new
    if chance.random() < 0.2:
        del data[chance.choice(places) + chance.randrange(600):]
    return bytes(data)


def check_changed(program, made, folder, count, seed):
    chance = random.Random(seed)
    originals = list(contents(made))
    for start in range(0, count, 50):
        batch = []
        for i in range(min(50, count - start)):
            name, data = chance.choice(originals)
            data = changed(data, chance)
            (folder / f"changed{i}").write_bytes(data)
            batch.append((f"changed {name} {start + i}", data, name.startswith("vmdk")))
        paths = [folder / f"changed{i}" for i in range(len(batch))]
        answers = ask_glimt(program, paths, 65536)
        for (name, data, stricter), answer in zip(batch, answers, strict=True):
            compare_with_glance(name, data, answer, stricter)


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    with tempfile.TemporaryDirectory(prefix="glimt-formats-") as name:
        folder = pathlib.Path(name)
        made = make_disks(folder)
        check_made(program, made)
        print(f"{len(made)} disks are what they should be")
        if oslo is None:
            print("python3-oslo.utils has no format_inspector: Glance was not asked")
            return
        for name, data in contents(made):
            answer = ask_glimt(program, [made[name].path], 65536)[0]
            compare_with_glance(name, data, answer, name in STRICTER)
        check_changed(program, made, folder, count, seed)
        print(f"Glance agrees, and on {count} changed ones (seed {seed})")


if __name__ == "__main__":
    main()
