#!/usr/bin/env python3
"""Our CUDA kernels beside LibTorch's on this machine's GPU: a table on stdout, the same as JSON in a file.

    bench.py kernels --library BUILD/libgpu_kernels.so --out results
    bench.py attention --library BUILD/libgpu_kernels.so --kernel joint_attention --rounds 101

bench/gpu/run.sh builds the library and calls this. Exit codes: 0 done, 1 a result is wrong, a kernel refused or broke the device,
2 usage, 3 PyTorch or the library is missing, 4 no GPU, 6 rows were left out for want of time.
"""

import argparse
import os
import pathlib
import sys
import time

import report


def refuse(code, text):
    print(f"bench.py: {text}", file=sys.stderr)
    raise SystemExit(code)


try:
    import torch
except ImportError as missing:
    refuse(3, f"{sys.executable} has no PyTorch ({missing}): install torch 2.10 or newer with pip")

import attention
import machine
import rows
from library import Library

DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}
SECTIONS = {
    # Section: who makes its rows, the rivals that the table shows, and the peaks, first those that are the same for all rows.
    "kernels": (rows.kernel_rows, ["eager", "compile"], ["copy", "matrix product", "equal copy"]),
    "attention": (attention.attention_rows, ["cuDNN", "FlashAttention-2"], ["matrix product"]),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("section", choices=SECTIONS)
    parser.add_argument("--library", required=True, help="libgpu_kernels.so")
    parser.add_argument("--out", type=pathlib.Path, help="folder for SECTION.md and SECTION.json; without it, only stdout")
    parser.add_argument("--kernel", help="only rows of kernels whose name contains this")
    parser.add_argument("--dtypes", default="", help="of bf16,fp16,fp32; by default bf16 and fp16")
    parser.add_argument("--rounds", type=int, default=51, help="samples of each contender (%(default)s)")
    parser.add_argument("--seconds", type=float, default=300, help="rows that would begin later are left out (%(default)s)")
    parser.add_argument("--no-compile", action="store_true", help="leave torch.compile out, which takes most of the time")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda", help="cpu shows only that all is wired right")
    parser.add_argument("--small", action="store_true", help="shapes that any machine computes at once")
    args = parser.parse_args()
    args.dtypes = args.dtypes.split(",") if args.dtypes else ["bf16", "fp16"]
    unknown = [name for name in args.dtypes if name not in DTYPES]
    if unknown:
        parser.error(f"--dtypes {unknown[0]} is none of {', '.join(DTYPES)}")
    if args.rounds < 1:
        parser.error(f"--rounds {args.rounds} is less than 1")
    args.dtypes = [DTYPES[name] for name in args.dtypes]
    args.until = time.monotonic() + args.seconds
    args.compile_until = time.monotonic() + 0.7 * args.seconds
    return args


def main():
    args = arguments()
    if args.device == "cuda" and not torch.cuda.is_available():
        refuse(4, f"PyTorch {torch.__version__} sees no GPU: check nvidia-smi and that this build of PyTorch has CUDA")
    device = torch.device(args.device)
    try:
        library = Library(os.path.abspath(args.library), device)
    except OSError as error:
        refuse(3, f"{args.library} cannot be loaded: {error}")
    torch.manual_seed(0)
    make_rows, rivals, peaks = SECTIONS[args.section]
    with machine.Watch(device) as watch, torch.inference_mode():
        made, left_out = make_rows(args, library, device)
    document = {"section": args.section, "machine": machine.facts(device), "clocks": watch.seen,
                "rounds": args.rounds, "rows": made, "left_out": left_out}
    text = "\n".join([*report.header(document), *[report.peak_line(made, peak) for peak in peaks[:2]], "",
                      report.table(made, rivals, peaks), "", *report.reasons(made), *left_out, ""])
    print(text)
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        (args.out / f"{args.section}.md").write_text(text)
        (args.out / f"{args.section}.json").write_text(report.to_json(document))
    bad = [row for row in made if row["status"] != "ok"]
    for row in bad:
        print(f"bench.py: {row['kernel']} {row['shape']} {row['dtype']}: {row['note']}", file=sys.stderr)
    if bad:
        return 1
    if not made and not left_out:
        refuse(2, f"no kernel of the section {args.section} is called {args.kernel}")
    return 6 if left_out else 0


if __name__ == "__main__":
    code = main()
    # A device that hangs would keep a tidy exit waiting for it.
    sys.stdout.flush()
    os._exit(code)
