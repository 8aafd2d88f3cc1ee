# SPDX-License-Identifier: Apache-2.0
"""Disks made by qemu-img, xorriso and cryptsetup, and changed by hand: good and hostile ones.

    made = make_disks(folder)  # name -> disk

Needs qemu-img; without xorriso or cryptsetup some are missing.
"""
import dataclasses
import json
import pathlib
import random
import shutil
import struct
import subprocess

MIB = 1 << 20
UNSAFE = "Image failed safety checks"
INCOMPLETE = "Incomplete file cannot be safety checked"

CREATE_LUKS = "-f luks --object secret,id=s,data=x -o key-secret=s,iter-time=10 {} 2M"
# name: (what it is, whether it may be stored, arguments of qemu-img create)
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
QEMU_NAMES = {"vhd": "vpc"}


@dataclasses.dataclass
class disk:
    path: pathlib.Path
    found: str  # what is recognised in it, the names joined by +
    refusal: str = None  # why it may not be stored, even as what it is; None: it may
    size: int = None  # of the disk inside; None: ask qemu-img

    @property
    def format(self):
        """None: it is several."""
        main = "iso" if self.found == "iso+gpt" else self.found
        return None if "+" in main else main

    def virtual_size(self):
        if self.size is not None:
            return self.size
        name = QEMU_NAMES.get(self.format, self.format)
        return json.loads(run("qemu-img", "info", "--output=json", "-f", name,
                              self.path))["virtual-size"]


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
        made[name] = disk(path, found, None if safe else UNSAFE)
    run("qemu-img", "convert", "-f", "raw", "-O", "vmdk", "-o", "subformat=streamOptimized",
        "-S", "0", folder / "base.raw", folder / "vmdk-stream")
    made["vmdk-stream"] = disk(folder / "vmdk-stream", "vmdk")
    return made


def changed(data, layout, at, value):
    data = bytearray(data)
    struct.pack_into(layout, data, at, value)
    return bytes(data)


def with_descriptor(vmdk, old, new):
    text = vmdk[512:21 * 512].rstrip(b"\0").replace(old, new)
    return vmdk[:512] + text.ljust(20 * 512, b"\0") + vmdk[21 * 512:]


def make_hostile(folder, made):
    """Headers that no tool writes. Numbers that a reader must not believe are no reason to refuse:
    Glance does not look at them either."""
    hostile = {}
    good = {name: made[name].path.read_bytes() for name in ("qcow2", "vmdk", "vhdx", "luks")}

    def write(name, data, refusal=None, size=None):
        (folder / name).write_bytes(data)
        hostile[name] = disk(folder / name, name.split("-")[0], refusal, size)

    write("qcow2-version-4", changed(good["qcow2"], ">I", 4, 4), UNSAFE)
    write("qcow2-unknown-feature", changed(good["qcow2"], ">Q", 72, 1 << 63), UNSAFE)
    write("qcow2-long-header", changed(good["qcow2"], ">I", 100, 0xFFFFFFFF), size=10 * MIB)
    write("qcow2-long-l1", changed(good["qcow2"], ">I", 36, 0xFFFFFFFF), size=10 * MIB)
    write("vmdk-far-descriptor", changed(good["vmdk"], "<Q", 28, 1 << 40), UNSAFE)
    write("vmdk-long-descriptor", changed(good["vmdk"], "<Q", 36, (1 << 64) - 1), INCOMPLETE)
    for what, old, new in (("type", b"monolithicSparse", b"vmfsRaw"),
                           ("extent", b'"vmdk"', b'"/etc/shadow"'),
                           ("extents", b"RW 20480 SPARSE", b"# RW 20480 SPARSE"),
                           ("line", b"# Extent description", b"changeTrackPath")):
        assert old in good["vmdk"][:21 * 512], old
        write("vmdk-bad-" + what, with_descriptor(good["vmdk"], old, new), UNSAFE)
    write("vhdx-long-table", changed(good["vhdx"], "<I", 196608 + 8, 0xFFFFFFFF), size=0)
    write("luks-far-payload", changed(good["luks"], ">I", 104, 0xFFFFFFFF), size=0)
    return hostile


def partition_table(*entries):
    sector = bytearray(512)
    for i, (boot, head, kind, lba) in enumerate(entries):
        sector[446 + 16 * i:462 + 16 * i] = struct.pack("<B3sB3sII", boot, head, kind, b"\xff" * 3,
                                                        lba, 2048)
    sector[510:] = b"\x55\xaa"
    return bytes(sector)


def make_others(folder, qcow2):
    made = {}

    def write(name, data, found, safe=True, size=None):
        (folder / name).write_bytes(data)
        made[name] = disk(folder / name, found, None if safe else UNSAFE,
                          len(data) if size is None else size)

    body = random.Random(1).randbytes(MIB)
    protective = (0, b"\0\2\0", 0xEE, 1)
    write("gpt", partition_table(protective) + body, "gpt")
    write("gpt-extra", partition_table(protective, (0, b"\0\2\0", 0x83, 4096)) + body, "gpt", False)
    write("gpt-lba", partition_table((0, b"\0\2\0", 0xEE, 2)) + body, "gpt", False)
    write("mbr", partition_table((0x80, b"\1\1\0", 0x83, 63)) + body, "gpt")
    write("mbr-empty", partition_table() + body, "gpt", False)
    if shutil.which("xorriso"):
        source = folder / "tree"
        source.mkdir()
        (source / "file").write_bytes(body[:5000])
        run("xorriso", "-as", "mkisofs", "-quiet", "-o", folder / "xorriso", source)
        plain = (folder / "xorriso").read_bytes()
        write("iso", plain, "iso")
        boots = partition_table((0x80, b"\0\2\0", 0x17, 64))
        write("iso-hybrid", boots + plain[512:], "iso+gpt")
        write("iso-qcow2", qcow2[:32768] + plain[32768:], "qcow2+iso", False)
    if shutil.which("cryptsetup"):
        path = folder / "luks2"
        path.write_bytes(bytes(20 * MIB))
        subprocess.run(["cryptsetup", "luksFormat", "--type", "luks2", "--pbkdf", "pbkdf2",
                        "--pbkdf-force-iterations", "1000", "--batch-mode", path, "-"], input=b"x",
                       check=True, capture_output=True)
        made["luks2"] = disk(path, "luks", UNSAFE)
    return made


def make_disks(folder):
    made = make_with_qemu(folder)
    return made | make_hostile(folder, made) | make_others(folder, made["qcow2"].path.read_bytes())
