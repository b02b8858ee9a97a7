"""Every case of the GPU bench on the CPU at small shapes, through the same C functions: cases_test.py LIBRARY.

Shows that parameters arrive in their places, that our kernels agree with the formulas, and that disagreement is noticed.
"""

import sys
import unittest
from types import SimpleNamespace

try:
    import torch
except ImportError as missing:
    print(f"skipped: {sys.executable} has no PyTorch ({missing})")
    raise SystemExit(77)

import attention
import cases
import measure
import rows
from library import Library, Refused

LIBRARY = sys.argv.pop()
CPU = torch.device("cpu")


def made(**changes):
    """Arguments as bench.py has them."""
    chosen = dict(dtypes=list(rows.NAMES), small=True, kernel=None, rounds=1, no_compile=True, until=float("inf"),
                  compile_until=0, seconds=0)
    return SimpleNamespace(**chosen | changes)


def case_of(make, dtype=torch.float32):
    torch.manual_seed(0)
    return make(cases.Maker(Library(LIBRARY, CPU), CPU, dtype, True, measure.CpuClock.l2_bytes))


class Cases(unittest.TestCase):
    def check_all_right(self, found, left_out):
        for row in found:
            self.assertEqual(row["status"], "ok", row)
            self.assertGreater(row["times"]["ours"]["rate"], 0)
        self.assertEqual(left_out, [])
        self.assertEqual({row["dtype"] for row in found}, set(rows.NAMES.values()))

    def test_every_kernel_agrees_with_its_formula_in_each_dtype(self):
        found, left_out = rows.kernel_rows(made(), Library(LIBRARY, CPU), CPU)
        self.check_all_right(found, left_out)
        self.assertEqual(len(found), len(rows.NAMES) * len(cases.KERNELS))

    def test_attention_agrees_with_its_formula_in_each_dtype(self):
        self.check_all_right(*attention.attention_rows(made(), Library(LIBRARY, CPU), CPU))

    def test_one_kernel_can_be_chosen(self):
        found, _ = rows.kernel_rows(made(kernel="euler", dtypes=[torch.bfloat16]), Library(LIBRARY, CPU), CPU)
        self.assertEqual([row["shape"] for row in found], ["1x96", "16x96"])

    def test_rows_that_would_begin_too_late_are_counted(self):
        found, left_out = rows.kernel_rows(made(until=0, seconds=9), Library(LIBRARY, CPU), CPU)
        self.assertEqual(found, [])
        self.assertIn(f"{len(rows.NAMES) * len(cases.KERNELS)} rows left out: 9 s", left_out[0])

    def test_a_kernel_in_place_sees_the_same_operands_in_every_round(self):
        case = case_of(cases.gelu_tanh_in_place)
        before = case.operands[0].clone()
        contender = measure.Contender(case.ours, case.work, rows.in_place(case))
        measure.measure(measure.CpuClock(), {"ours": contender}, rounds=3)
        contender.before()
        self.assertTrue(torch.equal(case.operands[0], before))


class Faults(unittest.TestCase):
    def status_with(self, change):
        """What becomes of a row whose kernel does right, and then this to its result."""
        case = case_of(cases.adaln_modulate, torch.bfloat16)
        right = case.ours
        case.ours = lambda: (right(), change(case.results[0]))
        return rows.row_of(case, torch.bfloat16, measure.CpuClock(), {}, 1)["status"]

    def test_right_results_pass(self):
        self.assertEqual(self.status_with(lambda result: None), "ok")

    def test_one_wrong_element_is_noticed(self):
        self.assertEqual(self.status_with(lambda result: result.view(-1)[777].add_(0.5)), "wrong")

    def test_an_element_that_nobody_wrote_is_noticed(self):
        self.assertEqual(self.status_with(lambda result: result.view(-1)[777].fill_(float("nan"))), "wrong")

    def test_a_bias_everywhere_is_noticed(self):
        self.assertEqual(self.status_with(lambda result: result.mul_(1.01)), "wrong")

    def test_a_refusal_is_a_row_with_its_reason(self):
        case = case_of(lambda m: cases.euler_step(m, 1))
        refusing = Library(LIBRARY, CPU).bind("euler_step", torch.float32, 0, 1, *case.operands)
        with self.assertRaisesRegex(Refused, "euler_step: batch 0 is not positive"):
            refusing()
        case.ours = refusing
        row = rows.row_of(case, torch.float32, measure.CpuClock(), {}, 1)
        self.assertEqual((row["status"], "times" in row), ("refused", False))

    def test_nothing_follows_a_kernel_that_breaks_the_device(self):
        def broken(maker):
            case = cases.gelu_tanh(maker)
            right = case.ours

            def fail():
                right()
                raise RuntimeError("CUDA error: an illegal memory access was encountered\nCompile with ...")

            case.ours = fail
            return case

        found, left_out = rows.rows_of(made(dtypes=[torch.float32]), Library(LIBRARY, CPU), CPU,
                                       [cases.gelu_tanh, broken, cases.gelu_tanh], lambda case, dtype: {})
        self.assertEqual([row["status"] for row in found], ["ok", "broken"])
        self.assertEqual(found[1]["note"], "BROKEN: CUDA error: an illegal memory access was encountered")
        self.assertIn("1 rows left out: the device is lost", left_out[0])

    def test_a_rival_that_cannot_run_costs_only_itself(self):
        def fail():
            raise RuntimeError("No available kernel.\nAborting execution.")

        row = rows.row_of(case_of(cases.gelu_tanh), torch.float32, measure.CpuClock(), {"cuDNN": measure.Contender(fail, 1.0)}, 1)
        self.assertEqual((row["status"], row["note"], row["unable"]), ("ok", "no cuDNN", {"cuDNN": "No available kernel."}))


if __name__ == "__main__":
    with torch.inference_mode():
        unittest.main()
