"""The engine's transformer and its steps, called through the C functions of engine_functions_step.cpp on PyTorch's memory."""

import ctypes

import torch

from library import Refused

# c10::ScalarType, by which LibTorch's ABI counts.
SCALAR_TYPES = {torch.float32: 6, torch.bfloat16: 15}
NAMES = {torch.float32: "float32", torch.bfloat16: "bfloat16"}
# What a description must have besides the transformer; nobody builds these.
OTHERS = {"clip.width": 1, "clip.heads": 1, "clip.blocks": 0, "clip.mlp_width": 1, "clip.vocabulary": 1, "clip.max_tokens": 1,
          "clip.quick_gelu": 1, "clip.eos_token_id": 0, "clip.norm_epsilon": 1e-5, "t5.width": 1, "t5.heads": 1,
          "t5.head_size": 1, "t5.mlp_width": 1, "t5.blocks": 0, "t5.vocabulary": 1, "t5.buckets": 1, "t5.max_distance": 1,
          "t5.norm_epsilon": 1e-6, "vae.channels": 1, "vae.groups": 1, "vae.resnets": 1, "vae.scaling_factor": 1,
          "vae.shift_factor": 0}


class StepInputs(ctypes.Structure):
    """Of engine_functions_step.cpp."""
    _fields_ = [(name, ctypes.c_int64) for name in ("batch", "steps", "latent_rows", "latent_columns", "text_tokens",
                                                    "condition_rows", "condition_columns")]
    _fields_ += [(name, ctypes.c_void_p) for name in ("prompt_embeds", "pooled", "condition", "noise", "sigmas", "guidance")]
    _fields_ += [("recorded", ctypes.c_int64)]


def description(config, dtype, device, performance, attention):
    """The lines that native/src/engine_config.h reads."""
    values = {f"transformer.{name}": getattr(config, name)
              for name in ("double_blocks", "single_blocks", "heads", "head_size", "channels", "text_width", "pooled_width")}
    values |= OTHERS | {"transformer.guidance": 1, "transformer.rope_axes": ",".join(map(str, config.rope_axes)),
                        "vae.latent_channels": config.channels // 4, "type": NAMES[dtype], "threads": torch.get_num_threads(),
                        "device": str(device), "performance": performance, "attention": attention}
    return "\n".join(f"{key}={value}" for key, value in values.items())


class Functions:
    """The library's functions; those that can refuse raise Refused."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.bench_step_network_stream.restype = ctypes.c_void_p
        self.library.bench_step_run_describe.restype = ctypes.c_char_p
        self.library.bench_step_handles_alive.restype = ctypes.c_int64

    def call(self, name, *arguments):
        function = getattr(self.library, "bench_step_" + name)
        function.restype = ctypes.c_char_p
        refusal = function(*arguments)
        if refusal is not None:
            raise Refused(refusal.decode())

    def handle(self, name, *arguments):
        made = ctypes.c_int64()
        self.call(name, *arguments, ctypes.byref(made))
        return made

    def handles_alive(self):
        return self.library.bench_step_handles_alive()

    def product(self, out, bias, x, weight):
        """A call of the engine's linear layer: out (M, N) = x (M, K) weight (N, K)^T + bias (N)."""
        (m, k), n = x.shape, weight.shape[0]
        card = x.device.index if x.device.type == "cuda" else -1
        tensors = [ctypes.c_void_p(tensor.data_ptr()) for tensor in (out, bias, x, weight)]
        numbers = [ctypes.c_int64(number) for number in (m, n, k, SCALAR_TYPES[x.dtype], card)]

        def call(keep=(out, bias, x, weight)):
            self.call("product", *tensors, *numbers)

        return call


def wait(device):
    """What PyTorch has enqueued is done: the engine has a stream of its own."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


class Engine:
    """A transformer on these weights. It shares them, but on a card copies q, k and v, in single-stream blocks with the MLP's
    first, to join them. A with statement gives it back."""

    def __init__(self, functions, config, weights, adapters=None, performance="exact", attention="auto"):
        first = next(iter(weights.values()))
        self.functions, self.config, self.dtype, self.device = functions, config, first.dtype, first.device
        self._kept = [weights, adapters]
        lines = description(config, self.dtype, self.device, performance, attention)
        self._handle = functions.handle("network_new", lines.encode())
        wait(self.device)
        try:
            for name, weight in weights.items():
                sizes = (ctypes.c_int64 * weight.dim())(*weight.shape)
                functions.call("network_weight", self._handle, name.encode(), ctypes.c_void_p(weight.data_ptr()),
                               ctypes.c_int64(weight.dim()), sizes)
            for name, (a, b) in (adapters or {}).items():
                functions.call("network_adapter", self._handle, name.encode(), ctypes.c_void_p(a.data_ptr()),
                               ctypes.c_void_p(b.data_ptr()), *map(ctypes.c_int64, (a.shape[0], a.shape[1], b.shape[0])),
                               ctypes.c_double(1))
            functions.call("network_build", self._handle)
        except Refused:
            self.close()
            raise

    def stream(self):
        """Where its steps run, for events; None on the CPU."""
        stream = self.functions.library.bench_step_network_stream(self._handle)
        return torch.cuda.ExternalStream(stream, self.device) if stream else None

    def run(self, inputs, steps, recorded=False):
        return Run(self, inputs, steps, recorded)

    def close(self):
        if self._handle is not None:
            wait(self.device)
            self.functions.library.bench_step_network_free(self._handle)
        self._handle = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Run:
    """Denoising from noise: inputs as workload.Inputs has them. A recorded run keeps its velocities, and its steps are plain."""

    def __init__(self, engine, inputs, steps, recorded):
        self._engine, self._functions = engine, engine.functions
        load = inputs.load
        sigmas = torch.linspace(1, 0, steps + 1)[:, None].repeat(1, load.batch).contiguous()
        condition_grid = load.condition_grid or (0, 0)
        pointers = [tensor.data_ptr() if tensor is not None else None for tensor in
                    (inputs.prompt_embeds, inputs.pooled, inputs.condition, inputs.noise, sigmas, inputs.guidance)]
        wait(engine.device)
        self.shape = inputs.latents.shape
        self._handle = self._functions.handle("run_new", engine._handle, ctypes.byref(
            StepInputs(load.batch, steps, *(2 * side for side in load.grid), load.text_tokens, *condition_grid, *pointers,
                       recorded)))

    def step(self):
        self._functions.call("run_step", self._handle)

    def latents(self):
        """(B, S_img, C) on the host."""
        return self._read("run_latents")

    def velocity(self, step):
        return self._read("run_velocity", ctypes.c_int64(step))

    def _read(self, name, *arguments):
        out = torch.empty(self.shape, dtype=self._engine.dtype)
        self._functions.call(name, self._handle, *arguments, ctypes.c_void_p(out.data_ptr()))
        return out

    def describe(self):
        """{key: value}, such as attention and graph_launches."""
        lines = self._functions.library.bench_step_run_describe(self._handle).decode().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def close(self):
        if self._handle is not None:
            wait(self._engine.device)
            self._functions.library.bench_step_run_free(self._handle)
        self._handle = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
