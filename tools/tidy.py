#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""House rules a compiler does not know, as a test. Prints file:line: rule.

    tools/tidy.py                       every rule; exit status 1 when one is broken
    tools/tidy.py --fix                 first lets clang-format rewrite what it would complain about
    tools/tidy.py --untested            lists the sources that no unit test is named after
    tools/tidy.py --clang-tidy [FILE]   clang-tidy on those sources, or on all of src/ (slow: by
                                        hand, after the dev preset's build)

A rule is a function that takes a `file` and yields (line, message); `rules` lists them.
"""
import concurrent.futures
import dataclasses
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys

COLUMNS_MAX = 100
FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
README_LINES_MAX = 80
MODULE_README_LINES_MAX = 30

# Built, kept or quoted from elsewhere: not ours to judge.
SKIPPED = {".git", ".cache", "__pycache__", "build", "data", "docs/performance", "tests/data",
           "tests/fuzz/corpus"}

# These quote what is wrong.
QUOTING = {"tools/tidy.py", "tests/tools/tidy_test.py"}

# The only places in src/ that may start threads, share memory between them or wait for them.
THREADED = (r"src/(core/(fleet|log|software_\w+|worker_threads)|catalog/sqlite_threads"
            r"|digest/digest_engine)\.")

# Words that are not written in src/, where they are all the same, and what to write instead.
BANNED = [
    (r"\bdetached\b", "", "start children in a nursery"),
    (r"\bco_spawn\b", r"src/core/", "start children in a nursery"),
    (r"\bstd::(jthread|\w*mutex|condition_variable\w*|async|promise|future)\b"
     r"|\bstd::thread\b(?!::id)", THREADED, "a shard is one thread: post to it"),
    (r"\bstd::this_thread::sleep_\w+|\b(u|nano)sleep\s*\(", THREADED,
     "a sleeping thread is a stopped shard: co_await a timer"),
    (r"\b(ato(i|l|ll|f)|sto(i|u?l|u?ll|f|l?d)|strto(u?l|u?ll|f|l?d|[iu]max)|sscanf)\s*\(", "",
     "std::from_chars, and check that it took the whole input"),
    (r"\bstd::regex\b|<regex>", "", "no std::regex: it recurses, and is slow"),
    (r"\busing namespace std\b", "", "write std::"),
    (r"\bio_context\b", "", "the loop is the ring context of core/"),
    (r"\basio::(steady|system|high_resolution)_timer\b|\basio::signal_set\b"
     r"|\basio::(ip::tcp|ip::udp|local::stream_protocol)::(socket|acceptor|resolver)\b", "",
     "it would start Asio's own reactor: core/ has its own"),
    (r"\bany_io_executor\b", "", "the concrete executor: type erasure costs 10-25 %"),
    (r"(\.|->)stop\s*\(", "", "a loop ends by running dry, nobody stops it"),
    (r"\b(v?f?printf|f?puts|putchar)\s*\(|\bstd::(cout|cerr|clog)\b|<iostream>|\bfmt::print\b",
     r"src/(main\.cpp|app/)", "the log, or a value for main and app to print"),
]

MISSPELLED = {
    "recieve": "receive", "seperate": "separate", "occured": "occurred", "lenght": "length",
    "adress": "address", "succesful": "successful", "existant": "existent", "wich": "which",
    "teh": "the", "neccessary": "necessary", "exeption": "exception", "cancelation": "cancellation",
    "asynchronus": "asynchronous", "paramter": "parameter", "retreive": "retrieve",
    "sucess": "success", "dependancy": "dependency", "explicitely": "explicitly",
    "persistant": "persistent", "thier": "their", "untill": "until", "refered": "referred",
    "overriden": "overridden", "begining": "beginning", "definately": "definitely",
    "transfered": "transferred", "bandwith": "bandwidth", "threshhold": "threshold",
}

VAGUE_NAMES = {"util", "utils", "utility", "helper", "helpers", "manager", "common", "misc"}


@dataclasses.dataclass
class file:
    root: pathlib.Path
    path: pathlib.Path  # relative to root

    @functools.cached_property
    def text(self):
        return (self.root / self.path).read_text(encoding="utf-8")

    @functools.cached_property
    def lines(self):
        return self.text.split("\n")[: -1 if self.text.endswith("\n") else None]

    @functools.cached_property
    def code(self):
        """The text with comments and the insides of literals blanked, every column in place."""
        return blank_literals(self.text)

    @functools.cached_property
    def is_cpp(self):
        return self.path.suffix in (".cpp", ".hpp")

    @functools.cached_property
    def is_source(self):
        return (self.is_cpp or self.path.suffix in (".py", ".cmake")
                or self.path.name == "CMakeLists.txt" or self.text.startswith("#!"))

    @functools.cached_property
    def name(self):
        return self.path.as_posix()

    @functools.cached_property
    def module(self):
        """The module of src/ it belongs to; main for src/main.cpp; None outside of src/."""
        parts = self.path.parts
        if parts[0] != "src" or not self.is_cpp:
            return None
        return parts[1] if len(parts) > 2 else self.path.stem

    def line_at(self, offset):
        return self.text.count("\n", 0, offset) + 1


LITERAL = re.compile(
    r"""(?P<number>\b\d[\w']*)
      | (?P<comment>//[^\n]*|/\*.*?\*/)
      | R"(?P<mark>[^(\s]*)\((?P<raw>.*?)\)(?P=mark)"
      | "(?P<text>(?:\\.|[^"\\\n])*)"
      | '(?P<letter>(?:\\.|[^'\\\n])+)'""", re.X | re.S)


def blank_literals(text):
    def blank(found):
        if found["number"]:
            return found[0]
        kept = next(k for k in ("comment", "raw", "text", "letter") if found[k] is not None)
        begin, end = (n - found.start() for n in found.span(kept))
        return found[0][:begin] + re.sub(r"[^\n]", " ", found[0][begin:end]) + found[0][end:]
    return LITERAL.sub(blank, text)


# Rules for every file.

def white_space(f):
    for number, line in enumerate(f.lines, 1):
        if line != line.rstrip():
            yield number, "trailing white space"
        if "\t" in line:
            yield number, "tab"
    if f.text and (not f.text.endswith("\n") or f.text.endswith("\n\n")):
        yield len(f.lines), "a file ends with one line feed"


def license_line(f):
    script = f.text.startswith("#!")
    licence = "SPDX-License-Identifier: Apache-2.0"
    if f.is_source and licence not in "".join(f.lines[: 1 + script]):
        yield 1, f"the first line names the licence: {licence}"


def to_do(f):
    if f.name in QUOTING:
        return
    for number, line in enumerate(f.lines, 1):
        if re.search(r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))", line):
            yield number, "a TODO names its issue: TODO(#123)"


def spelling(f):
    if f.name in QUOTING:
        return
    for number, line in enumerate(f.lines, 1):
        for word in re.findall(r"[a-z]+", line.lower()):
            if word in MISSPELLED:
                yield number, f"{word}: {MISSPELLED[word]}"


def vague_name(f):
    for word in re.split(r"[_.\-]", f.path.name):
        if word in VAGUE_NAMES:
            yield 1, f"a file called {word} says nothing: name it after what it serves"


# Rules for documents.

def links(f):
    if f.path.suffix != ".md":
        return
    for number, line in enumerate(f.lines, 1):
        for target in re.findall(r"\]\(([^)#\s]+)", line):
            if not re.match(r"\w+:", target) and not (f.root / f.path.parent / target).exists():
                yield number, f"link to {target}, which does not exist"


def readme_length(f):
    limit = {"README.md": README_LINES_MAX}.get(f.name)
    if re.fullmatch(r"src/\w+/README\.md", f.name):
        limit = MODULE_README_LINES_MAX
    if limit and len(f.lines) > limit:
        yield limit + 1, f"over {limit} lines"


# Rules for sources.

def pragma_once(f):
    if f.path.suffix == ".hpp" and "#pragma once" not in f.lines:
        yield 1, "#pragma once is missing"


def widths(f):
    if not f.is_source:
        return
    for number, line in enumerate(f.lines, 1):
        if len(line) > COLUMNS_MAX and not re.search(r"https?://\S{60}", line):
            yield number, f"{len(line)} columns, {COLUMNS_MAX} are the most"
    if len(f.lines) > FILE_LINES_MAX:
        yield FILE_LINES_MAX + 1, f"over {FILE_LINES_MAX} lines"


def function_length(f):
    if not f.is_cpp:
        return
    for begin, end, rows in outermost_functions(f.code):
        first, last = f.line_at(begin), f.line_at(end)
        count = last - first + 1 - rows
        if count > FUNCTION_LINES_MAX:
            yield first, f"function of {count} lines, {FUNCTION_LINES_MAX} are the most"


CONTAINER = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")


def outermost_functions(code):
    """(begin, end, rows) of the bodies that are not within another: from the head's first letter to
    the closing brace, and how many lines within are rows of `name = {...}` tables."""
    code = re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", lambda found: re.sub(r"[^\n]", " ", found[0]), code,
                  flags=re.M)
    open_braces, head, within, tables, rows = [], 0, 0, 0, 0
    for found in re.finditer(r"[{};]", code):
        at, brace = found.start(), found[0]
        if brace == "{":
            words = re.sub(r"\[\[.*?\]\]", "", code[head:at], flags=re.S)
            words = re.sub(r"\btemplate\s*<[^{};]*?>\s*(?=(class|struct|union)\b)", "", words)
            body = ")" in words and not CONTAINER.match(words.strip())
            table = words.rstrip().endswith("=")
            open_braces.append((body, table, at - len(code[head:at].lstrip()), at))
            within += body
            tables += table
        elif brace == "}" and open_braces:
            body, table, begin, opened = open_braces.pop()
            within -= body
            tables -= table
            if table and not tables:
                rows += code.count("\n", opened, at)
            if body and not within:
                yield begin, at, rows
            if not within:
                rows = 0
        head = at + 1


def banned_words(f):
    if f.module is None:
        return
    for pattern, exempt, advice in BANNED:
        if exempt and re.match(exempt, f.name):
            continue
        for found in re.finditer(pattern, f.code):
            yield f.line_at(found.start()), f"{found[0].strip('( ')}: {advice}"


def suspending_statements(code):
    """(offset, text) of every statement with a co_await in it, lambda bodies and all."""
    done = 0
    for found in re.finditer(r"\bco_await\b", code):
        if found.start() < done:
            continue
        begin = max(code.rfind(c, 0, found.start()) for c in ";{}") + 1
        opener = re.search(r"[\w>]+\{\s*(\.\w+\s*=\s*)?$", code[:begin])
        if opener and not re.match(r"(else|do|try)\{", opener[0]):
            begin = opener.start()  # the brace belongs to a value, not to a block
        depth, end = 0, found.end()
        while end < len(code) and not (depth <= 0 and code[end] in ";{}"):
            depth += (code[end] in "([{") - (code[end] in ")]}")
            end += 1
        done = end
        yield begin, code[begin:end]


# g++ 12 destroys these twice when the expression suspends; a name is also easier to read.
UNNAMED = [
    (r"[(,]\s*(?!std::)([a-z_][\w:]*(<[^<>()]*>)?)?\{\s*[^}\s]", "aggregate temporary"),
    (r"[(,]\s*\[([^\]\[]*,)?\s*(?!this\b)(=|[a-z_])[^\]\[]*\]\s*[({]",
     "lambda that owns what it captures"),
    (r"[\w>]\{[^{};]*\bco_await\b", "co_await inside the braces of a value"),
    (r"\?[^:;?]*\bco_await\b|\?[^;?]*:\s*co_await\b", "co_await in one arm of ?:"),
]


def coroutine_arguments(f):
    if not f.is_cpp or f.path.parts[0] not in ("src", "tests", "bench"):
        return
    for begin, statement in suspending_statements(f.code):
        for pattern, what in UNNAMED:
            found = re.search(pattern, statement)
            if found:
                yield (f.line_at(begin + found.start()),
                       f"{what} in an expression that suspends: name it first")


def headers_in_order(f):
    if not f.is_cpp:
        return
    rank_before = 0
    for number, line in enumerate(f.lines, 1):
        found = re.match(r'#include (?:"|<)([\w/.+\-]+)(>?)', line)
        if line.startswith(("#if", "#endif", "#else")):
            rank_before = 0
        if not found or (found[2] and found[1].endswith(".h")):
            continue
        rank = 1 if not found[2] else 2 if "/" in found[1] or "." in found[1] else 3
        if rank < rank_before:
            yield number, "headers go own, project, Boost and others, std"
        rank_before = rank


# Rules for the whole tree.

def module_map(root):
    """What each module may include, and whether it may see Asio, as src/CMakeLists.txt says it."""
    text = re.sub(r"#[^\n]*", "", (root / "src/CMakeLists.txt").read_text())
    allowed, asio = {}, set()
    for name, rest in re.findall(r"glimt_module\(\s*(\w+)([^)]*)\)", text):
        words = rest.split("LINK")[0].split()
        if "ASIO" in words:
            asio.add(name)
        words = words[words.index("DEPENDS") + 1:] if "DEPENDS" in words else []
        allowed[name] = {name, *words}
    linked = re.search(r"target_link_libraries\(glimt\s+PRIVATE([^)]*)\)", text)
    allowed["main"] = set(re.findall(r"glimt::(\w+)", linked[1] if linked else ""))
    return allowed, asio


def include_direction(f, allowed, asio):
    if f.module not in allowed:
        return
    for number, line in enumerate(f.lines, 1):
        own = re.match(r'\s*#\s*include "([^"]+)"', line)
        if own:
            other = own[1].split("/")[0]
            if "/" not in own[1]:
                yield number, f'an include names its module: "{f.module}/{own[1]}"'
            elif other not in allowed[f.module]:
                yield number, f"{f.module} may not include {other} (src/CMakeLists.txt)"
        if re.match(r"\s*#\s*include <boost/asio(?!/(buffer|error)\.hpp)", line) and (
                f.module not in asio | {"main"}):
            yield number, f"{f.module} is sans-IO: no Asio (src/CMakeLists.txt)"


def missing_readmes(root, allowed):
    for module in sorted(set(allowed) - {"main"}):
        folder = root / "src" / module
        if any(folder.glob("*.?pp")) and not (folder / "README.md").exists():
            yield f"src/{module}/README.md", 1, "every module has one: why, what is here, what not"


def badly_formatted(root, files):
    tool = shutil.which("clang-format-19")
    if not tool or not (root / ".clang-format").exists():
        return
    names = [f.name for f in files if f.is_cpp]
    parts = [names[n::os.cpu_count()] for n in range(os.cpu_count())]

    def complaints(part):
        return subprocess.run([tool, "--dry-run", *part], cwd=root, capture_output=True, text=True)

    with concurrent.futures.ThreadPoolExecutor() as pool:
        reports = "".join(done.stderr for done in pool.map(complaints, filter(None, parts)))
    seen = set()
    complaint = r"^(\S+?):(\d+):\d+: \w+: code should be clang-formatted"
    for name, line in re.findall(complaint, reports, re.M):
        if name not in seen:
            yield name, int(line), "not formatted: tools/tidy.py --fix"
        seen.add(name)


def untested(root, files):
    """Sources no unit test is named after: worth a look, not an error."""
    for f in files:
        test = root / "tests/unit" / (f.module or "") / f"{f.path.stem}_test.cpp"
        if f.module and f.path.suffix == ".cpp" and f.module != "main" and not test.exists():
            yield f.name, 1, f"there is no {test.relative_to(root)}"


rules = [
    white_space, license_line, to_do, spelling, vague_name, links, readme_length, pragma_once,
    widths, function_length, banned_words, coroutine_arguments, headers_in_order,
]


def source_files(root):
    for folder, folders, names in os.walk(root):
        here = pathlib.Path(folder).relative_to(root)
        folders[:] = sorted(n for n in folders if not {n, (here / n).as_posix()} & SKIPPED)
        for name in sorted(names):
            if b"\0" not in (root / here / name).read_bytes():
                yield file(root, here / name)


def findings(root):
    files = list(source_files(root))
    allowed, asio = module_map(root)
    for f in files:
        for rule in rules:
            for line, message in rule(f):
                yield f.name, line, message
        for line, message in include_direction(f, allowed, asio):
            yield f.name, line, message
    yield from missing_readmes(root, allowed)
    yield from badly_formatted(root, files)


def clang_tidy(root, names):
    names = names or sorted(p.as_posix() for p in (root / "src").rglob("*.cpp"))
    return subprocess.call(["run-clang-tidy-19", "-quiet", "-p", root / "build/dev", *names])


def main(arguments):
    root = pathlib.Path(__file__).resolve().parent.parent
    if arguments[:1] == ["--clang-tidy"]:
        return clang_tidy(root, arguments[1:])
    if arguments == ["--untested"]:
        for name, line, message in untested(root, source_files(root)):
            print(f"{name}:{line}: {message}")
        return 0
    if arguments == ["--fix"]:
        names = [f.name for f in source_files(root) if f.is_cpp]
        subprocess.run(["clang-format-19", "-i", *names], cwd=root, check=True)
    elif arguments:
        print(__doc__)
        return 2
    broken = 0
    for name, line, message in findings(root):
        print(f"{name}:{line}: {message}")
        broken += 1
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
