"""The rows of the step's table: a step is checked against the truth beside PyTorch's, then timed among its rivals."""

import time

import torch

import flux
import measure
import report
import rows
import step_report
import workload
from library import Refused
from step_engine import Engine, wait

# Enough for a graph, which comes after three plain steps, and for a few of its launches.
CHECKED_STEPS = 8
# Those that a run has beyond the timed ones: the last waits for the device, and a graph is not made for the last few.
SPARE_STEPS = 4
FAST_IN_DOUBLE = [(8, 0), (9, 0), (10, 0)]


class StepClock:
    """Times by CUDA events in the stream where a call computes, with nothing beside it. The device waits there for some ten
    milliseconds first: so the host is ahead of it, as it is between the steps of a run, and what Python, guards of compiled
    code and launches cost counts only where it takes longer than the device. A step's operands are many times the L2, so
    nothing is done to the caches."""

    LEAD = 20_000_000  # of the device's cycles

    def prepare(self, calls):
        for call in calls:
            for _ in range(measure.WARM_UPS):
                call()
        torch.cuda.synchronize()

    def start(self, call):
        torch.cuda.synchronize()
        stream = getattr(call, "stream", None) or torch.cuda.current_stream()
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        with torch.cuda.stream(stream):
            torch.cuda._sleep(self.LEAD)
        begin.record(stream)
        call()
        end.record(stream)
        return begin, end

    def seconds(self, started):
        torch.cuda.synchronize()
        return [begin.elapsed_time(end) / 1000 for begin, end in started]


class OurStep:
    """A run's next step, as a contender's call."""

    def __init__(self, engine, run):
        self.stream, self._run = engine.stream(), run

    def __call__(self):
        self._run.step()


def truth_type(device):
    """The widest that the device computes a step in within seconds."""
    slow = device.type == "cuda" and torch.cuda.get_device_capability(device) not in FAST_IN_DOUBLE
    return torch.float32 if slow else torch.float64


class Case:
    """A load with its inputs and what PyTorch makes of them; the truth is kept, as all modes are compared with it."""

    def __init__(self, bench, load):
        self.load = load
        self.adapters = bench.adapters if load.condition_grid else None
        self.inputs = workload.Inputs(bench.config, load, bench.dtype, bench.device)
        self.network = flux.Flux(bench.config, bench.weights, self.adapters)
        self.truth = self.network.forward(*self.inputs.arguments(truth_type(bench.device))).double().cpu()
        self.eager = self.network.forward(*self.inputs.arguments()).cpu()
        self._compiled = None

    def step(self, forward=None):
        arguments = self.inputs.arguments()
        call = forward or self.network.forward
        return lambda: call(*arguments)

    def is_compiled(self):
        return self._compiled is not None

    def compiled(self):
        if not self.is_compiled():
            self._compiled = torch.compile(self.network.forward, fullgraph=True, dynamic=False)
        return self.step(self._compiled)


class Bench:
    """What all parts share: PyTorch's weights above all."""

    def __init__(self, args, functions, device):
        self.args, self.functions, self.device = args, functions, device
        self.config, self.dtype = flux.SMALL if args.small else flux.Config(), torch.bfloat16
        deviation, rank = (0.2, 4) if args.small else (0.02, 32)
        self.weights = flux.random_weights(self.config, self.dtype, device, deviation)
        self.adapters = flux.random_adapters(self.config, self.dtype, device, rank, deviation)
        self.on_cuda = device.type == "cuda"
        self.joined = self.on_cuda  # products, as engine_config.cpp decides it
        self.compiles = self.on_cuda and not args.no_compile
        self._cases = {}

    def case(self, load):
        if load not in self._cases:
            self._cases[load] = Case(self, load)
        return self._cases[load]

    def engine(self, load, performance="exact", attention="auto"):
        adapters = self.adapters if load.condition_grid else None
        return Engine(self.functions, self.config, self.weights, adapters, performance, attention)

    def tidy(self):
        """Gives back eight-bit weights and workspaces, which no graph names any more."""
        wait(self.device)
        if self.on_cuda:
            torch.cuda.empty_cache()

    def allocation_retries(self):
        return torch.cuda.memory_stats(self.device).get("num_alloc_retries", 0) if self.on_cuda else 0

    def lost(self):
        """Whether every call fails from here on."""
        try:
            wait(self.device)
            return False
        except RuntimeError:
            return True

    def product(self):
        return measure.matrix_product(self.device, 64 if self.args.small else 8192)


def checked(engine, case):
    """Our velocity of the first step, and whether a run of graphs ends where one of plain steps does."""
    with engine.run(case.inputs, CHECKED_STEPS, recorded=True) as plain:
        for _ in range(CHECKED_STEPS):
            plain.step()
        velocity, latents = plain.velocity(0), plain.latents()
    with engine.run(case.inputs, CHECKED_STEPS) as graphs:
        for _ in range(CHECKED_STEPS):
            graphs.step()
        return velocity, torch.equal(graphs.latents(), latents)


def judged(row, case, velocity, same):
    """Fills in the errors; returns what is wrong, in words."""
    rms, greatest = measure.distance(velocity, case.truth)
    row |= {"error": rms, "greatest_error": greatest, "eager_error": measure.distance(case.eager, case.truth)[0],
            "psnr": step_report.psnr(rms * case.truth.square().mean().sqrt().item(),
                                     (case.truth.max() - case.truth.min()).item())}
    wrong = []
    if step_report.exact(row):
        verdict = report.verdict(measure.errors([velocity], [case.eager], [case.truth]))
        wrong += [verdict] if verdict else []
    elif not rms < step_report.USELESS:
        wrong.append(f"WRONG: error {rms:.1e}")
    return wrong + ["WRONG: a graph's latents are not those of plain steps"] * (not same)


def may_compile(bench, load):
    return bench.case(load).is_compiled() or time.monotonic() < bench.args.compile_until


def contenders_of(bench, case, ours, row):
    rivals = {"eager": case.step()}
    if row["compile"]:
        rivals["compile"] = case.compiled()
    rivals = rows.able({name: measure.Contender(call, row["work"]) for name, call in rivals.items()}, row["unable"])
    if "compile" in rivals:
        row["compile_error"] = measure.distance(rivals["compile"].call().cpu(), case.truth)[0]
    return {"ours": measure.Contender(ours, row["work"])} | rivals | {"matrix product": bench.product()}


def timed(bench, engine, case, row):
    """Fills in the times and how ours was computed; returns what is wrong, in words."""
    steps = measure.WARM_UPS + bench.args.rounds + SPARE_STEPS
    clock = StepClock() if bench.on_cuda else measure.CpuClock()
    with engine.run(case.inputs, steps) as run:
        contenders = contenders_of(bench, case, OurStep(engine, run), row)
        retries = bench.allocation_retries()
        row["times"] = measure.measure(clock, contenders, bench.args.rounds)
        row["run"] = run.describe()
    # Then LibTorch has given memory back that a graph may still name.
    return ["WRONG: memory ran short between the steps"] * (bench.allocation_retries() > retries)


def step_row(bench, load, performance, attention="auto", compiled=False):
    """compiled: torch.compile is among the rivals."""
    row = {"load": load.name(), "batch": load.batch, "performance": performance, "attention": attention, "status": "ok",
           "work": workload.operations(bench.config, load), "unit": "TFLOP/s", "note": "", "unable": {},
           "compile": compiled}
    try:
        case = bench.case(load)
        with bench.engine(load, performance, attention) as engine:
            wrong = judged(row, case, *checked(engine, case))
            wrong += timed(bench, engine, case, row)
    except (Refused, torch.OutOfMemoryError) as refusal:
        return row | {"status": "refused", "note": rows.one_line(refusal)}
    notes = wrong + step_report.compile_notes(row) + [f"no {name}" for name in row["unable"]]
    if bench.on_cuda:
        notes += step_report.graph_notes(row["run"], bench.args.rounds)
    return row | {"status": "wrong" if wrong else "ok", "note": "; ".join(notes)}
