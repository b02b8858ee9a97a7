"""The section step on the CPU with a small network: step_test.py LIBRARY.

Shows that the network in PyTorch and the engine's are the same, that disagreement is noticed, and that all parts are wired.
"""

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

import flux
import measure
import report
import step
import step_engine
import step_report
import step_rows
import workload
from library import Refused

LIBRARY = sys.argv.pop()
# For networks as small as these more threads cost more than they do.
torch.set_num_threads(1)
FUNCTIONS = step_engine.Functions(LIBRARY)
CPU = torch.device("cpu")
PLAIN, CORRECTOR = (workload.load_of(1024, 1, condition, True) for condition in (False, True))


def bench(**changes):
    """As step.py makes it."""
    args = step.arguments(["--library", LIBRARY, "--device", "cpu", "--small", "--rounds", "1", "--no-compile"])
    for name, value in changes.items():
        setattr(args, name, value)
    torch.manual_seed(0)
    return step_rows.Bench(args, FUNCTIONS, CPU)


class Network(unittest.TestCase):
    def check_equal(self, load, dtype, change=lambda network: None):
        """(ours, allowed) errors of a step beside PyTorch's, which has the same weights but for a change."""
        torch.manual_seed(1)
        weights = flux.random_weights(flux.SMALL, dtype, CPU, 0.2)
        adapters = flux.random_adapters(flux.SMALL, dtype, CPU, 4, 0.2) if load.condition_grid else None
        inputs = workload.Inputs(flux.SMALL, load, dtype, CPU)
        with step_engine.Engine(FUNCTIONS, flux.SMALL, weights, adapters) as made, made.run(inputs, 2, recorded=True) as run:
            run.step()
            ours = run.velocity(0)
        network = flux.Flux(flux.SMALL, dict(weights), dict(adapters or {}))
        change(network)
        truth = network.forward(*inputs.arguments(torch.float64))
        return report.verdict(measure.errors([ours], [network.forward(*inputs.arguments())], [truth]))

    def test_is_the_engines_in_each_type_with_and_without_condition(self):
        for dtype in (torch.float32, torch.bfloat16):
            for condition in (False, True):
                for batch in (1, 2):
                    with self.subTest(dtype=dtype, condition=condition, batch=batch):
                        self.assertEqual(self.check_equal(workload.load_of(1024, batch, condition, True), dtype), "")

    def test_another_weight_anywhere_is_noticed(self):
        for name in ("double.1.text.k_norm.weight", "double.0.image.modulation.bias", "single.1.up.weight",
                     "guidance_in.in.bias"):
            def change(network, name="transformer." + name):
                network.weights[name] = network.weights[name] * 1.5

            with self.subTest(name=name):
                self.assertIn("WRONG", self.check_equal(PLAIN, torch.float32, change))

    def test_an_adapter_elsewhere_is_noticed(self):
        def change(network):
            network.adapters["transformer.double.0.image.up"] = network.adapters.pop("transformer.single.0.up")

        self.assertIn("WRONG", self.check_equal(CORRECTOR, torch.float32, change))

    def test_layers_are_those_of_flux_dev(self):
        sizes = flux.layers(flux.Config())
        parameters = sum((inputs + 1) * outputs for inputs, outputs in sizes.values()) + 128 * len(flux.norms(flux.Config()))
        self.assertEqual(parameters, 11_901_408_320)

    def test_can_be_compiled_as_a_whole(self):
        with torch.no_grad():
            case = bench().case(CORRECTOR)
            whole = torch.compile(case.network.forward, fullgraph=True, dynamic=False, backend="eager")
            self.assertTrue(torch.equal(case.step(whole)(), case.eager))


class Work(unittest.TestCase):
    def test_operations_are_those_of_the_java_bench(self):
        plain = 59.4897 + 14.8724 + 0.0032
        self.assertAlmostEqual(workload.operations(flux.Config(), workload.load_of(1024, 1, False, False)) / 1e12, plain, 2)
        corrector = 72.7096 + 22.2168 + 0.0032
        self.assertAlmostEqual(workload.operations(flux.Config(), workload.load_of(1024, 1, True, False)) / 1e12, corrector, 2)

    def test_a_card_takes_joined_products_of_the_same_work(self):
        load = workload.load_of(1024, 1, False, False)
        plain, joined = (workload.products(flux.Config(), load, joined) for joined in (False, True))
        self.assertEqual(workload.product_operations(plain), workload.product_operations(joined))
        self.assertEqual([joined[shape] for shape in ((512, 9216, 3072), (4096, 9216, 3072), (4608, 21504, 3072))], [19, 19, 38])
        self.assertEqual(plain[512, 3072, 3072], 76)
        self.assertEqual({shape for shape in joined if shape[0] == 4608}, {(4608, 21504, 3072), (4608, 3072, 15360)})

    def test_the_goals_know_the_loads_by_their_names(self):
        names = [workload.load_of(1024, 1, condition, False).name() for condition in (False, True)]
        self.assertEqual(names, [step_report.PLAIN, step_report.CORRECTOR])

    def test_images_of_a_batch_do_not_see_each_other(self):
        one, two = (workload.operations(flux.Config(), workload.load_of(512, batch, True, False)) for batch in (1, 2))
        self.assertEqual(two, 2 * one)


class Engines(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(2)
        self.weights = flux.random_weights(flux.SMALL, torch.bfloat16, CPU, 0.2)
        self.inputs = workload.Inputs(flux.SMALL, PLAIN, torch.bfloat16, CPU)

    def velocity(self, made):
        with made.run(self.inputs, 2, recorded=True) as run:
            run.step()
            return run.velocity(0)

    def test_share_pytorchs_memory_on_a_cpu_and_give_everything_back(self):
        before = FUNCTIONS.handles_alive()
        with step_engine.Engine(FUNCTIONS, flux.SMALL, self.weights) as made:
            first = self.velocity(made)
            self.weights["transformer.single.0.out.weight"].zero_()
            self.assertFalse(torch.equal(self.velocity(made), first))
        self.assertEqual(FUNCTIONS.handles_alive(), before)

    def test_refuse_in_words(self):
        missing = dict(self.weights)
        del missing["transformer.text_in.bias"]
        more = self.weights | {"transformer.single.9.q.weight": self.weights["transformer.single.0.q.weight"]}
        for weights, performance, text in ((missing, "exact", "the weight transformer.text_in.bias is missing"),
                                           (more, "exact", "no use for transformer.single.9.q.weight"),
                                           (self.weights, "fast", "no performance is called fast")):
            before = FUNCTIONS.handles_alive()
            with self.assertRaisesRegex(Refused, text):
                step_engine.Engine(FUNCTIONS, flux.SMALL, weights, performance=performance)
            self.assertEqual(FUNCTIONS.handles_alive(), before)

    def test_a_run_beyond_its_end_is_refused(self):
        with step_engine.Engine(FUNCTIONS, flux.SMALL, self.weights) as made, made.run(self.inputs, 1) as run:
            run.step()
            with self.assertRaisesRegex(Refused, "beyond its end"):
                run.step()
            with self.assertRaisesRegex(Refused, "nothing is recorded as step.0.velocity"):
                run.velocity(0)


class Rows(unittest.TestCase):
    def test_a_step_that_is_another_is_wrong(self):
        with torch.no_grad():
            made = bench()
            made.case(PLAIN)  # what PyTorch makes of the weights as they are
            made.weights["transformer.single.1.out.weight"].mul_(1.5)
            row = step_rows.step_row(made, PLAIN, "exact")
        self.assertEqual((row["status"], row["note"][:5]), ("wrong", "WRONG"))

    def test_a_mode_that_the_engine_refuses_is_a_row(self):
        with torch.no_grad():
            row = step_rows.step_row(bench(), PLAIN, "fast")
        self.assertEqual((row["status"], "times" in row), ("refused", False))
        self.assertIn("no performance is called fast", row["note"])


class Order(unittest.TestCase):
    """Of the parts on a card, each of which has a stand-in here."""

    def setUp(self):
        self.bench = bench(performance="exact,int8")
        self.bench.compiles = True
        self.document = {"rows": [], "products": [], "profile": {}, "left_out": [], "failures": []}

    def take(self, names, row):
        """The parts whose names end so."""
        with mock.patch.object(step.step_rows, "step_row", side_effect=row):
            for name, call in step.parts(self.bench, self.document):
                if name.endswith(names):
                    call()

    def row(self, made, load, performance, attention, compiled):
        return {"load": load.name(), "batch": load.batch, "performance": performance, "attention": attention, "beside": compiled,
                "status": "ok"}

    def test_what_matters_is_stored_before_anything_is_compiled(self):
        names = [name for name, _ in step.parts(self.bench, self.document)]
        compiled = [name.endswith("torch.compile") for name in names]
        self.assertEqual((compiled.index(True), sum(compiled)), (6, 4))
        self.assertEqual(names[:3], [f"{PLAIN.name()}, batch 1, exact, attention auto", "products", "profile"])
        self.assertTrue(all(PLAIN.name() in name for name in names[3:6]))

    def test_a_row_beside_compile_takes_the_place_of_the_first(self):
        self.take(("auto", "torch.compile"), self.row)
        self.assertEqual(len(self.document["rows"]), 16)
        self.assertEqual([row["beside"] for row in self.document["rows"]], [True] * 4 + [False] * 12)

    def test_compiling_that_would_begin_too_late_costs_no_row(self):
        self.bench.args.compile_until = 0
        self.take(("auto", "torch.compile"), self.row)
        self.assertEqual([row["beside"] for row in self.document["rows"]], [False] * 16)
        self.assertEqual(len(self.document["left_out"]), 4)
        self.assertIn("torch.compile left out, it would begin too late", self.document["left_out"][0])


    def test_what_has_no_memory_beside_compile_costs_no_row(self):
        def row(*arguments):
            made = self.row(*arguments)
            return made | {"status": "refused" if made["beside"] else "ok", "note": "no memory"}

        self.bench.args.until = self.bench.args.compile_until
        self.bench.args.out = None
        with mock.patch.object(step.step_rows, "step_row", side_effect=row), \
                mock.patch.object(step, "said", return_value=""), mock.patch.object(step, "step_parts"), \
                contextlib.redirect_stderr(io.StringIO()):
            step.take(self.bench, self.document)
        self.assertEqual([row["beside"] for row in self.document["rows"]], [False] * len(self.document["rows"]))
        self.assertEqual(sum("torch.compile: no memory" in failure for failure in self.document["failures"]), 4)


class Main(unittest.TestCase):
    def run_main(self, *arguments):
        """Exit code and JSON."""
        with tempfile.TemporaryDirectory() as folder:
            command = ["step.py", "--library", LIBRARY, "--device", "cpu", "--small", "--rounds", "1", "--out", folder]
            with mock.patch.object(sys, "argv", command + list(arguments)), contextlib.redirect_stdout(io.StringIO()) as out, \
                    contextlib.redirect_stderr(io.StringIO()) as errors:
                code = step.main()
            stored = pathlib.Path(folder)
            self.assertEqual((stored / "step.md").read_text(), out.getvalue()[:-1])
            return code, json.loads((stored / "step.json").read_text()), errors.getvalue()

    def test_all_parts_are_taken(self):
        code, made, errors = self.run_main()
        self.assertEqual((code, made["left_out"], made["failures"]), (0, [], []), errors)
        self.assertEqual({row["status"] for row in made["rows"] + made["products"]}, {"ok"})
        self.assertEqual(len({(row["load"], row["batch"], row["attention"]) for row in made["rows"]}), 10)
        self.assertEqual({name for row in made["rows"] for name in row["times"]}, {"ours", "eager", "matrix product"})
        self.assertEqual(made["profile"], {"failure": "not on the CPU"})

    def test_what_has_no_time_is_counted(self):
        code, made, _ = self.run_main("--seconds", "0")
        self.assertEqual((code, made["rows"]), (6, []))
        self.assertIn("13 parts left out, 0 s were over: 64 x 80, batch 1, exact", made["left_out"][0])

    def test_a_part_that_fails_costs_only_itself(self):
        with mock.patch.object(step.step_parts, "product_rows", side_effect=RuntimeError("no memory")):
            code, made, errors = self.run_main("--performance", "exact")
        self.assertEqual((code, made["failures"], len(made["rows"])), (1, ["products: no memory"], 10))
        self.assertIn("step.py: products: no memory", errors)


if __name__ == "__main__":
    unittest.main()
