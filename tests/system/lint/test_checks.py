"""The checks of the source tree, shown to fail: a broken rule in a small tree of its own."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).resolve().parents[3] / "tools" / "check"
TABLE = """# toy
| folder | says | includes |
|---|---|---|
| `low/` | the ground floor | |
| `mid/` | above it | `low/` `seam.hpp` |
| `top/` | above that | `low/` `mid/` |

| from | to | why |
|---|---|---|
| `low/known.cpp` | `mid/mid.hpp` | for now |
"""
FILES = {
    "comet/low/low.hpp": "#pragma once\n",
    "comet/low/known.cpp": '#include "comet/low/low.hpp"\n#include "comet/mid/mid.hpp"\n',
    "comet/mid/mid.hpp": '#include "comet/low/low.hpp"\n#include "comet/seam.hpp"\n#include "common/base/ids.hpp"\n',
    "comet/top/top.cpp": '#include "comet/mid/mid.hpp"\nnamespace {\nconstexpr int kSize = 1;\nint twice(int x) { return x; }\n}  // namespace\n',
    "comet/README.md": TABLE,
}


class Tree(unittest.TestCase):
    def run_check(self, script, changes):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for part in ("common", "logic", "router"):
                (root / part).mkdir()
                (root / part / "README.md").write_text("")
            for name, text in {**FILES, **changes}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            subprocess.run(["git", "init", "-q", folder], check=True)
            subprocess.run(["git", "-C", folder, "add", "-A"], check=True)
            done = subprocess.run([sys.executable, CHECK / script, folder], capture_output=True, text=True)
            self.assertEqual(done.returncode, 1 if done.stdout else 0, done.stderr)
            return done.stdout


class Includes(Tree):
    def test_the_rules_kept(self):
        self.assertEqual(self.run_check("includes.py", {}), "")

    def test_an_arrow_that_runs_up_is_named_with_its_rule(self):
        found = self.run_check("includes.py", {"comet/low/bad.hpp": '#pragma once\n#include "comet/top/top.hpp"\n'})
        self.assertIn("comet/low/bad.hpp:2: includes comet/top/top.hpp; comet/README.md lets low/ include nothing", found)

    def test_the_root_of_the_daemon_is_above_all(self):
        found = self.run_check("includes.py", {"comet/mid/bad.cpp": '#include "comet/worker.hpp"\n'})
        self.assertIn("includes comet/worker.hpp; comet/README.md lets mid/ include low/ seam.hpp", found)

    def test_a_folder_needs_a_row(self):
        self.assertIn("no row for comet/new/", self.run_check("includes.py", {"comet/new/new.hpp": "#pragma once\n"}))

    def test_a_seam_is_for_every_floor(self):
        table = TABLE + "\nEvery folder may include `part.hpp`: the seam.\n"
        files = {"comet/low/one.hpp": '#pragma once\n#include "comet/part.hpp"\n', "comet/README.md": table}
        self.assertEqual(self.run_check("includes.py", files), "")

    def test_rows_of_what_is_gone_go_too(self):
        self.assertIn("take its row out", self.run_check("includes.py", {"comet/low/known.cpp": "\n"}))
        self.assertIn("no folder old/", self.run_check("includes.py", {"comet/README.md": TABLE + "| `old/` | gone | |\n"}))


class UnityNames(Tree):
    def clash(self, line):
        text = f"namespace {{\n{line}\n}}  // namespace\n"
        return self.run_check("unity_names.py", {"comet/top/other.cpp": text})

    def test_names_that_meet(self):
        self.assertIn("kSize in comet/top/other.cpp, comet/top/top.cpp", self.clash("const std::string kSize = \"1\";"))
        self.assertIn("twice(int)", self.clash("int twice(int number) { return 2 * number; }"))

    def test_overloads_and_indented_names_do_not(self):
        self.assertEqual(self.clash("int twice(long x) { return 1; }"), "")
        self.assertEqual(self.clash("void once() {\n  constexpr int kSize = 2;\n}"), "")


class Links(Tree):
    def test_a_link_to_nowhere(self):
        found = self.run_check("links.py", {"docs/a.md": "[there](b.md) [not there](c.md#part) [web](https://example.org)", "docs/b.md": ""})
        self.assertEqual(found, "  docs/a.md: there is no c.md\n")

    def test_a_decision_that_is_not_listed(self):
        files = {"docs/decisions/README.md": "[1](0001-one.md)", "docs/decisions/0001-one.md": "", "docs/decisions/0002-two.md": ""}
        self.assertEqual(self.run_check("links.py", files), "  docs/decisions/README.md: 0002-two.md is not listed\n")


class NamedTests(Tree):
    def test_a_test_that_is_not_there(self):
        text = "`RoomTest.AJoinIsHeard`, `.ALeaveIsHeard`, `RoomTest.AKickIsHeard`\n`who_is_there_is_told`, `who_left_is_told`, `im_rooms_of_all`, `TEST.md`\n"
        files = {"docs/a.md": text, "tests/unit/room_test.cpp": "TEST_F(RoomTest, AJoinIsHeard) {}\nTEST_F(RoomTest, ALeaveIsHeard) {}\n",
                 "tests/system/a.py": "def who_is_there_is_told():\n", "comet/low/metric.cpp": 'auto a = "im_rooms_of_all";\n'}
        self.assertEqual(self.run_check("named_tests.py", files),
                         "  docs/a.md:1: there is no RoomTest.AKickIsHeard\n  docs/a.md:2: there is no who_left_is_told\n")


if __name__ == "__main__":
    unittest.main()
