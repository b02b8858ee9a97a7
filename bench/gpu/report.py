"""What the GPU bench prints and stores. Nothing here needs PyTorch or a GPU; report_test.py proves it."""

import json
import math


def quantile(values, fraction):
    """The fraction-th of the sorted values: 0 is the best, 0.5 the median. As bench/kernels/measure.h has it."""
    return sorted(values)[int(fraction * (len(values) - 1) + 0.5)]


def summary(seconds, work):
    """One contender's times in microseconds and its rate in `work` a second; work is in bytes or FLOP."""
    median = quantile(seconds, 0.5)
    return {"median_us": 1e6 * median, "p10_us": 1e6 * quantile(seconds, 0.1), "p90_us": 1e6 * quantile(seconds, 0.9),
            "samples": len(seconds), "rate": work / median}


def allowed_error(rival, scale):
    """The rule of the project's tests: twice the error of another implementation in the same type, plus a rounding floor."""
    return 2 * rival + 16 * 2.0**-24 * scale


def verdict(errors):
    """Empty where every output is right; NaN never is. errors: (ours, allowed) pairs."""
    wrong = [f"{ours:.1e} where {allowed:.1e} is allowed" for ours, allowed in errors if not ours <= allowed]
    return f"WRONG: error {wrong[0]}" if wrong else ""


def ratio(row, rival):
    """How many times as fast as the rival ours is, or None."""
    times = row.get("times", {})
    if "ours" not in times or rival not in times:
        return None
    return times[rival]["median_us"] / times["ours"]["median_us"]


def share(row, peak):
    """Our rate by the peak's, both of the same rounds, or None."""
    times = row.get("times", {})
    return times["ours"]["rate"] / times[peak]["rate"] if "ours" in times and peak in times else None


UNITS = {"GB/s": 1e9, "TFLOP/s": 1e12}


def cells(row, rivals, peaks):
    ours = row.get("times", {}).get("ours")
    described = [row["kernel"], row["shape"], row["dtype"]]
    if ours is None:
        measured = ["", "", ""]
    else:
        measured = [f"{ours['median_us']:.1f}", f"{ours['p10_us']:.1f} to {ours['p90_us']:.1f}",
                    f"{ours['rate'] / UNITS[row['unit']]:.0f} {row['unit']}"]
    shares = [percent(share(row, peak)) for peak in peaks]
    ratios = [times_as_fast(ratio(row, rival)) for rival in rivals]
    error = f"{row['error']:.1e}" if row.get("error") is not None else ""
    return described + measured + shares + ratios + [error, row.get("note", "")]


def percent(value):
    return "" if value is None else f"{100 * value:.0f} %"


def times_as_fast(value):
    return "" if value is None else f"{value:.2f}"


def table(rows, rivals, peaks):
    """Markdown. rivals and peaks name contenders of the rows."""
    head = ["kernel", "shape", "dtype", "median us", "p10 to p90", "rate"]
    head += [f"of {peak}" for peak in peaks] + [f"x {rival}" for rival in rivals] + ["error", "note"]
    return markdown([head] + [cells(row, rivals, peaks) for row in rows])


def markdown(lines):
    """A table of cells, the first line its head, in columns that line up in a terminal too."""
    widths = [max(len(cell) for cell in column) for column in zip(*lines)]
    ruled = [lines[0], ["-" * width for width in widths], *lines[1:]]
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in ruled)


def peak_line(rows, peak):
    """The peak as these rounds saw it: the median over the rows, and the range."""
    beside = [row for row in rows if peak in row.get("times", {})]
    rates = [row["times"][peak]["rate"] / UNITS[row["unit"]] for row in beside]
    if not rates:
        return f"{peak}: not measured"
    return f"{peak}: {quantile(rates, 0.5):.0f} {beside[0]['unit']} ({min(rates):.0f} to {max(rates):.0f})"


def reasons(rows):
    """Why rivals are missing, each reason once."""
    return sorted({f"no {name}: {reason}" for row in rows for name, reason in row.get("unable", {}).items()})


def csv_rows(text):
    """nvidia-smi's lines of numbers; what it cannot tell ([N/A]) becomes None, broken lines are left out."""
    rows = [[number(cell) for cell in line.split(",")] for line in text.splitlines() if line.strip()]
    return [row for row in rows if len(row) == len(rows[0])]


def number(cell):
    try:
        value = float(cell)
        return value if math.isfinite(value) else None
    except ValueError:
        return None


def spread(values):
    """Least, median and greatest of what is known."""
    known = [value for value in values if value is not None]
    return [min(known), quantile(known, 0.5), max(known)] if known else None


def spread_text(values, unit):
    return "unknown" if values is None else f"{values[0]:.0f} to {values[2]:.0f} {unit}, median {values[1]:.0f}"


def header(document):
    found, clocks = document["machine"], document["clocks"]
    when = f"commit {found['commit']}, {found['date']}, {document['rounds']} rounds"
    if "cuda" not in found:
        return [f"# {document['section']} on the CPU: wired right or not, no measurement", "", when,
                f"PyTorch {found['torch']}"]
    return [
        f"# {document['section']} on {found['name']}", "", when,
        f"driver {found.get('driver_version', 'unknown')}, CUDA {found['cuda']}, cuDNN {found['cudnn']}, "
        f"PyTorch {found['torch']}, {found['sms']} SMs, {found['l2_bytes'] / 2**20:.0f} MiB of L2",
        f"SM clock {spread_text(clocks.get('clocks.sm'), 'MHz')} of {found.get('clocks.max.sm', '?')}; "
        f"memory {spread_text(clocks.get('clocks.mem'), 'MHz')} of {found.get('clocks.max.mem', '?')}; "
        f"power {spread_text(clocks.get('power.draw'), 'W')} of {found.get('power.limit', '?')}; "
        f"{spread_text(clocks.get('temperature.gpu'), 'degrees')}"]


def to_json(document):
    """Strict JSON: what is not finite becomes null."""
    return json.dumps(finite(document), indent=1, allow_nan=False) + "\n"


def finite(value):
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
