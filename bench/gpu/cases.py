"""What the GPU bench runs: each kernel at FLUX.1's shapes beside its formula as PyTorch has it.

The one formula of a case is the eager rival, what torch.compile gets, and, on operands in float64, the truth. It is what a
PyTorch user would write. Shapes are those of bench/kernels: 1024 x 1024 pixels, 512 text and 4096 image tokens; `small` ones
are for machines without a GPU.
"""

import math
from dataclasses import dataclass
from typing import Callable

import torch
import torch.nn.functional as F

HEADS, HEAD_SIZE = 24, 128


@dataclass
class Case:
    kernel: str
    shape: str
    operands: list  # of the formula
    results: list  # the memory that ours writes, in the order of the formula's results
    ours: Callable
    formula: Callable
    work: float  # bytes, each operand read or written once, or FLOP
    unit: str = "GB/s"
    truth: Callable = None  # what gives the truth where the formula itself would need too much memory in float64

    def __post_init__(self):
        self.truth = self.truth or self.formula


class Maker:
    """Operands of one dtype on one device, and the way to our kernels."""

    def __init__(self, library, device, dtype, small, l2_bytes):
        self.library, self.device, self.dtype, self.small, self.l2_bytes = library, device, dtype, small, l2_bytes

    def normal(self, *sizes, dtype=None, scale=1.0):
        return (scale * torch.randn(sizes, device=self.device)).to(dtype or self.dtype)

    def empty(self, *sizes, dtype=None):
        """Poisoned, so that an element nobody writes shows."""
        dtype = dtype or self.dtype
        if dtype.itemsize == 1:  # 0x7f is NaN in e4m3; not every device fills that type itself
            return torch.full(sizes, 0x7F, dtype=torch.uint8, device=self.device).view(dtype)
        return torch.full(sizes, float("nan"), dtype=dtype, device=self.device)

    def either(self, full, small):
        return small if self.small else full

    def bind(self, name, *arguments):
        return self.library.bind(name, self.dtype, *arguments)


def bytes_of(*tensors):
    return float(sum(tensor.nbytes for tensor in tensors))


def modulated(x, shift, scale):
    return F.layer_norm(x, x.shape[-1:], eps=1e-6) * (1 + scale) + shift


def adaln_modulate(m):
    tokens, width = m.either((4608, 3072), (40, 64))
    x, out = m.normal(tokens, width), m.empty(tokens, width)
    shift, scale = m.normal(width), m.normal(width)
    return Case("adaln_modulate", f"{tokens}x{width}", [x, shift, scale], [out],
                m.bind("adaln_modulate", tokens, width, x, shift, scale, out),
                lambda x, shift, scale: (modulated(x, shift, scale),), bytes_of(x, out))


def gated_residual(m):
    tokens, width = m.either((4608, 3072), (40, 64))
    x, y, gate = m.normal(tokens, width), m.normal(tokens, width), m.normal(width)
    return Case("gated_residual", f"{tokens}x{width}", [x, y, gate], [x],
                m.bind("gated_residual", tokens, width, x, y, gate),
                lambda x, y, gate: (x + gate * y,), bytes_of(x, x, y))


def gated_residual_adaln(m):
    tokens, width = m.either((4608, 3072), (40, 64))
    x, y, out = m.normal(tokens, width), m.normal(tokens, width), m.empty(tokens, width)
    gate, shift, scale = m.normal(width), m.normal(width), m.normal(width)

    def formula(x, y, gate, shift, scale):
        x = x + gate * y
        return x, modulated(x, shift, scale)

    return Case("gated_residual_adaln", f"{tokens}x{width}",
                [x, y, gate, shift, scale], [x, out],
                m.bind("gated_residual_adaln", tokens, width, x, y, gate, shift, scale, out), formula,
                bytes_of(x, x, y, out))


def gelu_tanh(m):
    """To rows of 5 E, behind the attention's output, as the single-stream block has it."""
    rows, width = m.either((4608, 12288), (40, 256))
    stride = width + width // 4
    x, buffer = m.normal(rows, width), m.empty(rows, stride)
    out = buffer[:, width // 4:]
    return Case("gelu_tanh", f"{rows}x{width} to rows of {stride}", [x], [out],
                m.bind("gelu_tanh", rows, width, x, out, stride), lambda x: (F.gelu(x, approximate="tanh"),),
                2 * bytes_of(x))


def gelu_tanh_in_place(m):
    rows, width = m.either((4608, 12288), (40, 256))
    x = m.normal(rows, width)
    return Case("gelu_tanh", f"{rows}x{width} in place", [x], [x],
                m.bind("gelu_tanh", rows, width, x, x, width), lambda x: (F.gelu(x, approximate="tanh"),),
                2 * bytes_of(x))


def lora_add(m, width):
    """The adapter's rows are those of a condition of 512 x 512 pixels; down is its first product."""
    rows, rank = m.either((1024, 32), (40, 16))
    width = m.either(width, 64)
    down, up, out = m.normal(rows, rank), m.normal(width, rank, scale=0.02), m.normal(rows, width)
    return Case("lora_add", f"{rows}x{width} rank {rank}", [out, down, up], [out],
                m.bind("lora_add", rows, rank, width, 0.5, down, up, out),
                lambda out, down, up: (torch.addmm(out, down, up.T, alpha=0.5),), bytes_of(down, up, out, out))


# kernels::EightBits of kernels/common/kernel.h: its number, its name in the table and its largest value.
EIGHT_BITS = {torch.float8_e4m3fn: (0, "float8", 448), torch.int8: (1, "int8", 127)}


def quantized(x, eight):
    """Rows in eight bits and their scales; in float64, where it is the truth, not rounded."""
    most = EIGHT_BITS[eight][2]
    wide = x.to(torch.promote_types(x.dtype, torch.float32))
    largest = wide.abs().amax(-1, keepdim=True)
    scaled = wide * (most / largest)
    if x.dtype != torch.float64:
        scaled = (scaled.round() if eight == torch.int8 else scaled).to(eight)
    return scaled, largest[:, 0] / most


def eight_bit_rows(m, rows, width, eight):
    return m.empty(rows, width, dtype=eight), m.empty(rows, dtype=torch.float32)


def quantize(m, eight):
    rows, width = m.either((4608, 3072), (40, 64))
    number, name, _ = EIGHT_BITS[eight]
    x, out = m.normal(rows, width), eight_bit_rows(m, rows, width, eight)
    return Case("quantize", f"{rows}x{width} to {name}", [x], list(out),
                m.bind("quantize", number, rows, width, x, *out), lambda x: quantized(x, eight), bytes_of(x, *out))


def gelu_tanh_quantized(m, eight):
    rows, width = m.either((4608, 12288), (40, 256))
    number, name, _ = EIGHT_BITS[eight]
    x, out = m.normal(rows, width), eight_bit_rows(m, rows, width, eight)
    return Case("gelu_tanh_quantized", f"{rows}x{width} to {name}", [x], list(out),
                m.bind("gelu_tanh_quantized", number, rows, width, x, *out),
                lambda x: quantized(F.gelu(x, approximate="tanh"), eight), bytes_of(x, *out))


def adaln_modulate_quantized(m, eight):
    tokens, width = m.either((4608, 3072), (40, 64))
    number, name, _ = EIGHT_BITS[eight]
    x, shift, scale = m.normal(tokens, width), m.normal(width), m.normal(width)
    out = eight_bit_rows(m, tokens, width, eight)
    return Case("adaln_modulate_quantized", f"{tokens}x{width} to {name}", [x, shift, scale], list(out),
                m.bind("adaln_modulate_quantized", number, tokens, width, x, shift, scale, *out),
                lambda x, shift, scale: quantized(modulated(x, shift, scale), eight), bytes_of(x, *out))


def dequantize(m, width):
    rows, width = m.either((4608, width), (40, 64))
    sums = torch.randint(-4_000_000, 4_000_000, (rows, width), dtype=torch.int32, device=m.device)
    row_scale, column_scale = (m.normal(size, dtype=torch.float32, scale=1e-3) for size in (rows, width))
    bias, out = m.normal(width), m.empty(rows, width)
    return Case("dequantize", f"{rows}x{width}", [sums, row_scale, column_scale, bias], [out],
                m.bind("dequantize", rows, width, sums, row_scale, column_scale, bias, out),
                lambda sums, row, column, bias: ((sums * row[:, None] * column + bias).to(bias.dtype),),
                bytes_of(sums, out))


def rotated(x, cosine, sine):
    """Interleaved pairs (heads, tokens, head size); the tables (tokens, head size / 2) are float32, and so is the product."""
    wide = x.to(torch.promote_types(x.dtype, cosine.dtype)).unflatten(-1, (-1, 2))
    even, odd = wide[..., 0], wide[..., 1]
    return torch.stack([even * cosine - odd * sine, odd * cosine + even * sine], -1).flatten(-2).to(x.dtype)


def qk_norm_rope(m, groups):
    tokens = m.either(groups, tuple(count // 64 for count in groups))
    heads, size = m.either((HEADS, HEAD_SIZE), (2, 16))
    products = [m.normal(count, 3 * heads * size) for count in tokens]
    weights = [m.normal(size) for _ in range(2)]
    table = [m.normal(sum(tokens), size // 2, dtype=torch.float32) for _ in range(2)]
    out = m.empty(3, heads, sum(tokens), size)

    def formula(*operands):
        products, (q_weight, k_weight, cosine, sine) = operands[:-4], operands[-4:]
        q, k, v = (torch.cat([product.unflatten(-1, (3, heads, size))[:, part] for product in products])
                   .transpose(0, 1) for part in range(3))
        q, k = F.rms_norm(q, (size,), q_weight, 1e-6), F.rms_norm(k, (size,), k_weight, 1e-6)
        return rotated(q, cosine, sine), rotated(k, cosine, sine), v.contiguous()

    return Case("qk_norm_rope", "+".join(map(str, tokens)) + f" tokens, {heads}x{size}",
                [*products, *weights, *table], list(out),
                m.bind("qk_norm_rope", heads, size, len(tokens), list(tokens), products, *weights, *table, *out),
                formula, bytes_of(*products, out, *table))


def group_norm_silu(m, side, channels):
    side = m.either(side, 6)
    x, out = m.normal(1, side, side, channels), m.empty(1, side, side, channels)
    weight, bias = m.normal(channels), m.normal(channels)
    floats = m.library.number("group_norm_silu_workspace", side * side, channels, 32)
    workspace = m.empty(floats, dtype=torch.float32)
    # The statistics need all of a group before the first result: what no cache holds is read twice.
    reads = 2 if x.nbytes > m.l2_bytes / 2 else 1

    def formula(x, weight, bias):
        normed = F.group_norm(x.permute(0, 3, 1, 2), 32, weight, bias, 1e-6)
        return (F.silu(normed).permute(0, 2, 3, 1),)

    return Case("group_norm_silu", f"{side}x{side}x{channels}" + (", read twice" if reads == 2 else ""),
                [x, weight, bias], [out],
                m.bind("group_norm_silu", side * side, channels, 32, x, weight, bias, out, workspace), formula,
                reads * bytes_of(x) + bytes_of(out))


def packed_filter(m, weights):
    """As convolution wants weights (out, in, side, side): packed on the host, then where the others are."""
    out, channels, side, _ = weights.shape
    on_cuda = m.device.type == "cuda"
    packed = torch.empty(m.library.number("packed_convolution_bytes", m.dtype, out, channels, side, on_cuda), dtype=torch.uint8)
    m.bind("pack_convolution", out, channels, side, weights.cpu().contiguous(), packed)()
    return packed.to(m.device)


def convolution(m, side, channels):
    """3x3 with zeros around the image. The rival, cuDNN on a card, has image and weights with the channels last, too."""
    side, channels = m.either((side, channels), (6, 16))
    x, out = m.normal(1, side, side, channels), m.empty(1, side, side, channels)
    weights = m.normal(channels, channels, 3, 3, scale=(9 * channels) ** -0.5).to(memory_format=torch.channels_last)
    bias = m.normal(channels)

    def formula(x, weights, bias):
        return (F.conv2d(x.permute(0, 3, 1, 2), weights, bias, padding=1).permute(0, 2, 3, 1),)

    return Case("convolution", f"{side}x{side}x{channels} 3x3", [x, weights, bias], [out],
                m.bind("convolution", side, channels, channels, 3, x, packed_filter(m, weights), bias, out), formula,
                2.0 * 9 * (side * channels) ** 2, "TFLOP/s")


def linear_gelu(m, strided):
    """Decides on the GELU epilogue of cuBLASLt. Ours is what the engine does: LibTorch's product into a buffer, then our
    kernel, to rows of 5 E where the single-stream block wants them. The formula is the epilogue (on the CPU, where there is
    none, GELU in its other form). The engine should take it only once these rows show that it wins."""
    rows, inner, width = m.either((4608, 3072, 12288), (40, 32, 64))
    x, weights, bias = m.normal(rows, inner), m.normal(width, inner, scale=inner**-0.5), m.normal(width)
    stride = width + width // 4 if strided else width
    product, out, other = m.empty(rows, width), m.empty(rows, stride), m.empty(rows, stride)
    gelu = m.bind("gelu_tanh", rows, width, product, out[:, stride - width:], stride)

    def ours():
        torch.addmm(bias, x, weights.T, out=product)
        gelu()

    def formula(x, weights, bias):
        # PyTorch may do this in two steps where the rows of the target do not lie side by side.
        target = {"out": other[:, stride - width:]} if strided else {}
        return (torch._addmm_activation(bias, x, weights.T, use_gelu=True, **target),)

    return Case("linear_gelu", f"{rows}x{inner} to {width}" + (f" in rows of {stride}" if strided else ""),
                [x, weights, bias], [out[:, stride - width:]], ours, formula, 2.0 * rows * inner * width, "TFLOP/s",
                lambda x, weights, bias: (F.gelu(F.linear(x, weights, bias), approximate="tanh"),))


def euler_step(m, batch):
    elements = m.either(4096 * 64, 96)
    latents, velocity = m.normal(batch, elements), m.normal(batch, elements)
    sigma_step = m.normal(batch, dtype=torch.float32, scale=0.02)

    def formula(latents, velocity, sigma_step):
        wide = torch.promote_types(latents.dtype, sigma_step.dtype)
        return ((latents.to(wide) + sigma_step[:, None] * velocity.to(wide)).to(latents.dtype),)

    return Case("euler_step", f"{batch}x{elements}",
                [latents, velocity, sigma_step], [latents],
                m.bind("euler_step", batch, elements, latents, velocity, sigma_step), formula,
                bytes_of(latents, latents, velocity))


def timestep_embedding(m):
    """Of one step; the table of frequencies is part of the work."""
    count, frequencies = 1, 128
    values, out = 1000 * torch.rand(count, device=m.device), m.empty(count, 2 * frequencies)
    one = torch.ones((), dtype=m.dtype, device=m.device)  # tells the formula what to round to

    def formula(values, one):
        steps = torch.arange(frequencies, device=values.device, dtype=values.dtype)
        angles = values[:, None] * torch.exp(steps * (-math.log(10000) / frequencies))
        return (torch.cat([angles.cos(), angles.sin()], -1).to(one.dtype),)

    return Case("timestep_embedding", f"{count}x{2 * frequencies}", [values, one], [out],
                m.bind("timestep_embedding", count, frequencies, values, out), formula, bytes_of(values, out))


PACKED_SCALE, PACKED_SHIFT = 0.3611, 0.1159


def pack_latents(m, channels_last):
    channels, side = 16, m.either(128, 8)
    sizes = (side, side, channels) if channels_last else (channels, side, side)
    latents, out = m.normal(*sizes), m.empty(side * side // 4, 4 * channels)

    def formula(latents):
        first = latents.permute(2, 0, 1) if channels_last else latents
        patches = first.unflatten(2, (-1, 2)).unflatten(1, (-1, 2))  # channel, patch row, dy, patch column, dx
        return (patches.permute(1, 3, 0, 2, 4).reshape(out.shape) * PACKED_SCALE + PACKED_SHIFT,)

    return Case("pack_latents", f"{channels}x{side}x{side}" + (" channels last" if channels_last else ""),
                [latents], [out],
                m.bind("pack_latents", channels, side, side, channels_last, PACKED_SCALE, PACKED_SHIFT, latents, out),
                formula, bytes_of(latents, out))


def unpack_latents(m, channels_last):
    channels, side = 16, m.either(128, 8)
    sizes = (side, side, channels) if channels_last else (channels, side, side)
    tokens, out = m.normal(side * side // 4, 4 * channels), m.empty(*sizes)

    def formula(tokens):
        patches = tokens.reshape(side // 2, side // 2, channels, 2, 2)
        order = (0, 3, 1, 4, 2) if channels_last else (2, 0, 3, 1, 4)
        return (patches.permute(order).reshape(sizes) * PACKED_SCALE + PACKED_SHIFT,)

    return Case("unpack_latents", f"{channels}x{side}x{side}" + (" channels last" if channels_last else ""),
                [tokens], [out],
                m.bind("unpack_latents", channels, side, side, channels_last, PACKED_SCALE, PACKED_SHIFT, tokens, out),
                formula, bytes_of(tokens, out))


def rgb8_from_image(m):
    side = m.either(1024, 16)
    image, out = m.normal(side, side, 3), m.empty(side, side, 3, dtype=torch.uint8)
    return Case("rgb8_from_image", f"{side}x{side}x3", [image], [out],
                m.bind("rgb8_from_image", image.numel(), image, out),
                lambda image: (((image / 2 + 0.5).clamp(0, 1) * 255).round().to(torch.uint8),), bytes_of(image, out))


def image_from_rgb8(m):
    side = m.either(1024, 16)
    pixels = torch.randint(0, 256, (side, side, 3), dtype=torch.uint8, device=m.device)
    out = m.empty(side, side, 3)
    two = torch.tensor(2.0, dtype=m.dtype, device=m.device)  # tells the formula what to round to

    def formula(pixels, two):
        wide = pixels.to(torch.promote_types(two.dtype, torch.float32))
        return ((wide / 255 * two - 1).to(two.dtype),)

    return Case("image_from_rgb8", f"{side}x{side}x3", [pixels, two], [out],
                m.bind("image_from_rgb8", pixels.numel(), pixels, out), formula, bytes_of(pixels, out))


KERNELS = [
    adaln_modulate,
    gated_residual,
    gated_residual_adaln,
    lambda m: qk_norm_rope(m, (512, 4096)),
    lambda m: qk_norm_rope(m, (512, 4096, 1024)),
    gelu_tanh,
    gelu_tanh_in_place,
    lambda m: lora_add(m, 3072),
    lambda m: lora_add(m, 12288),
    *[lambda m, make=make, eight=eight: make(m, eight)
      for eight in EIGHT_BITS for make in (quantize, adaln_modulate_quantized, gelu_tanh_quantized)],
    lambda m: dequantize(m, 3072),
    lambda m: dequantize(m, 12288),
    *[lambda m, side=side, channels=channels: group_norm_silu(m, side, channels)
      for side, channels in ((64, 512), (256, 256), (512, 128), (512, 256), (1024, 128))],
    *[lambda m, side=side, channels=channels: convolution(m, side, channels)
      for side, channels in ((128, 512), (512, 128), (1024, 128))],
    *[lambda m, strided=strided: linear_gelu(m, strided) for strided in (False, True)],
    timestep_embedding,
    lambda m: euler_step(m, 1),
    lambda m: euler_step(m, 16),
    *[lambda m, last=last: pack_latents(m, last) for last in (False, True)],
    *[lambda m, last=last: unpack_latents(m, last) for last in (False, True)],
    rgb8_from_image,
    image_from_rgb8,
]
