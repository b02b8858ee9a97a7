"""One image of a model with random weights, natively: what goes in, and how long each stage takes."""

import copy
import ctypes
import hashlib
import math
import os
import time

import torch

import image_model
from image_engine import NativeEngine

STAGES = ["text", "prepare", "steps", "decode"]


class Session:
    """An engine with its weights. `seconds` has opening it, drawing its weights and loading them."""

    def __init__(self, library, model, device):
        self.model, self.device, self.bytes, self.seconds = model, device, 0, {}
        watch = Stopwatch(self.finish)
        self.engine = NativeEngine(library, model.description(device.type, len(os.sched_getaffinity(0))))
        self.seconds["open"] = watch.lap()
        for name, sizes in model.weights():
            self.engine.add_random_weight(name, sizes, *image_model.drawn_as(name))
            self.bytes += 2 * math.prod(sizes)
        self.seconds["weights"] = watch.lap()
        self.engine.load()
        self.seconds["load"] = watch.lap()

    def finish(self):
        """Waits for the device: calls of the engine's may only have enqueued their work."""
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def close(self):
        self.engine.close()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()


class Stopwatch:
    def __init__(self, finish):
        self._finish, self._begun = finish, time.perf_counter()

    def lap(self):
        """Seconds since the last lap, when all is done."""
        self._finish()
        begun, self._begun = self._begun, time.perf_counter()
        return self._begun - begun


class Request:
    """What an image is made from; text makes a prompt's conditioning in a session and returns its handle."""

    def __init__(self, model, size, steps, seed, text):
        self.model, self.size, self.steps, self.text, self.guidance = model, size, steps, text, model.guidance
        self.noise = floats(noise(model, size, seed))
        self.sigmas = floats(sigmas(steps, model.mu(size)))
        self.pixels = (ctypes.c_uint8 * (3 * size * size))()

    def with_steps(self, steps):
        """The same of so many steps; pixels are shared."""
        changed = copy.copy(self)
        changed.steps, changed.sigmas = steps, floats(sigmas(steps, self.model.mu(self.size)))
        return changed

    def draw(self, session, keep_run=False):
        """Seconds of each stage, and the run's handle if it is kept."""
        engine, watch, seconds = session.engine, Stopwatch(session.finish), {}
        text = self.text(session)
        seconds["text"] = watch.lap()
        run = engine.begin(self.size, self.steps, text, self.noise, self.sigmas, self.guidance)
        seconds["prepare"] = watch.lap()
        for _ in range(self.steps):
            engine.step(run)
        seconds["steps"] = watch.lap()
        engine.decode(run, self.pixels)
        seconds["decode"] = watch.lap()
        engine.release(text)
        if keep_run:
            return seconds, run
        engine.release(run)
        return seconds

    def sha256(self):
        """As RgbImage in Java has it: width and height, most significant byte first, and the pixels."""
        return hashlib.sha256(self.size.to_bytes(4, "big") * 2 + bytes(self.pixels)).hexdigest()


def encoded(session):
    """By the text encoders."""
    model = session.model
    return session.engine.encode_text(model.ids("clip", model.parts["clip"]["max_tokens"]), model.ids("t5", model.tokens))


def noise(model, size, seed):
    """PyTorch's normal numbers, sixteen by Box and Muller from sixteen even ones, but in float64 as Java has them: torch.randn's
    own float32 rounds one in a thousand to another bfloat16, and then another picture is drawn."""
    count = model.parts["vae"]["latent_channels"] * (size // 8) ** 2
    even = torch.rand(count, generator=torch.Generator().manual_seed(seed)).view(-1, 2, 8)
    radius = torch.sqrt(-2 * torch.log((1 - even[:, 0]).double()))
    angle = 2 * math.pi * even[:, 1].double()
    return torch.stack([radius * torch.cos(angle), radius * torch.sin(angle)], 1).float().bfloat16().float()


def sigmas(steps, mu):
    """The scheduler's noise levels, from 1 to 0; without mu they are not shifted."""
    fractions = torch.arange(steps, dtype=torch.float64) / max(1, steps - 1)
    levels = (1 + fractions * (1 / steps - 1)).float()
    if mu is not None:
        factor = torch.tensor(math.exp(mu), dtype=torch.float32)
        levels = factor / (factor + (1 / levels - 1))
    return torch.cat([levels, torch.zeros(1)])


def floats(tensor):
    """A tensor's values as the engine takes them."""
    dense = tensor.float().contiguous()
    values = (ctypes.c_float * dense.numel())()
    ctypes.memmove(values, dense.data_ptr(), ctypes.sizeof(values))
    return values
