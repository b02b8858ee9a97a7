"""The parts of the section image, in the order of their weight: each adds to the document, or says that it was left out."""

import ctypes
import json
import math
import os
import pathlib
import shutil
import tempfile
import time

import torch

import image_model
import image_report
from image_engine import NativeEngine
from image_run import STAGES, Stopwatch

DISK_SECONDS = 30  # for writing a file of a block's weights and reading it twice


def seconds_since_start():
    """Of this process, Python's own start included."""
    return image_report.since_start(pathlib.Path("/proc/self/stat").read_text(), pathlib.Path("/proc/uptime").read_text())


def status_bytes(name, file="/proc/self/status"):
    """What Linux says of this process's memory, such as VmHWM, its peak."""
    lines = pathlib.Path(file).read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith(name + ":"))


def available_bytes():
    return status_bytes("MemAvailable", "/proc/meminfo")


def used_bytes(device):
    """The card's memory that is not free, whoever has it; on a CPU this process's."""
    if device.type == "cpu":
        return status_bytes("VmRSS")
    free, total = torch.cuda.mem_get_info()
    return total - free


def memory(device):
    """The engine's device memory is LibTorch's, which counts it."""
    host = {"peak of the process on the host": status_bytes("VmHWM")}
    if device.type == "cpu":
        return host
    return {"peak of tensors on the card": torch.cuda.max_memory_allocated(),
            "peak held by LibTorch": torch.cuda.max_memory_reserved(), "in use on the card now": used_bytes(device)} | host


def out_of_time(args, document, what):
    document["left_out"].append(f"left out: {what}, for {args.seconds:.0f} s had passed")


def stages(args, session, request, first, document):
    """Images for the table of stages, then the decoder alone."""
    expected = sum(first.values())
    for _ in range(2 if args.small else 7):
        if time.monotonic() + expected > args.until:
            break
        document["samples"].append(request.draw(session))
    if not document["samples"]:
        out_of_time(args, document, "the table of stages and the decoder alone")
        return
    _, run = request.draw(session, keep_run=True)
    document["run"] = session.engine.describe_run(run)
    watch = Stopwatch(session.finish)
    for _ in range(3 if args.small else 21):
        session.engine.decode(run, request.pixels)
        document["decode"].append(watch.lap())
        if time.monotonic() > args.until:
            break
    session.engine.release(run)


def row(args, session, request, document):
    """A hundred images of one request in a row, of fewer steps where there is no time for all."""
    wanted = 10 if args.small else 100
    if not document["samples"]:
        out_of_time(args, document, f"{wanted} images in a row")
        return
    last = document["samples"][-1]
    step = last["steps"] / request.steps
    whole = sum(last[stage] for stage in STAGES) - last["steps"]
    seconds = args.until - time.monotonic() - (0 if args.small else DISK_SECONDS)
    steps, images = image_report.steps_that_fit(seconds, wanted, whole, step, request.steps)
    if images < wanted:
        out_of_time(args, document, f"{wanted - images} of {wanted} images in a row")
    if images < 10:
        return
    document["series"] = {"steps": steps, **in_a_row(session, request.with_steps(steps), images)}


def in_a_row(session, request, images):
    found = {"seconds": [], "used_bytes": [], "tensors": [], "sha256": []}
    if session.device.type == "cuda":
        found["allocated_bytes"] = []
    for _ in range(images):
        found["seconds"].append(sum(request.draw(session).values()))
        found["used_bytes"].append(used_bytes(session.device))
        found["tensors"].append(session.engine.handles_alive())
        found["sha256"].append(request.sha256())
        if session.device.type == "cuda":
            found["allocated_bytes"].append(torch.cuda.memory_allocated())
    return found


def disk(args, model, device, document):
    """Bytes a second of load() with the weights of a network of one double-stream block in a safetensors file: once when no page
    of it is in memory, once when all are. A CPU uses weights where they lie, so that only a card reads."""
    if time.monotonic() + (0 if args.small else DISK_SECONDS) > args.until:
        out_of_time(args, document, "loading from a file")
        return
    small = model.with_blocks(1, 0)
    size = small.bytes()
    folder = str(args.build or args.out or tempfile.gettempdir())
    if shutil.disk_usage(folder).free < 2 * size:
        document["left_out"].append(f"left out: loading from a file, for {folder} has no room for {image_report.gib(size)}")
        return
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".safetensors") as file:
        offsets = write(file, dict(small.weights()))
        if device.type == "cuda":
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        document["disk"] = {where: size / load_seconds(args, small, device, file.name, offsets)
                            for where in ("a file on the disk", "a file in the page cache")}


def write(file, weights):
    """A safetensors file of these names and sizes; where each one's data begins."""
    header, offsets, end = {}, {}, 0
    for name, sizes in weights.items():
        offsets[name], end = end, end + 2 * math.prod(sizes)
        header[name] = {"dtype": "BF16", "shape": sizes, "data_offsets": [offsets[name], end]}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.write(len(text).to_bytes(8, "little") + text)
    values = (image_model.DEVIATION * torch.randn(1 << 22, generator=torch.Generator().manual_seed(0))).bfloat16()
    piece = ctypes.string_at(values.data_ptr(), 2 * values.numel())
    for begin in range(0, end, len(piece)):
        file.write(piece[: end - begin])
    file.flush()
    os.fsync(file.fileno())
    return {name: 8 + len(text) + offset for name, offset in offsets.items()}


def load_seconds(args, model, device, path, offsets):
    """Of an engine whose weights all lie in the file."""
    watch = Stopwatch(torch.cuda.synchronize if device.type == "cuda" else lambda: None)
    engine = NativeEngine(os.path.abspath(args.library), model.description(device.type, 1))
    try:
        file = engine.map_file(path)
        for name, sizes in model.weights():
            engine.add_weight(name, "bfloat16", sizes, file, offsets[name])
        watch.lap()
        engine.load()
        return watch.lap()
    finally:
        engine.close()
