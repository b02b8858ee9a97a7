"""tests.py on a made-up build, with a stand-in for compute-sanitizer: no GPU needed."""

import contextlib
import io
import json
import os
import pathlib
import tempfile
import unittest
from unittest import mock

import tests

# What it is asked to run ends with 99 where the name of the tool is in the command's own text.
SANITIZER = """#!/bin/sh
[ "$1 $3 $4" = "--tool --error-exitcode 99" ] || exit 64
tool=$2
shift 4
case "$*" in *"$tool finds"*) echo "========= ERROR SUMMARY: 1 error"; exit 99 ;; esac
exec "$@"
"""


class Runs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "bin").mkdir()
        sanitizer = self.folder / "bin" / "compute-sanitizer"
        sanitizer.write_text(SANITIZER)
        sanitizer.chmod(0o755)

    def run_tests(self, commands, *arguments, after=""):
        """Exit code and table for tests of these shell commands by name."""
        lines = [f'add_test({name} "/bin/sh" "-c" [=[{command}]=])' for name, command in commands.items()]
        (self.folder / "CTestTestfile.cmake").write_text("\n".join([*lines, after]) + "\n")
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        out, errors = io.StringIO(), io.StringIO()
        with mock.patch.dict(os.environ, PATH=path), contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors), \
                mock.patch("sys.argv", ["tests.py", "--build", str(self.folder), *arguments]):
            code = tests.main()
        return code, [[cell.strip() for cell in line.strip("|").split("|")] for line in out.getvalue().splitlines() if line]

    def test_runs_the_tests_of_cuda_twins_alone(self):
        code, table = self.run_tests({"alpha_cuda_test": "true", "alpha_test": "false"})
        self.assertEqual((code, table[2:]), (0, [["alpha", "ok, 0 s"]]))

    def test_failures_and_skips_are_failures(self):
        code, table = self.run_tests({"alpha_cuda_test": "true", "beta_cuda_test": "exit 3", "gamma_cuda_test": "exit 77"})
        self.assertEqual((code, [line[1] for line in table[2:]]), (1, ["ok, 0 s", "FAIL 3, 0 s", "SKIPPED, 0 s"]))

    def test_each_tool_has_its_column(self):
        code, table = self.run_tests({"alpha_cuda_test": "true # racecheck finds"}, "--modes", "memcheck,racecheck",
                                     "--out", str(self.folder / "sanitize"))
        self.assertEqual(code, 1)
        self.assertEqual([table[0], table[2]], [["kernel", "memcheck", "racecheck"], ["alpha", "ok, 0 s", "FAULTS, 0 s"]])
        stored = json.loads((self.folder / "sanitize.json").read_text())
        self.assertEqual([run["result"] for run in stored["runs"]], ["ok", "FAULTS"])
        self.assertIn("ERROR SUMMARY", (self.folder / "sanitize.log").read_text())

    def test_a_test_that_was_not_built_is_a_failure(self):
        code, table = self.run_tests({"alpha_cuda_test": "true"}, after=f"add_test(beta_cuda_test {self.folder}/beta_test)")
        self.assertEqual((code, [line[1] for line in table[2:]]), (1, ["ok, 0 s", "NOT BUILT, 0 s"]))

    def test_a_test_has_the_environment_that_ctest_gives_it(self):
        lines = 'set_tests_properties(alpha_cuda_test PROPERTIES ENVIRONMENT "GOLDEN=/a=b;LOG=c")'
        code, _ = self.run_tests({"alpha_cuda_test": 'test "$GOLDEN $LOG" = "/a=b c"'}, after=lines)
        self.assertEqual(code, 0)

    def test_ptx_is_asked_of_the_driver(self):
        code, table = self.run_tests({"alpha_cuda_test": 'test "$CUDA_FORCE_PTX_JIT" = 1'}, "--modes", "plain,ptx")
        self.assertEqual((code, table[2]), (1, ["alpha", "FAIL 1, 0 s", "ok, 0 s"]))

    def test_libtorch_has_no_ptx(self):
        lines = "set_tests_properties(alpha_cuda_test PROPERTIES LABELS libtorch)"
        code, table = self.run_tests({"alpha_cuda_test": "true", "beta_cuda_test": "true"}, "--modes", "plain,ptx", after=lines)
        self.assertEqual((code, table[2:]), (0, [["alpha", "ok, 0 s", "left out, 0 s"], ["beta", "ok, 0 s", "ok, 0 s"]]))

    def test_only_those_that_are_asked_for(self):
        commands = {"alpha_cuda_test": "exit 3", "beta_cuda_test": "true"}
        code, table = self.run_tests(commands, "--tests", "beta")
        self.assertEqual((code, len(table), table[2]), (0, 3, ["beta", "ok, 0 s"]))
        self.assertEqual(self.run_tests(commands, "--tests", "beta,gamma")[0], 3)

    def test_stops_when_time_is_over_and_says_so(self):
        code, table = self.run_tests({"alpha_cuda_test": "sleep 30"}, "--seconds", "0.2")
        self.assertEqual((code, table[2][1].split(",")[0]), (6, "no time"))

    def test_a_test_that_hangs_is_a_failure(self):
        with mock.patch.dict(tests.MODES, plain=([], {}, 0.2)):
            code, table = self.run_tests({"alpha_cuda_test": "sleep 30"})
        self.assertEqual((code, table[2][1].split(",")[0]), (1, "HANGS"))

    def test_a_build_without_cuda_is_refused(self):
        self.assertEqual(self.run_tests({"alpha_test": "true"})[0], 3)


if __name__ == "__main__":
    unittest.main()
