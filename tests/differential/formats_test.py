#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Disks made by qemu-img, xorriso and cryptsetup, good and hostile ones, inspected by glimt: what
they are, how large, and whether they may be stored.

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
import struct
import subprocess
import sys
import tempfile

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
UNSAFE = "Image failed safety checks"
MIB = 1 << 20

# name: (what it is, whether it may be stored as that, arguments of qemu-img create)
CREATE_LUKS = "-f luks --object secret,id=s,data=x -o key-secret=s,iter-time=10 {} 2M"
QEMU = {
    "qcow2": ("qcow2", True, "-f qcow2 -o compat=1.1 {} 10M"),
    "qcow2-large": ("qcow2", True, "-f qcow2 {} 3T"),
    "qcow2-0.10": ("qcow2", True, "-f qcow2 -o compat=0.10 {} 10M"),
    "qcow2-zstd": ("qcow2", True, "-f qcow2 -o compression_type=zstd {} 10M"),
    "qcow2-backing": ("qcow2", False, "-f qcow2 -b {folder}/base.raw -F raw {}"),
    "qcow2-data-file": ("qcow2", False, "-f qcow2 -o data_file={folder}/data {} 10M"),
    "qcow2-extended-l2": ("qcow2", False, "-f qcow2 -o extended_l2=on {} 10M"),
    "qed": ("qed", False, "-f qed {} 10M"),
    "vhd": ("vhd", True, "-f vpc {} 10M"),
    "vhd-fixed": ("raw", True, "-f vpc -o subformat=fixed {} 2M"),
    "vhdx": ("vhdx", True, "-f vhdx {} 10M"),
    "vhdx-fixed": ("vhdx", True, "-f vhdx -o subformat=fixed {} 2M"),
    "vdi": ("vdi", True, "-f vdi {} 10M"),
    "vdi-static": ("vdi", True, "-f vdi -o static=on {} 2M"),
    "vmdk": ("vmdk", True, "-f vmdk {} 10M"),
    "vmdk-large": ("vmdk", True, "-f vmdk {} 1T"),
    "vmdk-backing": ("vmdk", False, "-f vmdk -b {folder}/base.vmdk -F vmdk {}"),
    "vmdk-flat": ("vmdk", False, "-f vmdk -o subformat=monolithicFlat {} 10M"),
    "vmdk-2gb-flat": ("vmdk", False, "-f vmdk -o subformat=twoGbMaxExtentFlat {} 10M"),
    "vmdk-2gb-sparse": ("vmdk", False, "-f vmdk -o subformat=twoGbMaxExtentSparse {} 10M"),
    "luks": ("luks", True, CREATE_LUKS),
    "raw": ("raw", True, "-f raw {} 2M"),
}
# What glimt refuses and Glance does not.
STRICTER = {"vmdk-backing"}
QEMU_NAMES = {"vhd": "vpc"}


def run(*command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr}")
    return done.stdout


def create(arguments):
    for attempt in range(10):
        try:
            return run("qemu-img", "create", *arguments)
        except RuntimeError as error:
            # For LUKS it times a hash, and gives up when the machine is busy just then.
            if "accurate CPU usage" not in str(error) or attempt == 9:
                raise


def make_with_qemu(folder):
    run("qemu-img", "create", "-f", "raw", folder / "base.raw", "10M")
    run("qemu-img", "create", "-f", "vmdk", folder / "base.vmdk", "10M")
    made = {}
    for name, (found, safe, arguments) in QEMU.items():
        path = folder / name
        create(arguments.format(path, folder=folder).split())
        made[name] = (path, found, safe)
    run("qemu-img", "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized",
        "-S", "0", folder / "base.raw", folder / "vmdk-stream")
    made["vmdk-stream"] = (folder / "vmdk-stream", "vmdk", True)
    return made


def partition_table(*entries):
    sector = bytearray(512)
    for i, (boot, head, kind, lba) in enumerate(entries):
        sector[446 + 16 * i:462 + 16 * i] = struct.pack("<B3sB3sII", boot, head, kind, b"\xff" * 3,
                                                        lba, 2048)
    sector[510:] = b"\x55\xaa"
    return bytes(sector)


def make_others(folder):
    made = {}

    def write(name, data, found, safe):
        (folder / name).write_bytes(data)
        made[name] = (folder / name, found, safe)

    body = random.Random(1).randbytes(MIB)
    protective = (0, b"\0\2\0", 0xEE, 1)
    write("gpt", partition_table(protective) + body, "gpt", True)
    write("gpt-extra", partition_table(protective, (0, b"\0\2\0", 0x83, 4096)) + body, "gpt", False)
    write("gpt-lba", partition_table((0, b"\0\2\0", 0xEE, 2)) + body, "gpt", False)
    write("mbr", partition_table((0x80, b"\1\1\0", 0x83, 63)) + body, "gpt", True)
    write("mbr-empty", partition_table() + body, "gpt", False)
    if shutil.which("xorriso"):
        source = folder / "tree"
        source.mkdir()
        (source / "file").write_bytes(body[:5000])
        run("xorriso", "-as", "mkisofs", "-quiet", "-o", folder / "iso", source)
        made["iso"] = (folder / "iso", "iso", True)
        plain = (folder / "iso").read_bytes()
        boots = partition_table((0x80, b"\0\2\0", 0x17, 64))
        write("iso-hybrid", boots + plain[512:], "gpt+iso", True)
        qcow2 = (folder / "qcow2").read_bytes()
        write("iso-qcow2", qcow2[:32768] + plain[32768:], "iso+qcow2", False)
    if shutil.which("cryptsetup"):
        path = folder / "luks2"
        path.write_bytes(bytes(20 * MIB))
        subprocess.run(["cryptsetup", "luksFormat", "--type", "luks2", "--pbkdf", "pbkdf2",
                        "--pbkdf-force-iterations", "1000", "--batch-mode", path, "-"], input=b"x",
                       check=True, capture_output=True)
        made["luks2"] = (path, "luks", False)
    return made


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


def check_made(program, made):
    for piece in PIECES:
        chosen = {name: one for name, one in made.items()
                  if piece > 1 or one[0].stat().st_size <= SMALL}
        answers = ask_glimt(program, [path for path, _, _ in chosen.values()], piece)
        for (name, (path, found, safe)), answer in zip(chosen.items(), answers, strict=True):
            check_one(f"{name} in pieces of {piece}", path, found, safe, answer)


def check_one(name, path, found, safe, answer):
    assert sorted(answer["formats"]) == found.split("+"), f"{name}: {answer['formats']}"
    main = "iso" if found == "gpt+iso" else found
    refusals = {kind: verdict["refusal"] for kind, verdict in answer["verdicts"].items()}
    assert (refusals["raw"] is None) == safe, f"{name}: {refusals}"
    if not safe:
        assert all(refusals.values()), f"{name}: {refusals}"
        return
    assert refusals[main] is None, f"{name}: {refusals}"
    assert answer["verdicts"]["raw"]["virtual_size"] == path.stat().st_size, name
    if main in ("iso", "gpt"):  # qemu has no such formats
        return
    qemu_name = QEMU_NAMES.get(main, main)
    info = json.loads(run("qemu-img", "info", "--output=json", "-f", qemu_name, path))
    size = answer["verdicts"][main]["virtual_size"]
    assert size == info["virtual-size"], f"{name}: {size}, qemu-img says {info['virtual-size']}"


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
    originals = [(name, path.read_bytes()) for name, (path, _, _) in made.items()
                 if path.stat().st_size <= 64 * MIB]
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
        made = make_with_qemu(folder)
        made.update(make_others(folder))
        check_made(program, made)
        print(f"{len(made)} disks are what they should be")
        if oslo is None:
            print("python3-oslo.utils has no format_inspector: Glance was not asked")
            return
        for one, (path, _, _) in made.items():
            if path.stat().st_size <= 64 * MIB:
                answer = ask_glimt(program, [path], 65536)[0]
                compare_with_glance(one, path.read_bytes(), answer, one in STRICTER)
        check_changed(program, made, folder, count, seed)
        print(f"Glance agrees, and on {count} changed ones (seed {seed})")


if __name__ == "__main__":
    main()
