"""The section image on the CPU with a small model, and what it refuses: image_test.py LIBRARY. Needs PyTorch, no GPU."""

import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

try:
    import torch
except ImportError as missing:
    print(f"skipped: {sys.executable} has no PyTorch ({missing})")
    raise SystemExit(77)

import image
import image_model
import image_parts
import image_report
import image_run
from image_engine import Refused

LIBRARY = sys.argv.pop()
CPU = torch.device("cpu")


def run(*arguments):
    """Exit code, what was said, and the document, which is None without one."""
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), \
            mock.patch("sys.argv", ["image.py", "--library", LIBRARY, "--out", folder, *arguments]):
        try:
            code = image.main()
        except SystemExit as refused:
            code = refused.code
        stored = pathlib.Path(folder) / "image.json"
        return code, said.getvalue(), json.loads(stored.read_text()) if stored.exists() else None


class Section(unittest.TestCase):
    def test_every_part_is_measured(self):
        code, said, document = run("--device", "cpu", "--small")
        self.assertEqual(code, 0, said)
        self.assertEqual(document["left_out"], [])
        self.assertEqual((len(document["samples"]), len(document["decode"]), document["series"]["steps"]), (2, 3, 2))
        self.assertEqual(set(document["series"]["sha256"]), {document["sha256"]})
        self.assertEqual(set(document["first_image"]), {"before", "open", "weights", "load", *image_run.STAGES})
        self.assertEqual(set(document["disk"]), {"a file on the disk", "a file in the page cache"})
        for line in ("VAE decode alone", "load: ", "first image: ", "memory: ", "10 images in a row of 2 steps",
                     "| one of 2 steps |"):
            self.assertIn(line, said)

    def test_what_the_bench_looks_up_is_no_part_of_the_start(self):
        order = []

        def noting(name, value):
            return lambda *_: order.append(name) or value

        facts = image.machine.facts(CPU)
        with mock.patch.object(image_parts, "seconds_since_start", noting("start", 1000)), \
                mock.patch.object(image.machine, "facts", noting("facts", facts)):
            code, said, document = run("--device", "cpu", "--small", "--seconds", "0")
        self.assertEqual((code, order), (6, ["start", "facts"]), said)
        self.assertGreater(document["first_image"]["before"], 1000, "waking the device is a part")

    def test_what_is_wrong_with_images_in_a_row_is_the_exit_code(self):
        for found, code in ([], 0), (["images slow down"], 1):
            with mock.patch.object(image_report, "faults", lambda *_, found=found: found):
                got, said, _ = run("--device", "cpu", "--small")
            self.assertEqual((got, "image.py: images slow down" in said), (code, bool(found)), said)

    def test_a_file_for_loading_has_all_weights_of_its_network(self):
        small = image_model.of_shape("scenes", encoders=False).with_blocks(1, 0)
        with tempfile.NamedTemporaryFile() as file:
            offsets = image_parts.write(file, dict(small.weights()))
            size = pathlib.Path(file.name).stat().st_size
        self.assertEqual(size - min(offsets.values()), small.bytes())
        self.assertTrue(any(not name.startswith("transformer.double.") for name in offsets))

    def test_what_has_no_time_is_named(self):
        code, said, document = run("--device", "cpu", "--small", "--seconds", "0")
        self.assertEqual(code, 6, said)
        self.assertIn("first image", said)
        self.assertEqual(len(document["left_out"]), 3)
        self.assertIn("left out: the table of stages", document["left_out"][0])

    def test_refusals_are_one_line(self):
        for arguments, code, reason in [
                (["--device", "cpu", "--shape", "flux-pro"], 2, "no shape is called flux-pro"),
                (["--device", "cpu", "--small", "--size", "100"], 2, "no multiple of 16"),
                (["--device", "cpu", "--small", "--library", "none.so"], 3, "none.so is missing"),
                (["--device", "cpu", "--shape", "flux-dev:900,0"], 4, "of memory"),
        ]:
            got, said, document = run(*arguments)
            self.assertEqual((got, document, len(said.splitlines())), (code, None, 1), said)
            self.assertIn(reason, said)

    @unittest.skipIf(torch.cuda.is_available(), "there is a GPU")
    def test_a_gpu_that_is_missing_is_said(self):
        code, said, _ = run("--small")
        self.assertEqual(code, 4)
        self.assertIn("sees no GPU", said)


class Images(unittest.TestCase):
    def setUp(self):
        self.model = image_model.of_shape("scenes:1,1", encoders=True)
        self.session = image_run.Session(LIBRARY, self.model, CPU)
        self.addCleanup(self.session.close)

    def request(self, seed=0, steps=1):
        return image_run.Request(self.model, 32, steps, seed, image_run.encoded)

    def test_a_seed_is_a_picture(self):
        pictures = []
        for request in (self.request(), self.request(), self.request(seed=1), self.request().with_steps(2)):
            request.draw(self.session)
            pictures.append(request.sha256())
        self.assertEqual(pictures[0], pictures[1])
        self.assertEqual(len(set(pictures)), 3)

    def test_tensors_that_stay_are_noticed(self):
        request = self.request()
        request.draw(self.session)
        leaking = mock.patch.object(self.session.engine, "release", lambda handle: None)
        series = image_parts.in_a_row(self.session, request, 10)
        self.assertEqual(image_report.faults(series), [])
        with leaking:
            series = image_parts.in_a_row(self.session, request, 10)
        self.assertIn("tensors are not the same", image_report.faults(series)[0])

    def test_a_list_of_weights_that_is_not_the_networks_own_is_refused(self):
        listed = list(self.model.weights())
        for weights, reason in [(listed[1:], "is missing"), (listed + [("transformer.more", [3])], "no use for transformer.more"),
                                ([(listed[0][0], [1, 2])] + listed[1:], "expected")]:
            with mock.patch.object(self.model, "weights", lambda weights=weights: weights):
                with self.assertRaisesRegex(Refused, reason):
                    image_run.Session(LIBRARY, self.model, CPU)


class Inputs(unittest.TestCase):
    def test_noise_is_pytorchs_but_for_roundings(self):
        noise = image_run.noise(image_model.of_shape("scenes", False), 64, 7).flatten()
        theirs = torch.randn(1024, generator=torch.Generator().manual_seed(7))
        self.assertLess((noise - theirs).abs().max().item(), 0.02)
        self.assertGreater((noise == theirs.bfloat16().float()).float().mean().item(), 0.99)

    def test_noise_levels_are_shifted_where_the_model_says_so(self):
        flux, scenes = image_model.of_shape("flux-dev", False), image_model.of_shape("scenes", False)
        self.assertAlmostEqual(flux.mu(1024), 1.15)
        self.assertIsNone(scenes.mu(1024))
        self.assertEqual(image_run.sigmas(4, None).tolist(), [1, 0.75, 0.5, 0.25, 0])
        shifted = image_run.sigmas(4, 1.15).tolist()
        self.assertEqual((shifted[0], shifted[-1]), (1, 0))
        self.assertAlmostEqual(shifted[2], 0.7595, places=4)  # e^1.15 / (e^1.15 + 1)

    def test_flux_has_as_many_weights_as_flux(self):
        parts = {part: 0 for part in image_model.WEIGHTS}
        model = image_model.of_shape("flux-dev", True)
        for name, sizes in model.weights():
            parts[name.split(".")[0]] += torch.Size(sizes).numel()
        self.assertEqual(parts, {"clip": 123_060_480, "t5": 4_762_310_656, "transformer": 11_901_408_320, "vae": 83_819_683})


if __name__ == "__main__":
    unittest.main()
