"""What the section step prints: its tables and how the goals stand. Nothing here needs PyTorch; step_report_test.py proves it."""

import math
import re

import report

# An approximate velocity whose error is half as large as the velocity itself is none.
USELESS = 0.5


def exact(row):
    return row["performance"] == "exact"


def psnr(rms_error, extent):
    """Decibels; extent is between the least and the greatest value. NaN stays NaN."""
    return math.inf if rms_error == 0 else 20 * math.log10(extent / rms_error)


def graph_notes(run, rounds):
    """That timed steps were not replayed as graphs belongs beside their times. run: of describe_run."""
    launches = int(run["graph_launches"])
    if launches >= rounds:
        return []
    return [f"{launches} graphs for {rounds} steps: {run.get('graph_failure', 'the rest were plain')}"]


def compile_notes(row):
    """A rival that computes something else is no rival."""
    error = row.get("compile_error")
    return [f"compile's error {error:.1e}"] if error is not None and not error <= 2 * row["eager_error"] else []


def mode(row):
    attention = {"auto": "", "ours": ", our attention", "libtorch": ", LibTorch's attention"}[row["attention"]]
    return (row["performance"] if exact(row) else f"{row['performance']}, approximate") + attention


HEAD = ["load", "batch", "mode", "median ms", "p10 to p90", "TFLOP/s", "of product", "x eager", "x compile", "error",
        "eager's error", "PSNR dB", "note"]


def cells(row):
    ours = row.get("times", {}).get("ours")
    measured = [""] * 3
    if ours:
        measured = [f"{ours['median_us'] / 1e3:.2f}", f"{ours['p10_us'] / 1e3:.2f} to {ours['p90_us'] / 1e3:.2f}",
                    f"{ours['rate'] / 1e12:.0f}"]
    ratios = [report.times_as_fast(report.ratio(row, rival)) for rival in ("eager", "compile")]
    errors = [f"{row[name]:.1e}" if row.get(name) is not None else "" for name in ("error", "eager_error")]
    quality = f"{row['psnr']:.1f}" if row.get("psnr") is not None and not exact(row) else ""
    return [row["load"], str(row["batch"]), mode(row), *measured, report.percent(report.share(row, "matrix product")), *ratios,
            *errors, quality, row["note"]]


def steps_table(rows):
    return report.markdown([HEAD] + [cells(row) for row in rows])


def product_ratio(row):
    """How fast our product is beside F.linear: 1 is as fast."""
    return report.ratio(row, "F.linear")


def products_in_all(rows):
    """Milliseconds of all products of a step, ours and F.linear's."""
    return {name: sum(row["per_step"] * row["times"][name]["median_us"] for row in rows) / 1e3 for name in ("ours", "F.linear")}


def products_table(rows):
    lines = [["M x N x K", "in a step", "ours us", "F.linear us", "TFLOP/s", "of product", "rate by F.linear's", "note"]]
    for row in rows:
        ours, linear = row["times"]["ours"], row["times"]["F.linear"]
        lines.append([row["shape"], str(row["per_step"]), f"{ours['median_us']:.1f}", f"{linear['median_us']:.1f}",
                      f"{ours['rate'] / 1e12:.0f}", report.percent(report.share(row, "matrix product")),
                      report.percent(product_ratio(row)), row["note"]])
    sums = products_in_all(rows)
    lines.append(["all of a step", "", f"{1e3 * sums['ours']:.0f}", f"{1e3 * sums['F.linear']:.0f}", "", "",
                  report.percent(sums["F.linear"] / sums["ours"]), ""])
    return report.markdown(lines)


# What a kernel is, by its name; the first that fits.
KINDS = [
    ("attention", re.compile(r"joint_attention|flash|fmha|sdpa|attention", re.IGNORECASE)),
    ("ours", re.compile(r"reflectionflow")),
    ("products", re.compile(r"gemm|gemv|cutlass|cublas|nvjet|xmma|splitk|scaled_mm", re.IGNORECASE)),
]


def kind_of(kernel):
    return next((kind for kind, pattern in KINDS if pattern.search(kernel)), "other")


def profile_of(kernels, steps):
    """kernels: (name, microseconds) of every launch in these steps. Milliseconds and launches of a step by kind, and the longest
    of those that are neither products nor attention."""
    kinds = {kind: {"ms": 0.0, "launches": 0.0} for kind in ("products", "attention", "ours", "other")}
    single = {}
    for name, microseconds in kernels:
        kind = kind_of(name)
        for sums in (kinds[kind], single.setdefault((kind, name), {"ms": 0.0, "launches": 0.0})):
            sums["ms"] += microseconds / 1e3 / steps
            sums["launches"] += 1 / steps
    rest = [{"kind": kind, "kernel": name} | sums for (kind, name), sums in single.items() if kind in ("ours", "other")]
    return {"kinds": kinds, "longest": sorted(rest, key=lambda kernel: -kernel["ms"])[:8],
            "rest_ms": kinds["ours"]["ms"] + kinds["other"]["ms"], "steps": steps}


def short(kernel):
    """A kernel's name without what it is instantiated with."""
    name = re.sub(r"^void |reflectionflow::kernels::|\(anonymous namespace\)::", "", kernel)
    return re.split(r"[<(]", name, maxsplit=1)[0][:60] or kernel[:60]


def profile_table(profile):
    lines = [["kernels", "ms a step", "launches a step"]]
    for kind, sums in profile["kinds"].items():
        lines.append([kind, f"{sums['ms']:.2f}", f"{sums['launches']:.0f}"])
    for kernel in profile["longest"]:
        lines.append([f"- {short(kernel['kernel'])} ({kernel['kind']})", f"{kernel['ms']:.3f}", f"{kernel['launches']:.0f}"])
    return report.markdown(lines)


def found(rows, load, performance):
    """The row of batch 1 with the engine's own choice of attention, or None."""
    wanted = (load, 1, performance, "auto")
    return next((row for row in rows if (row["load"], row["batch"], row["performance"], row["attention"]) == wanted), None)


PLAIN, CORRECTOR = "1024 x 1024", "1024 x 1024 + 1024 condition"
# Row, milliseconds.
LATENCIES = [("exact step", (PLAIN, "exact"), 116), ("exact step with condition", (CORRECTOR, "exact"), 149),
             ("fp8 step", (PLAIN, "fp8"), 75)]


def goals(document):
    """(goal, measured, reached) each; reached is None where nothing is measured, or not on the card that the goal names."""
    rows, products, profile = document["rows"], document["products"], document["profile"]
    made = []

    def add(goal, value, text, reached):
        made.append((goal, "not measured" if value is None else text(value), None if value is None else reached(value)))

    sums = products_in_all(products) if products else None
    add("products at 95 % or more of F.linear's rate", sums and sums["F.linear"] / sums["ours"], report.percent,
        lambda share: share >= 0.95)
    add("everything but products and attention at most 6 ms of an exact step at 1024", profile.get("rest_ms"),
        lambda ms: f"{ms:.2f} ms", lambda ms: ms <= 6)
    for name, load in (("", PLAIN), (" with condition", CORRECTOR)):
        row = found(rows, load, "exact")
        add(f"ahead of torch.compile{name} at 1024", row and report.ratio(row, "compile"),
            lambda ratio: f"{ratio:.2f} times as fast", lambda ratio: ratio > 1)
    for name, wanted, limit in LATENCIES:
        ours = (found(rows, *wanted) or {}).get("times", {}).get("ours")
        add(f"{name} at 1024 in {limit} ms on an H100", ours and ours["median_us"] / 1e3, lambda ms: f"{ms:.1f} ms",
            lambda ms, limit=limit: ms <= limit if "H100" in document["machine"].get("name", "") else None)
    return made


def goals_table(document):
    words = {None: "", True: "reached", False: "missed"}
    return report.markdown([["goal", "measured", ""]] + [[goal, text, words[reached]] for goal, text, reached in goals(document)])


def text_of(document, on_cuda):
    """The whole report. Goals are a card's: on the CPU nothing is measured."""
    parts = report.header(document) + [report.peak_line(document["rows"], "matrix product"), "", steps_table(document["rows"])]
    if document["products"]:
        parts += ["", "Products of an exact step at 1024, ours beside F.linear:", "", products_table(document["products"])]
    parts += ["", document["tunable"]] * bool(document["tunable"])
    if document["profile"].get("kinds"):
        parts += ["", f"Kernels of an exact step at 1024, a mean over {document['profile']['steps']}:", "",
                  profile_table(document["profile"])]
    elif document["profile"]:
        parts += ["", f"no profile: {document['profile']['failure']}"]
    parts += ["", goals_table(document)] if on_cuda else ["", "no graphs, no goals: not on the CPU"]
    return "\n".join([*parts, "", *report.reasons(document["rows"]), *document["left_out"], ""])
