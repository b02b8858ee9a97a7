#!/usr/bin/env python3
"""The same image of FLUX.1-dev from Java and from the native engine: whether the pixels are equal, and what Java adds.

    java.py --library BUILD/libgpu_engine.so --build BUILD --out results --seconds 300
    java.py --library BUILD/libgpu_engine.so --build BUILD --engine ENGINE --device cpu --small

Java comes along: bench/gpu/bundle.sh packs a runtime with our classes on a machine that has a JDK and Maven, and what it writes
is found in bench/target/gpu-java.tar.gz or where REFLECTIONFLOW_BUNDLE says. The engine is the one in BUILD/engine, LibTorch this
PyTorch's. Exit codes: 0 done, 1 pixels differ or one side failed, 2 usage, 3 something is missing, 4 no GPU or too little memory,
6 no time was left.
"""

import os
import pathlib
import sys
import time

import java_bundle
import report
from image import arguments, library_of, model_of, publish, refuse, woken

import torch

import image_parts
import image_run
import machine
from image_engine import Refused

PROMPT = "a photo of a red circle left of a blue square"  # of `reflectionflow bench`
TIMED = [stage for stage in image_run.STAGES if stage != "text"]  # Java keeps what a prompt became


def options(parser):
    parser.add_argument("--engine", type=pathlib.Path, help="folder of libreflectionflow.so; by default BUILD/engine")
    parser.add_argument("--runs", type=int, default=5, help="images of each side that count (%(default)s)")


def embedded(session):
    """The prompt's embeddings as Java draws them for random weights: values in [-1, 1) from java.util.SplittableRandom."""
    model = session.model
    transformer, tokens = model.parts["transformer"], model.tokens
    first = tokens * transformer["text_width"]
    values = splittable_random(string_hash(PROMPT), first + transformer["pooled_width"])
    return session.engine.put_text(image_run.floats(values[:first]), tokens, image_run.floats(values[first:]))


def string_hash(text):
    """java.lang.String.hashCode."""
    value = 0
    for character in text:
        value = (31 * value + ord(character)) & 0xFFFFFFFF
    return value - (value >> 31 << 32)


def splittable_random(seed, count):
    """The first nextInt() of java.util.SplittableRandom(seed), by 2^-31."""
    z = seed + torch.arange(1, count + 1, dtype=torch.int64) * signed(0x9E3779B97F4A7C15)
    z = (z ^ shifted(z, 33)) * signed(0x62A9D9ED799705F5)
    z = (z ^ shifted(z, 28)) * signed(0xCB24D0A5C88C35B3)
    return (z >> 32).float() * 2.0**-31


def signed(bits):
    return bits - (bits >> 63 << 64)


def shifted(values, places):
    """To the right, with zeros from the left."""
    return (values >> places) & ((1 << (64 - places)) - 1)


def native_side(args, model, device):
    """What the native engine takes, and the first picture's hash."""
    session = image_run.Session(library_of(args), model, device)
    try:
        request = image_run.Request(model, args.size, args.steps, 0, embedded)
        first = request.draw(session)
        sha256, opened = request.sha256(), sum(session.seconds.values())
        drawn = sum(first.values())
        samples = []
        for seed in range(1, 1 + args.runs):
            # Java takes as long as this side has, and its first image more.
            if samples and time.monotonic() + opened + (3 + len(samples)) * drawn > args.until:
                break
            seconds = image_run.Request(model, args.size, args.steps, seed, embedded).draw(session)
            samples.append(1e3 * sum(seconds[stage] for stage in TIMED))
    finally:
        session.close()
    return {"sha256": sha256, "open": opened, "weights": session.seconds["weights"], "draw": drawn,
            "samples": samples}


def java_side(args, bundle, engine, model, runs):
    """What `reflectionflow bench` says of the same image."""
    return bundle.bench(engine, pathlib.Path(torch.__file__).parent, args.until - time.monotonic(), [
        "--random-weights", model.name, "--size", str(args.size), "-s", str(args.steps), "--warm-up", "1", "--runs", str(runs),
        "--device", args.device, "--dtype", "bf16", "--threads", str(len(os.sched_getaffinity(0)))])


def cells(document):
    """A row each: what it is, of the native engine, of Java, whose column is empty where it drew nothing."""
    native, java = document["native"], document.get("java")
    warm = [report.quantile(native["samples"], fraction) if native["samples"] else None for fraction in (0.5, 0.1, 0.9)]
    started = document["before"] + native["open"] + native["draw"]
    made = [
        ["opening, weights drawn, s", f"{native['open']:.2f}"],
        ["first call, ms", f"{1e3 * native['draw']:.1f}"],
        ["first image since the process's start, s", f"{started:.2f}"],
        # How long Java took to draw them is not measured: it says only how long all of opening took.
        ["the same without drawing the weights, s", f"{started - native['weights']:.2f}"],
        ["image when warm, median ms", f"{warm[0]:.2f}" if native["samples"] else ""],
        ["p10 to p90", f"{warm[1]:.2f} to {warm[2]:.2f}" if native["samples"] else ""],
    ]
    theirs = [""] * len(made)
    if java:
        first, total = java["first_image"], java["milliseconds"]["total"]
        theirs = [f"{first['open_milliseconds'] / 1e3:.2f}", f"{first['draw_milliseconds']:.1f}",
                  f"{first['since_start_milliseconds'] / 1e3:.2f}", "not measured", f"{total['median']:.2f}",
                  f"{total['p10']:.2f} to {total['p90']:.2f}"]
    return [[*cells, their] for cells, their in zip(made, theirs)]


def compared(document):
    """Pixels and times, where both sides drew."""
    native, java = document["native"], document["java"]
    said = [f"pixels: {'equal' if equal(document) else 'DIFFERENT'}, SHA-256 {native['sha256'][:16]} native, "
            f"{java['first_image']['sha256'][:16]} Java",
            f"Java beside native computing: {java['java_milliseconds']:.3f} ms an image ({100 * java['java_overhead']:.2f} %), "
            "noise included"]
    if native["samples"]:
        more = java["milliseconds"]["total"]["median"] - report.quantile(native["samples"], 0.5)
        said.append(f"Java's call against the native one: {more:+.2f} ms")
    return said


def equal(document):
    return document["java"]["first_image"]["sha256"] == document["native"]["sha256"]


def lines(document):
    native = document["native"]
    return [
        f"{document['model']}, {document['size']}x{document['size']}, {document['steps']} steps, random weights, "
        f"{len(native['samples'])} warm images each, Java's process after Python's",
        "", report.markdown([["", "native", "Java"], *cells(document)]), "",
        *(compared(document) if "java" in document else []),
        f"Java {document['runtime']}, bundle {document['bundle_bytes'] / 2**20:.1f} MiB; natively the weights took "
        f"{native['weights']:.1f} s to draw, and Python's own start with PyTorch {document['before']:.2f} s",
        *document["left_out"]]


def found(args):
    """Java and the folder of the engine's library, or a refusal."""
    engine = args.engine or (args.build / "engine" if args.build else None)
    if engine is None or not (engine / "libreflectionflow.so").exists():
        refuse(3, f"{engine or 'BUILD/engine'} has no libreflectionflow.so: bench/gpu/run.sh builds it")
    library_of(args)
    try:
        return java_bundle.Bundle(args.build or engine), engine
    except java_bundle.Unusable as unusable:
        refuse(3, str(unusable))


def measured(args, bundle, engine, model, device, document):
    """Fills in both sides; returns the exit code. What was measured natively counts without Java too."""
    bundle.warm_up(engine, pathlib.Path(torch.__file__).parent, args.until - time.monotonic())
    document["native"] = native_side(args, model, device)
    try:
        document["java"] = java_side(args, bundle, engine, model, max(1, len(document["native"]["samples"])))
    except java_bundle.Failed as failed:
        document["left_out"].append(str(failed))
        return 1
    except java_bundle.OutOfTime:
        document["left_out"].append(f"Java's image was left out, for {args.seconds:.0f} s had passed")
        return 6
    if not equal(document):
        document["left_out"].append("the pixels differ")
        return 1
    return 0


def main():
    before = image_parts.seconds_since_start()
    args = arguments(__doc__, options)
    model = model_of(args, encoders=False)
    bundle, engine = found(args)
    device, before = woken(args, model, before)
    document = {"section": "java", "machine": machine.facts(device), "model": model.name, "size": args.size,
                "steps": args.steps, "runtime": bundle.version, "bundle_bytes": bundle.bytes, "before": before,
                "left_out": []}
    try:
        with machine.Watch(device) as watch:
            code = measured(args, bundle, engine, model, device, document)
    except Refused as refusal:
        refuse(1, str(refusal))
    document |= {"clocks": watch.seen, "rounds": len(document["native"]["samples"])}
    publish(args, document, lines(document))
    if code:
        refuse(code, document["left_out"][-1])
    return 0


if __name__ == "__main__":
    code = main()
    # A device that hangs would keep a tidy exit waiting for it.
    sys.stdout.flush()
    os._exit(code)
