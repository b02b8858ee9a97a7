"""Tables, profile and goals of the section step, without PyTorch: step_report_test.py."""

import math
import unittest

import report
import step_report

H100 = {"commit": "abc", "date": "2026-11-21", "torch": "2.11.0", "cuda": "13.0", "cudnn": 91002, "sms": 132,
        "l2_bytes": 50 << 20, "name": "NVIDIA H100 80GB HBM3"}


def row(load=step_report.PLAIN, performance="exact", ours=0.1, **others):
    times = {name: report.summary([seconds], 74e12) for name, seconds in {"ours": ours, **others}.items()}
    return {"load": load, "batch": 1, "performance": performance, "attention": "auto", "status": "ok", "unit": "TFLOP/s",
            "error": 0.002, "eager_error": 0.003, "psnr": 41.26, "note": "", "unable": {}, "times": times}


def product(ours, linear, per_step=1):
    times = {name: report.summary([seconds], 1e12) for name, seconds in (("ours", ours), ("F.linear", linear))}
    return {"shape": "4608 x 3072 x 3072", "per_step": per_step, "note": "", "status": "ok", "times": times}


def document(**changes):
    return {"section": "step", "machine": H100, "clocks": {}, "rounds": 15, "rows": [], "products": [], "profile": {},
            "tunable": "", "left_out": []} | changes


def cells_of(table):
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


class Rows(unittest.TestCase):
    def test_shows_times_ratios_and_errors(self):
        made = row(eager=0.25, compile=0.13) | {"note": "all well"}
        made["times"]["matrix product"] = report.summary([1.0], 925e12)
        self.assertEqual(cells_of(step_report.steps_table([made]))[2],
                         ["1024 x 1024", "1", "exact", "100.00", "100.00 to 100.00", "740", "80 %", "2.50", "1.30", "2.0e-03",
                          "3.0e-03", "", "all well"])

    def test_an_approximate_mode_says_so_and_shows_its_psnr(self):
        made = cells_of(step_report.steps_table([row(performance="fp8") | {"attention": "ours"}]))[2]
        self.assertEqual((made[2], made[11]), ("fp8, approximate, our attention", "41.3"))

    def test_a_row_without_times_shows_why(self):
        made = row(performance="fp8") | {"note": "DEVICE: no products in eight bits", "status": "refused"}
        del made["times"], made["error"], made["eager_error"], made["psnr"]
        self.assertEqual(cells_of(step_report.steps_table([made]))[2][3:], [""] * 9 + ["DEVICE: no products in eight bits"])

    def test_psnr_is_of_the_extent(self):
        self.assertAlmostEqual(step_report.psnr(0.1, 10), 40)
        self.assertEqual(step_report.psnr(0, 10), math.inf)
        self.assertTrue(math.isnan(step_report.psnr(math.nan, 10)))

    def test_steps_that_are_no_graphs_are_noted(self):
        self.assertEqual(step_report.graph_notes({"graph_launches": "21"}, 15), [])
        self.assertEqual(step_report.graph_notes({"graph_launches": "0", "graph_failure": "no memory"}, 15),
                         ["0 graphs for 15 steps: no memory"])
        self.assertEqual(step_report.graph_notes({"graph_launches": "3"}, 15), ["3 graphs for 15 steps: the rest were plain"])


    def test_a_rival_that_computes_something_else_is_noted(self):
        self.assertEqual(step_report.compile_notes(row()), [])
        self.assertEqual(step_report.compile_notes(row() | {"compile_error": 0.006}), [])
        self.assertEqual(step_report.compile_notes(row() | {"compile_error": 0.267}), ["compile's error 2.7e-01"])
        self.assertEqual(step_report.compile_notes(row() | {"compile_error": math.nan}), ["compile's error nan"])


class Profiles(unittest.TestCase):
    def test_kernels_are_told_apart_by_their_names(self):
        for name, kind in {
            "void reflectionflow::kernels::joint_attention_sm90<__nv_bfloat16>(Params)": "attention",
            "void pytorch_flash::flash_fwd_kernel<Flash_fwd_kernel_traits<128> >(Flash_fwd_params)": "attention",
            "cudnn_generated_fort_native_sdpa_sm90_flash_fprop_wgmma_f16_knob_3_128x128x128": "attention",
            "fmha_cutlassF_bf16_aligned_64x128_rf_sm80(PyTorchMemEffAttention)": "attention",
            "void reflectionflow::kernels::(anonymous namespace)::gated_residual<float>(Op)": "ours",
            "nvjet_tst_128x256_64x4_1x2_h_bz_coopA_bias_TNT": "products",
            "sm90_xmma_gemm_bf16bf16_bf16f32_f32_tn_n_tilesize128x128x64": "products",
            "void cutlass::device_kernel<at::cuda::detail::enable_3x_kernel_for_sm9x<...> >": "products",
            "ampere_bf16_s16816gemm_bf16_128x256_ldg8_f2f_stages_64x3_tn": "products",
            "void splitKreduce_kernel<32, 16, int, float, __nv_bfloat16>(...)": "products",
            "void at::native::vectorized_elementwise_kernel<4, at::native::FillFunctor<float> >": "other",
            "Memcpy DtoD (Device -> Device)": "other",
        }.items():
            self.assertEqual(step_report.kind_of(name), kind, name)

    def test_sums_are_of_one_step(self):
        gelu = "reflectionflow::kernels::gelu<1>(x)"
        kernels = [("nvjet_tst", 40000), ("nvjet_tst", 60000), ("flash_fwd", 20000), (gelu, 4000), ("Memcpy DtoD", 1000),
                   (gelu, 2000)]
        made = step_report.profile_of(kernels, 2)
        self.assertEqual(made["kinds"]["products"], {"ms": 50, "launches": 1})
        self.assertAlmostEqual(made["rest_ms"], 3.5)
        self.assertEqual([(kernel["kernel"], kernel["ms"]) for kernel in made["longest"]],
                         [(gelu, 3), ("Memcpy DtoD", 0.5)])
        self.assertEqual(cells_of(step_report.profile_table(made))[6], ["- gelu (ours)", "3.000", "1"])


class Goals(unittest.TestCase):
    def reached(self, **changes):
        return {goal: reached for goal, _, reached in step_report.goals(document(**changes))}

    def test_nothing_is_reached_that_is_not_measured(self):
        made = step_report.goals(document(profile={"failure": "no CUPTI"}))
        self.assertEqual({(text, reached) for _, text, reached in made}, {("not measured", None)})
        self.assertEqual(len(made), 7)

    def test_products_count_as_often_as_a_step_has_them(self):
        goal = "products at 95 % or more of F.linear's rate"
        self.assertTrue(self.reached(products=[product(2e-3, 1.9e-3, 10), product(2e-3, 1.0e-3, 0)])[goal])
        self.assertFalse(self.reached(products=[product(2e-3, 2e-3, 1), product(2e-3, 1.5e-3, 1)])[goal])

    def test_all_else_is_at_most_six_milliseconds(self):
        goal = "everything but products and attention at most 6 ms of an exact step at 1024"
        for ms, reached in ((6, True), (6.01, False)):
            self.assertEqual(self.reached(profile={"rest_ms": ms})[goal], reached)

    def test_ahead_of_compile_means_faster(self):
        rows = [row(compile=0.11), row(step_report.CORRECTOR, compile=0.09)]
        made = self.reached(rows=rows)
        self.assertTrue(made["ahead of torch.compile at 1024"])
        self.assertFalse(made["ahead of torch.compile with condition at 1024"])
        self.assertIsNone(self.reached(rows=[row()])["ahead of torch.compile at 1024"])

    def test_latencies_are_goals_for_an_h100(self):
        rows = [row(ours=0.1159), row(step_report.CORRECTOR, ours=0.1491), row(performance="fp8", ours=0.075)]
        made = self.reached(rows=rows)
        self.assertEqual([made[f"{name} on an H100"] for name in ("exact step at 1024 in 116 ms",
                         "exact step with condition at 1024 in 149 ms", "fp8 step at 1024 in 75 ms")], [True, False, True])
        elsewhere = self.reached(rows=rows, machine=H100 | {"name": "NVIDIA A100-SXM4-80GB"})
        self.assertIsNone(elsewhere["exact step at 1024 in 116 ms on an H100"])

    def test_our_own_attention_is_not_the_row_that_counts(self):
        made = self.reached(rows=[row(ours=0.05) | {"attention": "ours"}, row(ours=0.05) | {"batch": 2}])
        self.assertIsNone(made["exact step at 1024 in 116 ms on an H100"])


class Texts(unittest.TestCase):
    def test_a_report_has_all_parts(self):
        profile = step_report.profile_of([("nvjet", 1000)], 1)
        text = step_report.text_of(document(rows=[row(eager=0.2)], products=[product(1e-3, 1e-3)], profile=profile,
                                            tunable="TunableOp on", left_out=["2 parts left out"]), True)
        for part in ("# step on NVIDIA H100", "| 1024 x 1024 |", "| all of a step", "TunableOp on", "| products  |",
                     "| reached |", "| not measured |", "2 parts left out"):
            self.assertIn(part, text)

    def test_the_cpu_has_no_goals(self):
        text = step_report.text_of(document(profile={"failure": "not on the CPU"}), False)
        self.assertNotIn("missed", text)
        self.assertIn("no graphs, no goals: not on the CPU", text)
        self.assertIn("no profile: not on the CPU", text)


if __name__ == "__main__":
    unittest.main()
