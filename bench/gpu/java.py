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
from image import arguments, device_of, library_of, model_of, publish, refuse

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


def lines(document):
    native, java = document["native"], document["java"]
    first, total = java["first_image"], java["milliseconds"]["total"]
    equal = first["sha256"] == native["sha256"]
    warm = [report.quantile(native["samples"], fraction) for fraction in (0.5, 0.1, 0.9)]
    started = document["before"] + native["open"] + native["draw"]
    rows = [
        ["", "native", "Java"],
        ["opening, weights drawn, s", f"{native['open']:.2f}", f"{first['open_milliseconds'] / 1e3:.2f}"],
        ["first call, ms", f"{1e3 * native['draw']:.1f}", f"{first['draw_milliseconds']:.1f}"],
        ["first image since the process's start, s", f"{started:.2f}", f"{first['since_start_milliseconds'] / 1e3:.2f}"],
        ["the same without drawing the weights, s", f"{started - native['weights']:.2f}",
         f"{first['since_start_milliseconds'] / 1e3 - native['weights']:.2f}"],
        ["image when warm, median ms", f"{warm[0]:.2f}", f"{total['median']:.2f}"],
        ["p10 to p90", f"{warm[1]:.2f} to {warm[2]:.2f}", f"{total['p10']:.2f} to {total['p90']:.2f}"],
    ]
    return [
        f"{document['model']}, {document['size']}x{document['size']}, {document['steps']} steps, random weights, "
        f"{len(native['samples'])} warm images each, Java's process after Python's",
        "", report.markdown(rows), "",
        f"pixels: {'equal' if equal else 'DIFFERENT'}, SHA-256 {native['sha256'][:16]} native, {first['sha256'][:16]} Java",
        f"Java beside native computing: {java['java_milliseconds']:.3f} ms an image ({100 * java['java_overhead']:.2f} %), "
        f"noise included; its call against the native one: {total['median'] - warm[0]:+.2f} ms",
        f"Java {document['runtime']}, bundle {document['bundle_bytes'] / 2**20:.1f} MiB; the weights took "
        f"{native['weights']:.1f} s to draw, and Python's own start with PyTorch {document['before']:.2f} s"]


def main():
    before = image_parts.seconds_since_start()
    args = arguments(__doc__, options)
    model = model_of(args, encoders=False)
    engine = args.engine or (args.build / "engine" if args.build else None)
    if engine is None or not (engine / "libreflectionflow.so").exists():
        refuse(3, f"{engine or 'BUILD/engine'} has no libreflectionflow.so: bench/gpu/run.sh builds it")
    library_of(args)
    try:
        bundle = java_bundle.Bundle(args.build or engine)
    except java_bundle.Unusable as unusable:
        refuse(3, str(unusable))
    begun = time.monotonic()
    device = device_of(args, model)
    before += time.monotonic() - begun  # which wakes the card
    document = {"section": "java", "machine": machine.facts(device), "model": model.name, "size": args.size,
                "steps": args.steps, "runtime": bundle.version, "bundle_bytes": bundle.bytes, "before": before,
                "left_out": []}
    try:
        with machine.Watch(device) as watch:
            bundle.warm_up(engine, pathlib.Path(torch.__file__).parent, args.until - time.monotonic())
            document["native"] = native_side(args, model, device)
            document["java"] = java_side(args, bundle, engine, model, max(1, len(document["native"]["samples"])))
    except Refused as refusal:
        refuse(1, str(refusal))
    except java_bundle.Failed as failed:
        refuse(1, str(failed))
    except java_bundle.OutOfTime:
        refuse(6, f"Java's image was left out, for {args.seconds:.0f} s had passed")
    document |= {"clocks": watch.seen, "rounds": len(document["native"]["samples"])}
    publish(args, document, lines(document))
    if document["java"]["first_image"]["sha256"] != document["native"]["sha256"]:
        refuse(1, "the pixels differ")
    return 0


if __name__ == "__main__":
    code = main()
    # A device that hangs would keep a tidy exit waiting for it.
    sys.stdout.flush()
    os._exit(code)
