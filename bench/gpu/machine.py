"""What a table must say of the machine: card, driver, versions, and the clocks while it was measured."""

import datetime
import pathlib
import platform
import subprocess
import tempfile

import torch

import report

WATCHED = ["clocks.sm", "clocks.mem", "power.draw", "temperature.gpu"]
QUERIED = ["name", "driver_version", "memory.total", "clocks.max.sm", "clocks.max.mem", "power.limit", "ecc.mode.current"]


def nvidia_smi(device, fields, *options):
    """The command that prints these fields of the card that PyTorch uses; nothing is ever set."""
    card = f"GPU-{torch.cuda.get_device_properties(device).uuid}"
    return ["nvidia-smi", "-i", card, f"--query-gpu={','.join(fields)}", "--format=csv,noheader,nounits", *options]


class Watch:
    """Reads the clocks five times a second while the block runs; `seen` has least, median and greatest of each."""

    def __init__(self, device):
        self._device = device
        self._process = None
        self.seen = {}

    def __enter__(self):
        if self._device.type == "cuda":
            self._output = tempfile.TemporaryFile("w+")
            try:
                self._process = subprocess.Popen(nvidia_smi(self._device, WATCHED, "-lms", "200"), stdout=self._output,
                                                 stderr=subprocess.DEVNULL)
            except OSError:
                pass  # the header then says that the clocks are unknown
        return self

    def __exit__(self, *_):
        if self._process is None:
            return
        self._process.terminate()
        self._process.wait()
        self._output.seek(0)
        samples = report.csv_rows(self._output.read())
        self.seen = {name: report.spread(column) for name, column in zip(WATCHED, zip(*samples))}


def output_of(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def facts(device):
    root = pathlib.Path(__file__).resolve().parents[2]
    found = {"commit": output_of(["git", "-C", str(root), "describe", "--always", "--dirty"]) or "unknown",
             "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
             "torch": torch.__version__, "python": platform.python_version(), "kernel": platform.release()}
    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        found |= {"cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version(), "sms": properties.multi_processor_count,
                  "l2_bytes": properties.L2_cache_size,
                  "compute_capability": f"{properties.major}.{properties.minor}"}
        cells = output_of(nvidia_smi(device, QUERIED)).split(", ")
        found |= dict(zip(QUERIED, cells)) if len(cells) == len(QUERIED) else {"name": properties.name}
    return found
