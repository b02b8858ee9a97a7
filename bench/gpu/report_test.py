"""Tables, headers and JSON of the GPU bench, without PyTorch: report_test.py."""

import json
import unittest

import report


def row(ours=None, **others):
    made = {"kernel": "gelu_tanh", "shape": "4x4", "dtype": "bf16", "unit": "GB/s", "error": 0.0016, "note": "", "status": "ok"}
    if ours:
        made["times"] = {name: report.summary(seconds, 3e6) for name, seconds in {"ours": ours, **others}.items()}
    return made


class Summaries(unittest.TestCase):
    def test_quantiles_are_those_of_the_native_benches(self):
        self.assertEqual([report.quantile([3, 1, 2, 5, 4], q) for q in (0, 0.1, 0.5, 0.9, 1)], [1, 1, 3, 5, 5])
        self.assertEqual(report.quantile([7], 0.9), 7)

    def test_rate_is_of_the_median(self):
        summary = report.summary([1e-6, 2e-6, 9e-6], 4e6)
        self.assertAlmostEqual(summary["median_us"], 2)
        self.assertAlmostEqual(summary["rate"] / 2e12, 1)
        self.assertEqual(summary["samples"], 3)

    def test_a_slower_rival_gives_a_ratio_above_one(self):
        made = row(ours=[1e-6], eager=[3e-6], copy=[0.5e-6])
        self.assertAlmostEqual(report.ratio(made, "eager"), 3)
        self.assertAlmostEqual(report.share(made, "copy"), 0.5)
        self.assertIsNone(report.ratio(made, "compile"))
        self.assertIsNone(report.share(row(), "copy"))


class Verdicts(unittest.TestCase):
    def test_allows_twice_the_rivals_error_and_a_rounding_floor(self):
        self.assertAlmostEqual(report.allowed_error(0.001, 0), 0.002)
        self.assertAlmostEqual(report.allowed_error(0, 2.0), 2.0**-19)

    def test_right_where_every_output_is(self):
        self.assertEqual(report.verdict([(0.001, 0.002), (0.002, 0.002)]), "")
        self.assertEqual(report.verdict([(0.001, 0.002), (0.004, 0.002)]), "WRONG: error 4.0e-03 where 2.0e-03 is allowed")

    def test_nan_is_wrong(self):
        self.assertTrue(report.verdict([(float("nan"), 1.0)]).startswith("WRONG"))
        self.assertTrue(report.verdict([(0.1, float("nan"))]).startswith("WRONG"))


class Tables(unittest.TestCase):
    def test_shows_shares_ratios_and_what_is_missing(self):
        refused = row() | {"kernel": "rgb8", "error": None, "note": "rgb8: this build has no CUDA kernels"}
        text = report.table([row(ours=[1e-6, 2e-6, 3e-6], eager=[5e-6], copy=[1e-6]), refused], ["eager", "compile"], ["copy"])
        lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
        self.assertEqual(lines[0], ["kernel", "shape", "dtype", "median us", "p10 to p90", "rate", "of copy", "x eager",
                                    "x compile", "error", "note"])
        self.assertEqual(lines[2], ["gelu_tanh", "4x4", "bf16", "2.0", "1.0 to 3.0", "1500 GB/s", "50 %", "2.50", "",
                                    "1.6e-03", ""])
        self.assertEqual(lines[3], ["rgb8", "4x4", "bf16", "", "", "", "", "", "", "", "rgb8: this build has no CUDA kernels"])
        self.assertEqual(len({len(line) for line in text.splitlines()}), 1, "the columns line up")

    def test_teraflops_are_shown_as_such(self):
        made = row(ours=[1e-6]) | {"unit": "TFLOP/s"}
        self.assertIn("3 TFLOP/s", report.table([made], [], []))

    def test_peak_is_the_median_over_the_rows(self):
        rows = [row(ours=[1e-6], copy=[time]) for time in (1e-6, 2e-6, 3e-6)]
        self.assertEqual(report.peak_line(rows, "copy"), "copy: 1500 GB/s (1000 to 3000)")
        self.assertEqual(report.peak_line([row()], "copy"), "copy: not measured")

    def test_says_why_a_rival_is_missing_once(self):
        rows = [row() | {"unable": {"cuDNN": "no kernel"}}] * 2
        self.assertEqual(report.reasons(rows), ["no cuDNN: no kernel"])


class Machines(unittest.TestCase):
    def test_reads_what_nvidia_smi_can_tell(self):
        self.assertEqual(report.csv_rows("345, 2619, 71.5, 30\n1980, 2619, [N/A], 45\n"),
                         [[345, 2619, 71.5, 30], [1980, 2619, None, 45]])
        self.assertEqual(report.csv_rows("345, 26"), [[345, 26]])
        self.assertEqual(report.csv_rows("345, 2619\n19"), [[345, 2619]], "it may be stopped within a line")
        self.assertEqual(report.csv_rows(""), [])

    def test_spread_leaves_out_what_is_unknown(self):
        self.assertEqual(report.spread([3, None, 1]), [1, 3, 3])
        self.assertIsNone(report.spread([None]))

    def test_header_names_card_driver_and_clocks(self):
        machine = {"commit": "abc", "date": "2026-11-21", "torch": "2.11.0", "cuda": "13.0", "cudnn": 91002, "sms": 132,
                   "l2_bytes": 50 << 20, "name": "NVIDIA H100 80GB HBM3", "driver_version": "580.159.04",
                   "clocks.max.sm": "1980", "clocks.max.mem": "2619", "power.limit": "700.00"}
        clocks = {"clocks.sm": [345, 1755, 1980], "clocks.mem": [2619, 2619, 2619], "power.draw": None}
        text = "\n".join(report.header({"section": "kernels", "machine": machine, "clocks": clocks, "rounds": 51}))
        for part in ("kernels on NVIDIA H100 80GB HBM3", "commit abc", "driver 580.159.04", "132 SMs, 50 MiB of L2",
                     "SM clock 345 to 1980 MHz, median 1755 of 1980", "power unknown of 700.00"):
            self.assertIn(part, text)

    def test_header_of_a_trial_on_the_cpu_claims_nothing(self):
        machine = {"commit": "abc", "date": "2026-11-21", "torch": "2.11.0"}
        text = report.header({"section": "kernels", "machine": machine, "clocks": {}, "rounds": 1})
        self.assertIn("no measurement", text[0])


class Json(unittest.TestCase):
    def test_is_strict_and_round(self):
        document = {"rows": [row(ours=[1e-6])], "error": float("nan"), "range": (1.0, float("inf"))}
        read = json.loads(report.to_json(document))
        self.assertIsNone(read["error"])
        self.assertEqual(read["range"], [1.0, None])
        self.assertEqual(read["rows"][0]["times"]["ours"]["samples"], 1)


if __name__ == "__main__":
    unittest.main()
