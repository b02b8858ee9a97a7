"""How the GPU bench times and checks: all contenders in turn in every round, cold caches, errors beside a rival's."""

import math
import time
from typing import Callable, NamedTuple

import torch

import report

WARM_UPS = 5


class CudaClock:
    """Times by CUDA events. Before each call the device reads more than its L2 cache holds: nothing of the operands is
    left there and, as a read leaves no dirty lines, nothing is still to be written back. Meanwhile the host enqueues the
    call, so that what Python and launches cost is not in the numbers."""

    def __init__(self):
        self.l2_bytes = torch.cuda.get_device_properties(0).L2_cache_size
        self._cold = torch.ones(max(512 << 20, 8 * self.l2_bytes) // 4, dtype=torch.float32, device="cuda")
        self._passes = 1

    def finish(self, seconds=20):
        """Waits for what was enqueued, but not for ever: a kernel that waits for itself can be stopped only with its process."""
        done = torch.cuda.Event()
        done.record()
        until = time.monotonic() + seconds
        while not done.query():
            if time.monotonic() > until:
                raise RuntimeError(f"it hangs: nothing after {seconds} s")
            time.sleep(1e-4)

    def prepare(self, calls):
        """Warms up, then makes the read before a call long enough to hide enqueueing the slowest of the calls."""
        slowest = 0.0
        for call in calls:
            for _ in range(WARM_UPS):
                torch.cuda.synchronize()
                begun = time.perf_counter()
                call()
                enqueued = time.perf_counter() - begun
            slowest = max(slowest, enqueued)
        self._passes = 1
        self._flush()
        flush = self.seconds([self.start(self._flush)])[0]
        self._passes = min(16, max(1, math.ceil(1.5 * slowest / flush)))

    def _flush(self):
        for _ in range(self._passes):
            self._cold.sum()

    def start(self, call):
        self._flush()
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        begin.record()
        call()
        end.record()
        return begin, end

    def seconds(self, started):
        torch.cuda.synchronize()
        return [begin.elapsed_time(end) / 1000 for begin, end in started]


class CpuClock:
    """For trying the bench where there is no GPU."""

    l2_bytes = 1 << 20

    def finish(self):
        pass

    def prepare(self, calls):
        for call in calls:
            call()

    def start(self, call):
        begun = time.perf_counter()
        call()
        return time.perf_counter() - begun

    def seconds(self, started):
        return started


class Contender(NamedTuple):
    call: Callable
    work: float  # bytes or FLOP of a call
    before: Callable = lambda: None  # not timed: puts back what a call in place has changed


def measure(clock, contenders, rounds):
    """contenders by name. Every other round goes backwards, so that no one always follows the same one."""
    clock.prepare([contender.call for contender in contenders.values()])
    started = {name: [] for name in contenders}
    for index in range(rounds):
        for name in list(contenders)[:: 1 if index % 2 == 0 else -1]:
            contenders[name].before()
            started[name].append(clock.start(contenders[name].call))
    return {name: report.summary(clock.seconds(started[name]), contender.work)
            for name, contender in contenders.items()}


def distance(result, truth):
    """Root mean square and greatest distance, by the root mean square of the truth."""
    gap = result.double() - truth
    size = truth.square().mean().sqrt().clamp_min(1e-30)
    return (gap.square().mean().sqrt() / size).item(), (gap.abs().max() / size).item()


def errors(ours, rival, truth):
    """Of each output, mean and greatest: (ours, allowed). The rule is that of kernels/common/kernel_suite.h."""
    pairs = []
    for mine, other, true in zip(ours, rival, truth, strict=True):
        largest = (true.abs().max() / true.square().mean().sqrt().clamp_min(1e-30)).item()
        for own, others in zip(distance(mine, true), distance(other, true), strict=True):
            pairs.append((own, report.allowed_error(others, largest)))
    return pairs


def copy(device, bytes_moved):
    """Reads and writes this many bytes together."""
    source = torch.randn(max(1, int(bytes_moved) // 8), device=device)
    target = torch.empty_like(source)
    return Contender(lambda: target.copy_(source), 2.0 * source.nbytes)


def matrix_product(device, side):
    """In bf16 on normal values, whose many toggling bits cost power, and so clocks, that zeros would not."""
    a, b = (torch.randn(side, side, device=device).bfloat16() for _ in range(2))
    out = torch.empty_like(a)
    return Contender(lambda: torch.mm(a, b, out=out), 2.0 * side**3)
