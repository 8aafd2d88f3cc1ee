#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every rule of tools/tidy.py can fail, and does not where it should not."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import tidy  # noqa: E402

CPP = "// SPDX-License-Identifier: Apache-2.0\n"
HPP = CPP + "#pragma once\n"
CLEAN = {
    "src/CMakeLists.txt": "# SPDX-License-Identifier: Apache-2.0\n"
                          "glimt_module(core ASIO LINK Boost::headers)\n"
                          "glimt_module(proto DEPENDS core)\n"
                          "glimt_module(api ASIO DEPENDS core\n    proto)\n"
                          "add_executable(glimt main.cpp)\n"
                          "target_link_libraries(glimt PRIVATE glimt::api)\n",
    "src/core/README.md": "Core.\n",
    "src/core/loop.hpp": HPP,
    "src/proto/README.md": "Proto.\n",
    "src/proto/head.hpp": HPP,
}
LONG_BODY = "    work();\n" * 60

# What is wrong, the file it is in, what the file holds, and the line and rule that are reported.
BROKEN = [
    ("trailing blank", "docs/a.md", "one\ntwo \n", 2, "trailing white space"),
    ("tab", "docs/a.md", "a\tb\n", 1, "tab"),
    ("no line feed at the end", "docs/a.md", "one", 1, "one line feed"),
    ("empty last line", "docs/a.md", "one\n\n", 2, "one line feed"),
    ("no licence", "src/core/a.cpp", "int a;\n", 1, "SPDX"),
    ("no licence in a script", "tools/a", "#!/bin/sh\necho\n", 1, "SPDX"),
    ("TODO without an issue", "src/core/a.cpp", CPP + "// TODO later\n", 2, "TODO(#123)"),
    ("spelling", "docs/a.md", "We recieve.\n", 1, "receive"),
    ("vague name", "src/core/string_util.hpp", HPP, 1, "says nothing"),
    ("dead link", "docs/a.md", "[b](b.md)\n", 1, "does not exist"),
    ("long README", "README.md", "line\n" * 81, 81, "over 80 lines"),
    ("long module README", "src/core/README.md", "line\n" * 31, 31, "over 30 lines"),
    ("no module README", "src/api/a.hpp", HPP, 1, "every module has one"),
    ("no pragma once", "src/core/a.hpp", CPP, 1, "#pragma once"),
    ("wide line", "src/core/a.cpp", CPP + "//" + "x" * 99 + "\n", 2, "101 columns"),
    ("long file", "src/core/a.cpp", CPP + "//\n" * 500, 501, "over 500 lines"),
    ("long function", "src/core/a.cpp", CPP + "void f() {\n" + LONG_BODY + "}\n", 2, "62 lines"),
    ("long member function", "src/core/a.hpp",
     HPP + "class c {\n    void f() const {\n" + LONG_BODY + "    }\n};\n", 4, "62 lines"),
    ("long function after a table", "src/core/a.cpp",
     CPP + "int t[] = {\n" + "    1,\n" * 80 + "};\nvoid f() {\n" + LONG_BODY + "}\n", 84,
     "62 lines"),
    ("include upward", "src/core/a.cpp", CPP + '#include "proto/head.hpp"\n', 2, "may not include"),
    ("main includes more than app", "src/main.cpp", CPP + '#include "core/loop.hpp"\n', 2,
     "may not include"),
    ("include without its module", "src/core/a.cpp", CPP + '#include "loop.hpp"\n', 2,
     "names its module"),
    ("Asio in a sans-IO module", "src/proto/a.cpp", CPP + "#include <boost/asio/awaitable.hpp>\n",
     2, "sans-IO"),
    ("headers out of order", "src/core/a.cpp",
     CPP + '#include <string>\n#include "core/loop.hpp"\n', 3, "headers go"),
    ("detached", "src/core/a.cpp", CPP + "f(asio::detached);\n", 2, "nursery"),
    ("co_spawn outside core", "src/api/a.cpp", CPP + "asio::co_spawn(a, b, c);\n", 2, "nursery"),
    ("thread", "src/core/a.cpp", CPP + "std::thread t;\n", 2, "post"),
    ("mutex", "src/api/a.cpp", CPP + "std::shared_mutex m;\n", 2, "post"),
    ("sleep", "src/api/a.cpp", CPP + "std::this_thread::sleep_for(1s);\n", 2, "stopped shard"),
    ("strtol", "src/core/a.cpp", CPP + "strtol(a, b, 10);\n", 2, "from_chars"),
    ("stoi", "src/core/a.cpp", CPP + "std::stoi(a);\n", 2, "from_chars"),
    ("regex", "src/core/a.cpp", CPP + "std::regex r;\n", 2, "no std::regex"),
    ("using namespace std", "src/core/a.cpp", CPP + "using namespace std;\n", 2, "write std::"),
    ("io_context", "src/core/a.cpp", CPP + "asio::io_context c;\n", 2, "ring context"),
    ("Asio's socket", "src/core/a.cpp", CPP + "asio::ip::tcp::socket s;\n", 2, "reactor"),
    ("any_io_executor", "src/core/a.cpp", CPP + "asio::any_io_executor e;\n", 2, "concrete"),
    ("stop", "src/core/a.cpp", CPP + "loop->stop();\n", 2, "running dry"),
    ("printf", "src/core/a.cpp", CPP + "std::fprintf(stderr, text);\n", 2, "the log"),
    ("iostream", "src/core/a.cpp", CPP + "#include <iostream>\n", 2, "the log"),
    ("aggregate", "src/core/a.cpp", CPP + "co_await f(a, {1, b});\n", 2, "aggregate temporary"),
    ("named aggregate", "src/core/a.cpp", CPP + "auto x = co_await f(agg{.a = b});\n", 2,
     "aggregate temporary"),
    ("owning lambda", "src/core/a.cpp", CPP + "co_await f([p = std::move(p)] { return p; });\n", 2,
     "lambda that owns"),
    ("owning lambda behind a reference", "src/core/a.cpp",
     CPP + "co_await f([&a, b] { return b; });\n", 2, "lambda that owns"),
    ("co_await in braces", "src/core/a.cpp", CPP + "co_return agg{.s = co_await g()};\n", 2,
     "inside the braces"),
    ("conditional co_await", "src/core/a.cpp", CPP + "x = c ? std::string() : co_await g();\n", 2,
     "one arm"),
    ("not formatted", "src/core/a.cpp", CPP + "int  a;\n", 2, "not formatted"),
]

ALLOWED = [
    ("words in comments and literals", "src/core/a.cpp",
     CPP + '// no io_context, nothing detached\nauto a = "io_context";\nauto b = R"(strtol( )";\n'),
    ("threads where they belong", "src/core/fleet.cpp", CPP + "std::thread a;\nstd::mutex b;\n"),
    ("thread ids", "src/core/a.cpp", CPP + "std::thread::id a;\n"),
    ("co_spawn in core", "src/core/a.cpp", CPP + "void f() { asio::co_spawn(a, b, c); }\n"),
    ("snprintf", "src/core/a.cpp", CPP + "auto n = snprintf(a, b, c);\n"),
    ("printing in main", "src/main.cpp", CPP + "#include <iostream>\n"),
    ("digit separators", "src/core/a.cpp", CPP + "auto a = 1'000, b = 2'000;\n"),
    ("TODO with its issue", "src/core/a.cpp", CPP + "// TODO(#12) later\n"),
    ("include downward, own first", "src/proto/head.cpp",
     CPP + '#include "proto/head.hpp"\n\n#include "core/loop.hpp"\n\n'
           "#include <boost/asio/buffer.hpp>\n#include <sys/socket.h>\n\n#include <string>\n"),
    ("long table", "src/core/a.cpp",
     CPP + "constexpr int table[] = {\n" + "    1,\n" * 80 + "};\n"),
    ("long table in a function", "src/core/a.cpp",
     CPP + "void f(int n) {\n    int table[] = {\n" + "        {1, g(2)},\n" * 80 + "    };\n}\n"),
    ("long namespace", "src/core/a.cpp",
     CPP + "namespace glimt {\n\n" + "void f() { g(); }\n" * 80 + "\n}  // namespace glimt\n"),
    ("named arguments", "src/core/a.cpp",
     CPP + "task<> f() {\n    if (co_await g()) {\n"
           "        co_await h(a, {}, [&x, this] { b(); });\n"
           "        co_await std::move(i);\n    }\n}\n"),
    ("link", "docs/a.md", "[core](../src/core/README.md#why) [web](https://example.org/x)\n"),
]


class rules(unittest.TestCase):
    def found_in(self, files):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {**CLEAN, **files}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            return list(tidy.findings(root))

    def test_a_clean_tree_has_no_findings(self):
        self.assertEqual(self.found_in({".clang-format": STYLE}), [])

    def test_every_rule_can_fail(self):
        for what, name, text, line, message in BROKEN:
            with self.subTest(what):
                style = {".clang-format": STYLE} if message == "not formatted" else {}
                found = self.found_in({name: text, **style})
                self.assertTrue(any(at == line and message in said for _, at, said in found), found)

    def test_what_is_allowed_passes(self):
        for what, name, text in ALLOWED:
            with self.subTest(what):
                found = self.found_in({name: text})
                self.assertEqual([said for where, _, said in found if where == name], [])

    def test_a_source_without_a_test_is_noted(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            files = [tidy.file(root, pathlib.Path("src/core/a.cpp"))]
            noted = [name for name, _, _ in tidy.untested(root, files)]
            self.assertEqual(noted, ["src/core/a.cpp"])


STYLE = (pathlib.Path(__file__).resolve().parents[2] / ".clang-format").read_text()

if __name__ == "__main__":
    unittest.main()
