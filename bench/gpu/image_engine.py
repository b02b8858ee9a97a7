"""The engine (native/include/engine.h) through the C functions of engine_functions_image.cpp. Nothing here needs PyTorch."""

import ctypes


class Refused(Exception):
    """What the engine said: an error's code and one line."""


class NativeEngine:
    """One Engine; close() gives its memory back. Arrays are anything with a buffer of the right type."""

    def __init__(self, library, description):
        self._functions = ctypes.CDLL(library)
        self._engine = ctypes.c_void_p()
        self._call("open", description.encode(), ctypes.byref(self._engine))

    def _call(self, name, *arguments):
        function = getattr(self._functions, "bench_engine_" + name)
        function.restype = ctypes.c_char_p
        refusal = function(*arguments)
        if refusal is not None:
            raise Refused(refusal.decode())

    def _handle(self, name, *arguments):
        handle = ctypes.c_int64()
        self._call(name, self._engine, *arguments, ctypes.byref(handle))
        return handle.value

    def close(self):
        if self._engine:
            self._call("close", self._engine)
            self._engine = ctypes.c_void_p()

    def add_random_weight(self, name, sizes, mean, deviation):
        self._call("add_random_weight", self._engine, name.encode(), integers(sizes), ctypes.c_int64(len(sizes)),
                   ctypes.c_double(mean), ctypes.c_double(deviation))

    def map_file(self, path):
        return self._handle("map_file", str(path).encode())

    def add_weight(self, name, dtype, sizes, file, offset):
        self._call("add_weight", self._engine, name.encode(), dtype.encode(), integers(sizes), ctypes.c_int64(len(sizes)),
                   ctypes.c_int64(file), ctypes.c_int64(offset))

    def load(self):
        self._call("load", self._engine)

    def encode_text(self, clip_ids, t5_ids):
        return self._handle("encode_text", integers(clip_ids), ctypes.c_int64(len(clip_ids)), integers(t5_ids),
                            ctypes.c_int64(len(t5_ids)))

    def put_text(self, prompt_embeds, tokens, pooled_projections):
        return self._handle("put_text", numbers(prompt_embeds), ctypes.c_int64(tokens), numbers(pooled_projections))

    def begin(self, size, steps, text, noise, sigmas, guidance):
        return self._handle("begin", ctypes.c_int64(size), ctypes.c_int64(size), ctypes.c_int64(steps), ctypes.c_int64(text),
                            numbers(noise), numbers(sigmas), ctypes.c_double(guidance))

    def step(self, run):
        self._call("step", self._engine, ctypes.c_int64(run))

    def decode(self, run, pixels):
        """Into pixels, a ctypes array of 3 * width * height bytes."""
        self._call("decode", self._engine, ctypes.c_int64(run), pixels)

    def release(self, handle):
        self._call("release", self._engine, ctypes.c_int64(handle))

    def describe_run(self, run):
        """What engine.h says of the run, by name."""
        text = ctypes.c_char_p()
        self._call("describe_run", self._engine, ctypes.c_int64(run), ctypes.byref(text))
        return dict(line.split("=", 1) for line in text.value.decode().splitlines())

    def handles_alive(self):
        """Tensors of this process that were not given back."""
        function = self._functions.bench_engine_handles_alive
        function.restype = ctypes.c_int64
        return function()


def integers(values):
    return (ctypes.c_int64 * len(values))(*values)


def numbers(values):
    """A float array as it is, or a copy of a list."""
    return values if isinstance(values, ctypes.Array) else (ctypes.c_float * len(values))(*values)
