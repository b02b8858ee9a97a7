#!/usr/bin/env python3
"""Runs every CUDA test of a build in each mode, as many at once as the machine has cores for, and prints a table.

    tests.py --build bench/target/gpu --modes memcheck,racecheck --out results/sanitize

A test that is skipped counts as failed: where this runs there is a GPU. Exit codes: 0 all passed, 1 one failed, 3 the build has
no CUDA tests, 6 time ran out.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import time

import report

SANITIZER_FOUND = 99


def sanitizer(tool):
    return ["compute-sanitizer", "--tool", tool, "--error-exitcode", str(SANITIZER_FOUND)]


# What stands before the test's command, what its environment has besides, and after how many seconds it must be hanging.
MODES = {
    "plain": ([], {}, 100),
    # The driver compiles the PTX for compute_80 instead of taking machine code: an A100's code on newer cards. LibTorch has
    # machine code only, so that tests of more than our kernels are left out.
    "ptx": ([], {"CUDA_FORCE_PTX_JIT": "1"}, 100),
    "memcheck": (sanitizer("memcheck"), {}, 400),
    "racecheck": (sanitizer("racecheck"), {}, 400),
}
SKIPPED = 77
LEFT_OUT = "left out"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="folder that CMake built in")
    parser.add_argument("--modes", default="plain", help="of " + ",".join(MODES) + " (%(default)s)")
    parser.add_argument("--tests", default="", help="names, separated by commas; by default all")
    parser.add_argument("--seconds", type=float, default=300, help="for all together (%(default)s)")
    parser.add_argument("--out", type=pathlib.Path, help="stem of the files .md, .json and .log")
    args = parser.parse_args()
    args.modes = args.modes.split(",")
    unknown = [mode for mode in args.modes if mode not in MODES]
    if unknown:
        parser.error(f"--modes {unknown[0]} is none of {', '.join(MODES)}")
    return args


def cuda_tests(build):
    """{name: (command, environment, whether it needs LibTorch)} as CTest knows them."""
    listed = subprocess.run(["ctest", "--test-dir", str(build), "-R", "_cuda_test$", "--show-only=json-v1"],
                            capture_output=True, text=True, check=True).stdout
    found = {}
    for test in json.loads(listed)["tests"]:
        properties = {each["name"]: each["value"] for each in test["properties"]}
        environment = dict(setting.split("=", 1) for setting in properties.get("ENVIRONMENT", []))
        found[test["name"].removesuffix("_cuda_test")] = test.get("command"), environment, "libtorch" in properties.get("LABELS", [])
    return found


def chosen(tests, names):
    """Those that are asked for; KeyError names one that is not there."""
    if not tests:
        raise KeyError("anything")
    return {name: tests[name] for name in names.split(",")} if names else tests


RESULTS = {0: "ok", SKIPPED: "SKIPPED", SANITIZER_FOUND: "FAULTS"}


def run_test(name, command, environment, libtorch, mode, until):
    if libtorch and mode == "ptx":
        return {"kernel": name, "mode": mode, "result": LEFT_OUT, "seconds": 0, "output": ""}
    before, besides, longest = MODES[mode]
    left, begun = until - time.monotonic(), time.monotonic()
    if command is None or left <= 0:
        return {"kernel": name, "mode": mode, "result": "no time" if command else "NOT BUILT", "seconds": 0, "output": ""}
    try:
        done = subprocess.run([*before, *command], env=os.environ | environment | besides, timeout=min(left, longest), text=True,
                              errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        result, output = RESULTS.get(done.returncode, f"FAIL {done.returncode}"), done.stdout
    except subprocess.TimeoutExpired as expired:
        result = "HANGS" if longest < left else "no time"
        output = (expired.stdout or b"").decode(errors="replace")
    return {"kernel": name, "mode": mode, "result": result, "seconds": round(time.monotonic() - begun, 1), "output": output}


def table_of(runs, modes):
    found = {(run["kernel"], run["mode"]): run for run in runs}
    names = sorted({run["kernel"] for run in runs})
    lines = [["kernel", *modes]]
    for name in names:
        cells = [found[name, mode] for mode in modes]
        lines.append([name, *[f"{cell['result']}, {cell['seconds']:.0f} s" for cell in cells]])
    return report.markdown(lines)


def exit_code(runs):
    results = {run["result"] for run in runs}
    if results - {"ok", "no time", LEFT_OUT}:
        return 1
    return 6 if "no time" in results else 0


def heading(run):
    return f"{run['kernel']} {run['mode']}: {run['result']}"


def store(stem, modes, text, runs):
    """All output goes to one file: a machine that is lent may give back only a few."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    stem.with_suffix(".md").write_text(text + "\n")
    kept = [{key: value for key, value in run.items() if key != "output"} for run in runs]
    stem.with_suffix(".json").write_text(report.to_json({"modes": modes, "runs": kept}))
    stem.with_suffix(".log").write_text("".join(f"===== {heading(run)}\n{run['output']}\n" for run in runs))


def main():
    args = arguments()
    try:
        tests = chosen(cuda_tests(args.build), args.tests)
    except KeyError as missing:
        print(f"tests.py: {args.build} has no CUDA test of {missing.args[0]}", file=sys.stderr)
        return 3
    until = time.monotonic() + args.seconds
    with concurrent.futures.ThreadPoolExecutor(max(1, min(8, len(os.sched_getaffinity(0)) // 2))) as pool:
        waiting = [pool.submit(run_test, name, *test, mode, until) for mode in args.modes for name, test in tests.items()]
        runs = [future.result() for future in waiting]
    text = table_of(runs, args.modes)
    print(text + "\n")
    for run in runs:
        if run["result"] not in ("ok", "no time", LEFT_OUT):
            print(heading(run), *run["output"].strip().splitlines()[-15:], sep="\n  ", file=sys.stderr)
    if args.out:
        store(args.out, args.modes, text, runs)
    return exit_code(runs)


if __name__ == "__main__":
    sys.exit(main())
