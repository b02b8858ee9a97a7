#!/usr/bin/env python3
"""Whole images of FLUX.1-dev by the native engine, at full size with random weights, text encoders included: lines and a table on
stdout, the same as JSON in a file.

    image.py --library BUILD/libgpu_engine.so --build BUILD --out results --seconds 300
    image.py --library BUILD/libgpu_engine.so --device cpu --small

bench/gpu/run.sh builds the library and calls this. Exit codes: 0 done, 1 a picture or the memory is wrong, images
in a row slow down on a card or the engine refused, 2 usage, 3 PyTorch or the library is missing, 4 no GPU or too little memory, 6
parts were left out for want of time.
"""

import argparse
import os
import pathlib
import sys
import time

import report


def refuse(code, text):
    print(f"{pathlib.Path(sys.argv[0]).name}: {text}", file=sys.stderr)
    raise SystemExit(code)


# As the engine has it in Java: threads that wait for the next loop sleep. Read once, by the library that PyTorch loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
try:
    import torch
except ImportError as missing:
    refuse(3, f"{sys.executable} has no PyTorch ({missing}): install torch 2.10 or newer with pip")

import image_model
import image_parts
import image_report
import image_run
import machine
from image_engine import Refused

WORKING_BYTES = {"cpu": 1 << 30, "cuda": 4 << 30}  # what a run takes beside the weights, roughly
DECODE_GOAL_MS = 40  # of an H100, at 1024x1024


def arguments(description, options=lambda parser: None):
    """Those that the sections image and java share."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", required=True, help="libgpu_engine.so")
    parser.add_argument("--build", type=pathlib.Path, help="CMake's folder; what is written and read back lies there")
    parser.add_argument("--out", type=pathlib.Path, help="folder for the table and its JSON; without it, only stdout")
    parser.add_argument("--seconds", type=float, default=300, help="parts that would begin later are left out (%(default)s)")
    parser.add_argument("--shape", help="flux-dev, flux-dev:D,S with so many blocks, or scenes; by default flux-dev")
    parser.add_argument("--size", type=int, help="pixels of a side; by default the model's")
    parser.add_argument("--steps", type=int, default=28, help="of an image (%(default)s)")
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda", help="cpu shows only that all is wired right")
    parser.add_argument("--small", action="store_true", help="a model and a number of images for any machine")
    options(parser)
    args = parser.parse_args()
    args.until = time.monotonic() + args.seconds
    if args.small:
        args.shape, args.size, args.steps = args.shape or "scenes", args.size or 64, min(args.steps, 2)
    for name in ("size", "steps"):
        if getattr(args, name) is not None and getattr(args, name) < 1:
            parser.error(f"--{name} {getattr(args, name)} is less than 1")
    return args


def model_of(args, encoders):
    try:
        model = image_model.of_shape(args.shape or "flux-dev", encoders)
    except ValueError as error:
        refuse(2, str(error))
    args.size = args.size or model.size
    if args.size % 16:
        refuse(2, f"--size {args.size} is no multiple of 16")
    return model


def device_of(args, model):
    """Where to compute, once it is known that the model fits: its weights are drawn on the host."""
    if args.device == "cuda" and not torch.cuda.is_available():
        refuse(4, f"PyTorch {torch.__version__} sees no GPU: check nvidia-smi and that this build of PyTorch has CUDA")
    free = {"memory": image_parts.available_bytes()}
    if args.device == "cuda":
        free["the GPU's memory"] = torch.cuda.mem_get_info()[0]
    for where, size in free.items():
        needed = model.bytes() + (WORKING_BYTES[args.device] if model.bytes() > 1 << 30 else 0)
        if size < needed:
            refuse(4, f"{model.name} needs {image_report.gib(needed)} of {where}, {image_report.gib(size)} are free: "
                      "--shape flux-dev:D,S has fewer blocks")
    return torch.device(args.device)


def woken(args, model, before):
    """The device, and the seconds from the process's start until it is awake, of which `before` had passed when main began. All
    else that a bench looks up in between is no part of a start."""
    begun = time.monotonic()
    device = device_of(args, model)
    return device, before + time.monotonic() - begun


def library_of(args):
    if not os.path.exists(args.library):
        refuse(3, f"{args.library} is missing: bench/gpu/run.sh builds it")
    return os.path.abspath(args.library)


def measured(args, model, device, document):
    session = image_run.Session(library_of(args), model, device)
    try:
        request = image_run.Request(model, args.size, args.steps, 0, image_run.encoded)
        first = request.draw(session)
        document["first_image"] = {"before": document.pop("before"), **session.seconds, **first}
        document["weight_bytes"], document["sha256"] = session.bytes, request.sha256()
        image_parts.stages(args, session, request, first, document)
        document["memory"] = image_parts.memory(device)
        image_parts.row(args, session, request, document)
    finally:
        session.close()
    image_parts.disk(args, model, device, document)


def lines(document):
    """What is said of a document."""
    first, load, run = document["first_image"], document["first_image"]["load"], document.get("run", {})
    started = [first["before"], first["open"], load, sum(first[stage] for stage in image_run.STAGES)]
    said = [
        f"{document['model']}, {document['size']}x{document['size']}, {document['steps']} steps, random weights "
        f"({image_report.gib(document['weight_bytes'])} in bf16), attention {run.get('attention', 'unknown')}, "
        f"{run.get('graph_launches', 'unknown')} steps taken as a graph",
        "", image_report.stage_table(document["samples"], document["steps"]) if document["samples"] else "", ""]
    if document["decode"]:
        said.append("VAE decode alone, to pixels on the host: median {:.2f} ms, p10 {:.2f}, p90 {:.2f} of {}".format(
            *(1e3 * report.quantile(document["decode"], fraction) for fraction in (0.5, 0.1, 0.9)), len(document["decode"])))
    said += goals(document)
    said.append(f"load: {load:.2f} s from host memory, {document['weight_bytes'] / load / 1e9:.1f} GB/s; "
                f"drawing the weights before took {first['weights']:.1f} s")
    said += [f"load from {name}: {rate / 1e9:.2f} GB/s" for name, rate in document.get("disk", {}).items()]
    said.append("first image: {:.2f} s from the process's start without drawing weights: Python and PyTorch {:.2f}, "
                "opening {:.2f}, loading {:.2f}, image {:.2f}".format(sum(started), *started))
    said.append("memory: " + ", ".join(f"{name} {image_report.gib(size)}" for name, size in document["memory"].items()))
    if "series" in document:
        said += image_report.series_lines(document["series"])
    return [*said, *document["left_out"]]


def goals(document):
    """The goal of the decoder, where the card and the work are those that it is set for."""
    if "H100" not in document["machine"].get("name", "") or document["size"] != 1024 or not document["decode"]:
        return []
    reached = 1e3 * report.quantile(document["decode"], 0.5) <= DECODE_GOAL_MS
    return [f"goal of {DECODE_GOAL_MS} ms for decoding on an H100: {'reached' if reached else 'MISSED'}"]


def publish(args, document, said):
    """Prints, and stores under the section's name."""
    text = "\n".join([*report.header(document), "", *said, ""])
    print(text)
    if args.out:
        args.out.mkdir(parents=True, exist_ok=True)
        (args.out / f"{document['section']}.md").write_text(text)
        (args.out / f"{document['section']}.json").write_text(report.to_json(document))


def main():
    before = image_parts.seconds_since_start()
    args = arguments(__doc__)
    model = model_of(args, encoders=True)
    device, before = woken(args, model, before)
    document = {"section": "image", "machine": machine.facts(device), "model": model.name, "size": args.size,
                "steps": args.steps, "rounds": 0, "samples": [], "decode": [], "left_out": [],
                "before": before}
    try:
        with machine.Watch(device) as watch:
            measured(args, model, device, document)
    except Refused as refusal:
        refuse(1, str(refusal))
    document |= {"clocks": watch.seen, "rounds": len(document["samples"])}
    publish(args, document, lines(document))
    faults = image_report.faults(document["series"], device.type == "cuda") if "series" in document else []
    for fault in faults:
        print(f"image.py: {fault}", file=sys.stderr)
    return 1 if faults else 6 if document["left_out"] else 0


if __name__ == "__main__":
    code = main()
    # A device that hangs would keep a tidy exit waiting for it.
    sys.stdout.flush()
    os._exit(code)
