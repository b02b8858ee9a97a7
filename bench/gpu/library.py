"""Our kernels, called through the C functions of c_functions_*.cpp, on PyTorch's tensors and its current stream."""

import ctypes

import torch

# kernels::DType of kernels/common/kernel.h
DTYPES = {torch.float32: 0, torch.bfloat16: 1, torch.float16: 2}


class Refused(Exception):
    """What a launcher said of its parameters, of the build or of the device."""


class Library:
    def __init__(self, path, device):
        self._functions = ctypes.CDLL(path)
        self._on_cuda = device.type == "cuda"

    def bind(self, name, *arguments):
        """A call with these arguments and nothing left to convert: a launch then costs the host a few microseconds."""
        function = getattr(self._functions, "bench_" + name)
        function.restype = ctypes.c_char_p
        stream = torch.cuda.current_stream().cuda_stream if self._on_cuda else 0
        converted = [converted_to_c(argument) for argument in arguments]
        converted += [ctypes.c_void_p(stream), ctypes.c_int64(self._on_cuda)]

        def call(keep=arguments):
            refusal = function(*converted)
            if refusal is not None:
                raise Refused(refusal.decode())

        return call

    def number(self, name, *arguments):
        """What a function says that launches nothing."""
        function = getattr(self._functions, "bench_" + name)
        function.restype = ctypes.c_int64
        return function(*map(converted_to_c, arguments))


def converted_to_c(value):
    if isinstance(value, torch.Tensor):
        return ctypes.c_void_p(value.data_ptr())
    if isinstance(value, torch.dtype):
        return ctypes.c_int64(DTYPES[value])
    if isinstance(value, (bool, int)):
        return ctypes.c_int64(value)
    if isinstance(value, float):
        return ctypes.c_double(value)
    if isinstance(value[0], torch.Tensor):
        return (ctypes.c_void_p * len(value))(*[item.data_ptr() for item in value])
    return ((ctypes.c_float if isinstance(value[0], float) else ctypes.c_int64) * len(value))(*value)
