#!/usr/bin/env python3
"""A step of FLUX.1-dev by the engine and by PyTorch, at full size with random weights: tables on stdout and, with JSON, in files.

    step.py --library BUILD/libgpu_engine.so --build BUILD --out results --seconds 300
    step.py --library BUILD/libgpu_engine.so --device cpu --small

bench/gpu/run.sh builds the library and calls this. Exit codes: 0 done, 1 a result is wrong or a part failed, 2 usage, 3 PyTorch
or the library is missing, 4 no GPU or too little of its memory, 6 parts were left out for want of time.
"""

import argparse
import os
import pathlib
import sys
import time

import report


def refuse(code, text):
    print(f"step.py: {text}", file=sys.stderr)
    raise SystemExit(code)


try:
    import torch
except ImportError as missing:
    refuse(3, f"{sys.executable} has no PyTorch ({missing}): install torch 2.10 or newer with pip")

import machine
import rows
import step_engine
import step_parts
import step_report
import step_rows
import workload
from library import Refused

# 22 of weights; beside them 7 of copies that an exact engine has of those that it joins, or 8 in eight bits; what a step takes.
NEEDED_GIB = 36
COMPILE_SHARE = 0.6  # of the seconds; who begins later to compile keeps others from being measured


def arguments(given=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", required=True, help="libgpu_engine.so")
    parser.add_argument("--build", type=pathlib.Path, help="folder that CMake built in; nothing else of it is needed here")
    parser.add_argument("--out", type=pathlib.Path, help="folder for step.md and step.json; without it, only stdout")
    parser.add_argument("--performance", help="modes, separated by commas; by default exact and what the card has in eight bits")
    parser.add_argument("--rounds", type=int, default=15, help="samples of each contender (%(default)s)")
    parser.add_argument("--seconds", type=float, default=300, help="parts that would begin later are left out (%(default)s)")
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out, which takes most of the time")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda", help="cpu shows only that all is wired right")
    parser.add_argument("--small", action="store_true", help="a network that any machine computes at once")
    args = parser.parse_args(given)
    if args.rounds < 1:
        parser.error(f"--rounds {args.rounds} is less than 1")
    args.until = time.monotonic() + args.seconds
    args.compile_until = time.monotonic() + COMPILE_SHARE * args.seconds
    return args


def performances(args, device):
    if args.performance:
        return args.performance.split(",")
    if device.type == "cpu":
        return ["exact"]
    return ["exact", "fp8" if torch.cuda.get_device_capability(device) >= (8, 9) else "int8"]


def same(one, other):
    """Whether two rows are of the same step."""
    return all(one[name] == other[name] for name in ("load", "batch", "performance", "attention"))


def put(document, row):
    """A row with torch.compile among its rivals takes the place of the one without."""
    rows_before = document["rows"]
    document["rows"] = [row if same(row, before) else before for before in rows_before]
    if not any(same(row, before) for before in rows_before):
        document["rows"].append(row)
    return row


def parts(bench, document):
    """(name, call) each, the most important first; a call returns its row, if it makes one. Compiling, which may take all that is
    left of the time, comes when the numbers that matter are stored."""
    def load(side, batch, condition):
        return workload.load_of(side, batch, condition, bench.args.small)

    def row(side, batch, condition, performance, attention="auto", compiled=False):
        made = load(side, batch, condition)
        name = f"{made.name()}, batch {batch}, {performance}, attention {attention}"

        def call():
            if compiled and not step_rows.may_compile(bench, made):
                document["left_out"].append(f"{name}: torch.compile left out, it would begin too late")
                return None
            found = step_rows.step_row(bench, made, performance, attention, compiled)
            if compiled and found["status"] == "refused":  # there may be no memory for what is compiled: the first row stays
                raise Refused(found["note"])
            return put(document, found)

        return name + ", beside torch.compile" * compiled, call

    modes = performances(bench.args, bench.device)
    plain = load(1024, 1, False)
    yield row(1024, 1, False, modes[0])
    yield "products", lambda: document["products"].extend(step_parts.product_rows(bench, plain))
    yield "profile", lambda: document["profile"].update(step_parts.profile(bench, plain))
    yield from (row(1024, 1, False, performance) for performance in modes[1:])
    yield from (row(1024, 1, True, performance) for performance in modes)
    if bench.compiles:  # for more loads than these it takes too long
        yield from (row(1024, 1, condition, performance, compiled=True) for condition in (False, True) for performance in modes)
    for side, batch, condition in ((512, 1, False), (512, 1, True), (1024, 2, False), (1024, 2, True), (512, 2, False),
                                   (512, 2, True)):
        yield from (row(side, batch, condition, performance) for performance in modes)
    yield from (row(1024, 1, condition, modes[0], "ours") for condition in (False, True))
    yield "TunableOp", lambda: document.update(tunable=step_parts.tunable_line(bench, plain))


def said(row):
    """For whoever waits, and all that is left where the process is killed."""
    ours = row.get("times", {}).get("ours")
    return f"{row['load']}, batch {row['batch']}, {step_report.mode(row)}: {row['status']}" + (
        f", {ours['median_us'] / 1e3:.1f} ms" if ours else "")


def store(document, out, on_cuda):
    if out:
        out.mkdir(parents=True, exist_ok=True)
        (out / "step.md").write_text(step_report.text_of(document, on_cuda))
        (out / "step.json").write_text(report.to_json(document))


def take(bench, document):
    """All parts that time allows, each stored as soon as it is there: a device that hangs takes the process with it."""
    waiting = list(parts(bench, document))
    for done, (name, call) in enumerate(waiting):
        if time.monotonic() > bench.args.until:
            names = "; ".join(left for left, _ in waiting[done:])
            document["left_out"].append(
                f"{len(waiting) - done} parts left out, {bench.args.seconds:.0f} s were over: {names}")
            return
        row, lost = None, False
        try:
            row = call()
            bench.tidy()
        except Exception as error:  # one part's troubles must not cost those that are measured already
            document["failures"].append(f"{name}: {rows.one_line(error)}")
            lost = bench.lost()
        if row:
            print(said(row), file=sys.stderr)
        store(document, bench.args.out, bench.on_cuda)
        if lost:
            document["left_out"].append(f"{len(waiting) - done - 1} parts left out: the device is lost to this process")
            return


def complaints(document):
    bad = [f"{row['load']}, batch {row['batch']}, {step_report.mode(row)}: {row['note']}" for row in document["rows"]
           if row["status"] != "ok"]
    bad += [f"product {row['shape']}: {row['note']}" for row in document["products"] if row["status"] != "ok"]
    return bad + document["failures"]


def prepared(args):
    if args.device == "cuda":
        if not torch.cuda.is_available():
            refuse(4, f"PyTorch {torch.__version__} sees no GPU: check nvidia-smi and that this build of PyTorch has CUDA")
        free = torch.cuda.mem_get_info()[0] / 2**30
        if free < NEEDED_GIB and not args.small:
            refuse(4, f"FLUX.1-dev beside PyTorch takes {NEEDED_GIB} GiB of a GPU's memory, and {free:.1f} are free")
    device = torch.device("cuda", torch.cuda.current_device()) if args.device == "cuda" else torch.device("cpu")
    try:
        return step_engine.Functions(os.path.abspath(args.library)), device
    except OSError as error:
        refuse(3, f"{args.library} cannot be loaded: {error}")


def main():
    args = arguments()
    functions, device = prepared(args)
    torch.manual_seed(0)
    document = {"section": "step", "machine": machine.facts(device), "clocks": {}, "rounds": args.rounds, "rows": [],
                "products": [], "profile": {}, "tunable": "", "left_out": [], "failures": []}
    with machine.Watch(device) as watch, torch.no_grad():
        bench = step_rows.Bench(args, functions, device)
        take(bench, document)
    document["clocks"] = watch.seen
    store(document, args.out, bench.on_cuda)
    print(step_report.text_of(document, bench.on_cuda))
    bad = complaints(document)
    for complaint in bad:
        print(f"step.py: {complaint}", file=sys.stderr)
    return 1 if bad else 6 if document["left_out"] else 0


if __name__ == "__main__":
    code = main()
    # A device that hangs would keep a tidy exit waiting for it.
    sys.stdout.flush()
    os._exit(code)
