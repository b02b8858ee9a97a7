"""The section java on the CPU: java_test.py LIBRARY ENGINE, with the folder of libreflectionflow.so. Needs PyTorch; a bundle only
for the test that runs Java, all others have a stand-in for it."""

import contextlib
import io
import json
import os
import pathlib
import sys
import tarfile
import tempfile
import unittest
from unittest import mock

try:
    import torch
except ImportError as missing:
    print(f"skipped: {sys.executable} has no PyTorch ({missing})")
    raise SystemExit(77)

import java
import java_bundle

LIBRARY, ENGINE = sys.argv[-2:]
del sys.argv[-2:]
REAL = pathlib.Path(os.environ.get("REFLECTIONFLOW_BUNDLE") or java_bundle.ROOT / "bench/target/gpu-java.tar.gz")
HEADER = (java_bundle.ROOT / "native/include/engine.h").read_text()
SAID = {"first_image": {"open_milliseconds": 1, "draw_milliseconds": 2, "since_start_milliseconds": 3000, "sha256": "0" * 64},
        "milliseconds": {"total": {"median": 4, "p10": 3, "p90": 5}}, "java_milliseconds": 1, "java_overhead": 0.25}


class Sections(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.bundle = self.folder / "bundle.tar.gz"

    def pack(self, files):
        """A bundle of these files, all of them programs."""
        with tarfile.open(self.bundle, "w:gz") as archive:
            for name, text in files.items():
                member = tarfile.TarInfo(name)
                member.size, member.mode = len(text.encode()), 0o755
                archive.addfile(member, io.BytesIO(text.encode()))

    def pack_stand_in(self, bench, header=HEADER, version="echo 'openjdk version \"17\"' >&2"):
        java_program = f'#!/bin/sh\nfor last; do :; done\ncase $last in -version) {version};; json) {bench};; esac\n'
        self.pack({"runtime/bin/java": java_program, "engine.h": header, "lib/a.jar": "", "native/a.so": ""})

    def run_section(self, *arguments, engine=ENGINE, bundle=None):
        """Exit code, what was said, and the document, which is None without one."""
        said, build = io.StringIO(), self.folder / "build"
        stored = self.folder / "java.json"
        line = ["java.py", "--library", LIBRARY, "--build", str(build), "--engine", str(engine), "--out", str(self.folder),
                "--device", "cpu", "--small", "--runs", "2", *arguments]
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), mock.patch("sys.argv", line), \
                mock.patch.dict(os.environ, {"REFLECTIONFLOW_BUNDLE": str(bundle or self.bundle)}):
            try:
                code = java.main()
            except SystemExit as refused:
                code = refused.code
        return code, said.getvalue(), json.loads(stored.read_text()) if stored.exists() else None

    def check_refused(self, code, reason, *arguments, **changes):
        got, said, document = self.run_section(*arguments, **changes)
        self.assertEqual((got, document, len(said.splitlines())), (code, None, 1), said)
        self.assertIn(reason, said)

    def check_native_alone(self, code, reason, *arguments):
        got, said, document = self.run_section(*arguments)
        self.assertEqual((got, "java" in document, document["left_out"]), (code, False, [reason]), said)
        self.assertIn(f"java.py: {reason}", said)
        self.assertRegex(said, r"first call, ms +\| +[0-9.]+ +\| +\|")

    def test_a_missing_bundle_says_how_it_is_made(self):
        self.check_refused(3, f"no Java: {self.bundle} is missing; make it with bench/gpu/bundle.sh")

    def test_a_bundle_that_cannot_be_used_is_said(self):
        self.bundle.write_text("no archive")
        self.check_refused(3, "cannot be unpacked")
        self.pack({"engine.h": HEADER})
        self.check_refused(3, "is no bundle: it has no runtime/bin/java")
        self.pack_stand_in("", header=HEADER + " ")
        self.check_refused(3, "was made for another native/include/engine.h")
        self.pack_stand_in("", version="echo 'GLIBC_2.99 not found' >&2; exit 1")
        self.check_refused(3, "the bundle's Java does not start: GLIBC_2.99 not found")

    def test_a_missing_engine_is_said(self):
        self.check_refused(3, "has no libreflectionflow.so", engine=self.folder)

    def test_java_that_fails_is_a_failure(self):
        self.pack_stand_in("echo first >&2; echo 'reflectionflow: it is Monday' >&2; exit 4")
        self.check_native_alone(1, "Java ended with 4: reflectionflow: it is Monday")

    def test_java_that_takes_too_long_is_left_out(self):
        self.pack_stand_in("exec sleep 60")
        for samples in ([1.0], []):
            native = {"sha256": "0" * 64, "open": 1.0, "weights": 0.5, "draw": 2.0, "samples": samples}
            with mock.patch("java.native_side", lambda args, model, device, native=native: native):
                self.check_native_alone(6, "Java's image was left out, for 0 s had passed", "--seconds", "0.5")

    def test_other_pixels_are_wrong(self):
        self.pack_stand_in(f"echo '{json.dumps(SAID)}'")
        code, said, document = self.run_section()
        self.assertEqual(code, 1, said)
        self.assertIn("pixels: DIFFERENT", said)
        self.assertIn("java.py: the pixels differ", said)
        self.assertEqual(document["java"], SAID)
        self.assertRegex(said, r"without drawing the weights, s +\| +[0-9.]+ +\| not measured")

    def test_another_bundle_takes_the_place_of_the_first(self):
        self.pack_stand_in("echo one >&2; exit 1")
        self.check_native_alone(1, "Java ended with 1: one")
        self.pack_stand_in("echo two >&2; exit 1")
        self.check_native_alone(1, "Java ended with 1: two")

    @unittest.skipUnless(REAL.is_file(), f"no {REAL}")
    def test_java_draws_the_native_engines_picture(self):
        for shape in (["--shape", "scenes"], ["--shape", "scenes:1,2", "--size", "48"]):
            code, said, document = self.run_section(*shape, bundle=REAL)
            self.assertEqual(code, 0, said)
            self.assertEqual(document["java"]["first_image"]["sha256"], document["native"]["sha256"])
            self.assertGreater(document["java"]["java_milliseconds"], 0)
            self.assertIn("pixels: equal", said)


class Inputs(unittest.TestCase):
    def test_strings_hash_as_in_java(self):
        self.assertEqual(java.string_hash(java.PROMPT), 439785166)
        self.assertEqual(java.string_hash("flux-dev!"), -487921648)

    def test_random_numbers_are_javas(self):
        expected = torch.tensor([0.016146265, -0.9686451, -0.9507599])
        self.assertTrue(torch.equal(java.splittable_random(439785166, 3), expected))


if __name__ == "__main__":
    unittest.main()
