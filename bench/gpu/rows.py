"""The rows of a table: a case is checked, then timed among its rivals."""

import sys
import time

import torch

import cases
import measure
import report
from library import Refused

NAMES = {torch.bfloat16: "bf16", torch.float16: "fp16", torch.float32: "fp32"}
COPY_BYTES = 2 << 30  # read and written; far more than any cache


def one_line(error):
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120]


def in_double(tensor):
    return tensor.double() if tensor.is_floating_point() else tensor


def checked(case, clock):
    """Runs ours once and compares with the formula in float64, beside the formula in the kernel's own type. Puts back what
    a kernel in place has changed. Returns the greatest relative error and all (ours, allowed) pairs."""
    before = [result.clone() for result in case.results]
    truth = [in_double(result) for result in case.truth(*[in_double(operand) for operand in case.operands])]
    rival = [result.clone() for result in case.formula(*case.operands)]
    case.ours()
    clock.finish()
    pairs = measure.errors(case.results, rival, [true.double() for true in truth])
    for result, saved in zip(case.results, before, strict=True):
        result.copy_(saved)
    return max(ours for ours, _ in pairs[::2]), pairs


def in_place(case):
    """What ours reads and writes, with a way to put it back before each call."""
    operands = {operand.data_ptr() for operand in case.operands}
    changed = [(result, result.clone()) for result in case.results if result.data_ptr() in operands]

    def put_back():
        for result, saved in changed:
            result.copy_(saved)

    return put_back


def described(case, dtype):
    return {"kernel": case.kernel, "shape": case.shape, "dtype": NAMES[dtype], "unit": case.unit, "work": case.work,
            "status": "ok", "note": ""}


def row_of(case, dtype, clock, rivals, rounds):
    """rivals: contenders by name; one that cannot run is named in the note and left out."""
    row = described(case, dtype) | {"unable": {}}
    try:
        row["error"], pairs = checked(case, clock)
        wrong = report.verdict(pairs)
        contenders = {"ours": measure.Contender(case.ours, case.work, in_place(case))}
        contenders |= able(rivals, row["unable"])
        row["times"] = measure.measure(clock, contenders, rounds)
    except Refused as refusal:
        return row | {"status": "refused", "note": str(refusal)}
    except RuntimeError as error:  # CUDA's, after which every call fails, or ours where nothing ends
        return row | {"status": "broken", "note": f"BROKEN: {one_line(error)}"}
    row["note"] = "; ".join([wrong] * bool(wrong) + [f"no {name}" for name in row["unable"]])
    row["status"] = "wrong" if wrong else "ok"
    return row


def able(rivals, unable):
    """Those that run; for the others `unable` gets the reason."""
    found = {}
    for name, contender in rivals.items():
        try:
            contender.call()
            found[name] = contender
        except Exception as error:  # a rival's own troubles, of whatever kind, must not cost us the row
            unable[name] = one_line(error)
    return found


def compiled(case):
    torch._dynamo.reset()
    call = torch.compile(case.formula, fullgraph=True, dynamic=False)
    return measure.Contender(lambda: call(*case.operands), case.work)


def said(row):
    """For whoever waits, and all that is left where the process is killed."""
    ours = row.get("times", {}).get("ours")
    measured = f", {ours['median_us']:.1f} us, {ours['rate'] / report.UNITS[row['unit']]:.0f} {row['unit']}" if ours else ""
    return f"{row['kernel']} {row['shape']} {row['dtype']}: {row['status']}{measured}"


def rows_of(args, library, device, makes, rivals_of):
    """A row of each case in each type; makes: from a Maker to a Case, rivals_of: from a case and its type to the other
    contenders. Returns the rows, and lines on what was left out and why."""
    clock = measure.CudaClock() if device.type == "cuda" else measure.CpuClock()
    # All of the first type, then the next: should time run out, the main line stands.
    work = [(dtype, make) for dtype in args.dtypes for make in makes]
    made = []
    for done, (dtype, make) in enumerate(work):
        if time.monotonic() > args.until:
            return made, [f"{len(work) - done} rows left out: {args.seconds:.0f} s were over"]
        case = make(cases.Maker(library, device, dtype, args.small, clock.l2_bytes))
        if args.kernel and args.kernel not in case.kernel:
            continue
        made.append(row_of(case, dtype, clock, rivals_of(case, dtype), args.rounds))
        print(said(made[-1]), file=sys.stderr)
        if made[-1]["status"] == "broken":
            return made, [f"{len(work) - done - 1} rows left out: the device is lost to this process, choose others by --kernel"]
    return made, []


def kernel_rows(args, library, device):
    large = measure.copy(device, 1 << 20 if args.small else COPY_BYTES)
    product = measure.matrix_product(device, 64 if args.small else 8192)

    def peaks_of(case):
        if case.unit == "TFLOP/s":
            return {"matrix product": product}
        return {"equal copy": measure.copy(device, case.work), "copy": large}

    def rivals_of(case, dtype):
        rivals = {"eager": measure.Contender(lambda: case.formula(*case.operands), case.work)}
        # One type is enough to compare code generators, and compiling takes seconds, which other rows need too.
        if not args.no_compile and dtype == args.dtypes[0] and time.monotonic() < args.compile_until:
            rivals["compile"] = compiled(case)
        return rivals | peaks_of(case)

    return rows_of(args, library, device, cases.KERNELS, rivals_of)
