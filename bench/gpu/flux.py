"""FLUX.1-dev's transformer as a PyTorch user writes it: the rival of the engine's step, and the formula of its result.

It computes as diffusers does: separate products for q, k and v, LayerNorm without weights, RMSNorm on q and k, RoPE on
interleaved pairs in float32, scaled_dot_product_attention over text, image and condition tokens, tanh GELU, and all that hangs
on the timestep anew at each step. RoPE's tables are made once, which diffusers does not. A condition is the corrector's third
stream: the image's weights in the double blocks, its own modulation at timestep 0 and guidance 1, adapters (LoRA) on its rows
alone.

Timestep and guidance come rounded as diffusers rounds them within the network: torch.compile fuses such conversions away, and
then computes another picture.

Weights go by the engine's names. They take the inputs' type as they are used, so float64 inputs give the truth to compare with.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

from attention import attend_in_double
from cases import modulated, rotated

EMBEDDED = 256  # of a timestep, half of it cosines
EPSILON = 1e-6


@dataclass(frozen=True)
class Config:
    double_blocks: int = 19
    single_blocks: int = 38
    heads: int = 24
    head_size: int = 128
    channels: int = 64
    text_width: int = 4096
    pooled_width: int = 768
    rope_axes: tuple = (16, 56, 56)

    @property
    def width(self):
        return self.heads * self.head_size


SMALL = Config(2, 2, 2, 16, 8, 24, 12, (4, 6, 6))


def layers(config):
    """{name: (inputs, outputs)} of every linear layer."""
    width, embedders = config.width, {"time_in": EMBEDDED, "guidance_in": EMBEDDED, "pooled_in": config.pooled_width}
    found = {"image_in": (config.channels, width), "text_in": (config.text_width, width)}
    for name, inputs in embedders.items():
        found |= {f"{name}.in": (inputs, width), f"{name}.out": (width, width)}
    square = {part: (width, width) for part in ("q", "k", "v")}
    stream = square | {"out": (width, width), "up": (width, 4 * width), "down": (4 * width, width)}
    single = square | {"up": (width, 4 * width), "out": (5 * width, width)}
    for index in range(config.double_blocks):
        for name in ("text", "image"):
            parts = stream | {"modulation": (width, 6 * width)}
            found |= {f"double.{index}.{name}.{part}": sizes for part, sizes in parts.items()}
    for index in range(config.single_blocks):
        parts = single | {"modulation": (width, 3 * width)}
        found |= {f"single.{index}.{part}": sizes for part, sizes in parts.items()}
    found |= {"final.shift": (width, width), "final.scale": (width, width), "final.out": (width, config.channels)}
    return {f"transformer.{name}": sizes for name, sizes in found.items()}


def norms(config):
    blocks = [f"double.{index}.{name}" for index in range(config.double_blocks) for name in ("text", "image")]
    blocks += [f"single.{index}" for index in range(config.single_blocks)]
    return [f"transformer.{block}.{part}_norm.weight" for block in blocks for part in "qk"]


def drawn(dtype, device, deviation):
    """What makes normal values where they are used."""
    return lambda *sizes: torch.randn(sizes, dtype=dtype, device=device).mul_(deviation)


def random_weights(config, dtype, device, deviation=0.02):
    """Normal values; norms are near 1."""
    normal, weights = drawn(dtype, device, deviation), {}
    for name, (inputs, outputs) in layers(config).items():
        weights |= {f"{name}.weight": normal(outputs, inputs), f"{name}.bias": normal(outputs)}
    return weights | {name: normal(config.head_size).add_(1) for name in norms(config)}


def random_adapters(config, dtype, device, rank, deviation=0.02):
    """{layer: (a, b)} of those layers that the released corrector adapts and that a step computes for each token."""
    adapted = [f"transformer.double.{index}.image.{part}" for index in range(config.double_blocks)
               for part in ("q", "k", "v", "out", "down")]
    adapted += [f"transformer.single.{index}.{part}" for index in range(config.single_blocks)
                for part in ("q", "k", "v", "up", "out")]
    sizes, normal = layers(config), drawn(dtype, device, deviation)
    return {name: (normal(rank, sizes[name][0]), normal(sizes[name][1], rank)) for name in adapted}


def rope_tables(config, text_tokens, grid, condition_grid, device):
    """cos and sin (S, D / 2) in float32 of angles in float64; the condition's columns lie to the left of the image's."""
    positions = [(0, 0, 0)] * text_tokens + [(0, row, column) for row in range(grid[0]) for column in range(grid[1])]
    if condition_grid:
        rows, columns = condition_grid
        positions += [(0, row, column - columns) for row in range(rows) for column in range(columns)]
    positions = torch.tensor(positions, dtype=torch.float64)
    angles = [positions[:, axis, None] * 10000.0 ** (-torch.arange(0, size, 2, dtype=torch.float64) / size)
              for axis, size in enumerate(config.rope_axes)]
    angles = torch.cat(angles, 1)
    return angles.cos().float().to(device), angles.sin().float().to(device)


def thousandfold(values, dtype):
    """As diffusers hands numbers to the embedding: rounded to the weights' type, times 1000, rounded again. (B) float32."""
    return (values.to(dtype).float() * 1000).to(dtype).float()


def timestep_of(sigma, dtype):
    """What is embedded for a noise level. The pipeline's timestep takes the latents' type twice on its way."""
    return thousandfold((sigma.float() * 1000).to(dtype).float() / 1000, dtype)


class Flux:
    def __init__(self, config, weights, adapters=None):
        self.config, self.weights, self.adapters = config, weights, adapters or {}

    def forward(self, latents, prompt_embeds, pooled, timestep, guidance, rope, condition=None):
        """latents (B, S_img, C), prompt_embeds (B, S_txt, W), pooled (B, P), timestep of timestep_of and guidance of
        thousandfold (B), rope of rope_tables, condition (B, S_cond, C). Returns the velocity, as latents."""
        conditioning = F.silu(self.conditioning(timestep, guidance, pooled))
        text, image = self.linear("text_in", prompt_embeds), self.linear("image_in", latents)
        third, conditions = (), ()
        if condition is not None:
            third = (self.linear("image_in", condition),)
            conditions = (F.silu(self.conditioning(torch.zeros_like(timestep), torch.full_like(guidance, 1000), pooled)),)
        streams = [text, image, *third]
        for index in range(self.config.double_blocks):
            streams = self.double_block(f"double.{index}", streams, [conditioning, conditioning, *conditions], rope)
        streams = [torch.cat(streams[:2], 1), *streams[2:]]
        for index in range(self.config.single_blocks):
            streams = self.single_block(f"single.{index}", streams, [conditioning, *conditions], rope)
        image = streams[0][:, text.shape[1]:]
        shift, scale = (self.linear(f"final.{part}", conditioning)[:, None] for part in ("shift", "scale"))
        return self.linear("final.out", modulated(image, shift, scale))

    def linear(self, name, x, adapted=False):
        name = "transformer." + name
        out = F.linear(x, self.weights[name + ".weight"].to(x.dtype), self.weights[name + ".bias"].to(x.dtype))
        if adapted and name in self.adapters:
            a, b = (part.to(x.dtype) for part in self.adapters[name])
            out = out + F.linear(F.linear(x, a), b)
        return out

    def conditioning(self, timestep, guidance, pooled):
        def embedded(name, values):
            wide = values.to(torch.promote_types(pooled.dtype, torch.float32))
            steps = torch.arange(EMBEDDED // 2, device=values.device, dtype=wide.dtype)
            angles = wide[:, None] * 10000.0 ** (-steps / (EMBEDDED // 2))
            return self.mlp(name, torch.cat([angles.cos(), angles.sin()], -1).to(pooled.dtype))

        return embedded("time_in", timestep) + embedded("guidance_in", guidance) + self.mlp("pooled_in", pooled)

    def mlp(self, name, x):
        return self.linear(f"{name}.out", F.silu(self.linear(f"{name}.in", x)))

    def double_block(self, block, streams, conditionings, rope):
        names = [f"{block}.{name}" for name in ("text", "image", "image")[:len(streams)]]
        adapted = [False, False, True]
        # Shift, scale and gate of the attention, then of the MLP: (B, 1, E) each.
        modulations = [self.linear(f"{name}.modulation", conditioning)[:, None].chunk(6, -1)
                       for name, conditioning in zip(names, conditionings)]
        normed = [modulated(x, m[0], m[1]) for x, m in zip(streams, modulations)]
        attended = self.attention(names, normed, adapted, rope)
        done = []
        for name, x, heads, m, adapt in zip(names, streams, attended, modulations, adapted):
            x = x + m[2] * self.linear(f"{name}.out", heads, adapt)
            up = F.gelu(self.linear(f"{name}.up", modulated(x, m[3], m[4]), adapt), approximate="tanh")
            done.append(x + m[5] * self.linear(f"{name}.down", up, adapt))
        return done

    def single_block(self, block, streams, conditionings, rope):
        adapted = [False, True]
        modulations = [self.linear(f"{block}.modulation", conditioning)[:, None].chunk(3, -1)
                       for conditioning in conditionings]
        normed = [modulated(x, m[0], m[1]) for x, m in zip(streams, modulations)]
        attended = self.attention([block] * len(streams), normed, adapted, rope)
        done = []
        for x, y, heads, m, adapt in zip(streams, normed, attended, modulations, adapted):
            up = F.gelu(self.linear(f"{block}.up", y, adapt), approximate="tanh")
            done.append(x + m[2] * self.linear(f"{block}.out", torch.cat([heads, up], -1), adapt))
        return done

    def attention(self, names, streams, adapted, rope):
        """One over the tokens of all streams, each with the weights of its name."""
        parts = [self.heads(*stream) for stream in zip(names, streams, adapted)]
        q, k, v = (torch.cat(part, 2) for part in zip(*parts))
        out = attend(rotated(q, *rope), rotated(k, *rope), v)
        return out.split([x.shape[1] for x in streams], 1)

    def heads(self, name, x, adapted):
        """q, k and v (B, H, S, D)."""
        def normed(part, rows):
            weight = self.weights[f"transformer.{name}.{part}_norm.weight"].to(x.dtype)
            return F.rms_norm(rows, rows.shape[-1:], weight, EPSILON)

        q, k, v = (self.linear(f"{name}.{part}", x, adapted).unflatten(-1, (self.config.heads, -1)).transpose(1, 2)
                   for part in "qkv")
        return normed("q", q), normed("k", k), v


def attend(q, k, v):
    """(B, H, S, D) to (B, S, H * D)."""
    if q.dtype == torch.float64:
        return torch.stack([attend_in_double(*sample)[0] for sample in zip(q, k, v)])
    return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
