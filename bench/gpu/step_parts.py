"""The products of a step beside PyTorch's, and what the kernels of a step cost."""

import os

import torch
import torch.nn.functional as F
from torch.autograd import DeviceType

import measure
import report
import rows
import step_report
import workload

# Before the profiled ones, so that handles and workspaces are there; so few in all that none is a graph.
PLAIN_STEPS, PROFILED_STEPS = 2, 2


def product_row(bench, clock, sizes, per_step):
    m, n, k = sizes
    x, weight, bias = (torch.randn(shape, dtype=bench.dtype, device=bench.device) for shape in ((m, k), (n, k), (n,)))
    out = torch.full((m, n), float("nan"), dtype=bench.dtype, device=bench.device)
    ours = bench.functions.product(out, bias, x, weight)
    ours()
    clock.finish()
    # Enough rows to see a wrong order of operands; all of them in float64 would take as long as the measurement.
    few = slice(0, min(m, 64))
    truth = F.linear(x[few].double(), weight.double(), bias.double())
    wrong = report.verdict(measure.errors([out[few]], [F.linear(x, weight, bias)[few]], [truth]))
    wrong = wrong or ("" if out.isfinite().all() else "WRONG: not finite")
    work = 2.0 * m * n * k
    contenders = {"ours": measure.Contender(ours, work),
                  "F.linear": measure.Contender(lambda: F.linear(x, weight, bias), work), "matrix product": bench.product()}
    return {"shape": f"{m} x {n} x {k}", "per_step": per_step, "status": "wrong" if wrong else "ok", "note": wrong,
            "times": measure.measure(clock, contenders, bench.args.rounds)}


def product_rows(bench, load):
    clock = measure.CudaClock() if bench.on_cuda else measure.CpuClock()
    found = workload.products(bench.config, load, bench.joined)
    return [product_row(bench, clock, sizes, per_step) for sizes, per_step in found.items()]


def tunable_line(bench, load):
    """What PYTORCH_TUNABLEOP_ENABLED would change of the product that takes most of a step."""
    if not bench.on_cuda:
        return "TunableOp: not on the CPU"
    times = workload.products(bench.config, load, bench.joined)
    m, n, k = max(times, key=lambda sizes: times[sizes] * sizes[0] * sizes[1] * sizes[2])
    x, weight, bias = (torch.randn(shape, dtype=bench.dtype, device=bench.device) for shape in ((m, k), (n, k), (n,)))

    def plain():
        F.linear(x, weight, bias)

    def tuned():
        tunable.enable(True)
        try:
            plain()
        finally:
            tunable.enable(False)

    try:
        from torch.cuda import tunable
        tunable.set_filename(os.devnull)  # else it leaves a table of its own in the working folder
        work = 2.0 * m * n * k
        contenders = {"on": measure.Contender(tuned, work), "off": measure.Contender(plain, work)}
        found = measure.measure(measure.CudaClock(), contenders, bench.args.rounds)
    except Exception as error:  # a rival's own troubles, of whatever kind
        return f"TunableOp: {rows.one_line(error)}"
    return (f"TunableOp on F.linear {m} x {n} x {k}: {found['on']['median_us']:.1f} us, "
            f"without it {found['off']['median_us']:.1f} us")


def kernels_of(profiler):
    """(name, microseconds) of every launch."""
    return [(event.name, event.time_range.elapsed_us()) for event in profiler.events() if event.device_type == DeviceType.CUDA]


def profile(bench, load):
    if not bench.on_cuda:
        return {"failure": "not on the CPU"}
    case = bench.case(load)
    try:
        with bench.engine(load) as engine, engine.run(case.inputs, PLAIN_STEPS + PROFILED_STEPS + 1) as run:
            for _ in range(PLAIN_STEPS):
                run.step()
            torch.cuda.synchronize()
            with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CUDA]) as profiler:
                for _ in range(PROFILED_STEPS):
                    run.step()
                torch.cuda.synchronize()
    except Exception as error:  # a profiler's troubles; a device that is lost shows at once where all wait for it
        return {"failure": rows.one_line(error)}
    kernels = kernels_of(profiler)
    return step_report.profile_of(kernels, PROFILED_STEPS) if kernels else {"failure": "the profiler saw no kernel"}
