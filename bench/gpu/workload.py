"""What a step works on: sizes, inputs, and the floating-point operations that follow from the sizes."""

from dataclasses import dataclass

import torch

import flux


@dataclass(frozen=True)
class Load:
    grid: tuple  # rows and columns of image tokens
    batch: int = 1
    text_tokens: int = 512
    condition_grid: tuple = None

    @property
    def image_tokens(self):
        return self.grid[0] * self.grid[1]

    @property
    def condition_tokens(self):
        return self.condition_grid[0] * self.condition_grid[1] if self.condition_grid else 0

    def name(self):
        condition = f" + {self.condition_tokens} condition" if self.condition_grid else ""
        return f"{16 * self.grid[0]} x {16 * self.grid[1]}{condition}"


def load_of(side, batch, condition, small):
    """side in pixels; the condition is an image of half of FLUX's own size, whatever the side."""
    if small:
        return Load((side // 256, side // 256 + 1), batch, 8, (2, 3) if condition else None)
    return Load((side // 16, side // 16), batch, 512, (32, 32) if condition else None)


class Inputs:
    """Random, of a run's first step; latents are the packed noise."""

    def __init__(self, config, load, dtype, device):
        def normal(*sizes):
            return torch.randn(sizes, dtype=dtype, device=device)

        self.load = load
        rows, columns = load.grid
        self.noise = torch.randn(load.batch, config.channels // 4, 2 * rows, 2 * columns)
        patches = self.noise.unflatten(3, (-1, 2)).unflatten(2, (-1, 2))  # B, channel, row, dy, column, dx
        packed = patches.permute(0, 2, 4, 1, 3, 5).reshape(load.batch, load.image_tokens, config.channels)
        self.latents = packed.to(device=device, dtype=dtype)
        self.prompt_embeds = normal(load.batch, load.text_tokens, config.text_width)
        self.pooled = normal(load.batch, config.pooled_width)
        self.condition = normal(load.batch, load.condition_tokens, config.channels) if load.condition_grid else None
        self.guidance = torch.full((load.batch,), 3.5)
        self.numbers = [flux.timestep_of(torch.ones(load.batch), dtype).to(device),
                        flux.thousandfold(self.guidance, dtype).to(device)]
        self.rope = flux.rope_tables(config, load.text_tokens, load.grid, load.condition_grid, device)

    def arguments(self, dtype=None):
        """What flux.Flux.forward takes, in the dtype it is to compute in."""
        wide = [tensor if tensor is None else tensor.to(dtype or tensor.dtype)
                for tensor in (self.latents, self.prompt_embeds, self.pooled, self.condition)]
        return [*wide[:3], *self.numbers, self.rope, wide[3]]


def products(config, load, joined):
    """{(M, N, K): how often} of the engine's step: rows of all samples together, condition rows with the image's. Joined, as
    they are on a card, q, k and v are one product, in single-stream blocks with the MLP's first."""
    width, text = config.width, load.batch * load.text_tokens
    image, condition = load.batch * load.image_tokens, load.batch * load.condition_tokens
    found = {}

    def add(times, *shape):
        found[shape] = found.get(shape, 0) + times

    for rows in (text, image + condition):
        add(config.double_blocks if joined else 3 * config.double_blocks, rows, 3 * width if joined else width, width)
        add(config.double_blocks, rows, width, width)
        add(config.double_blocks, rows, 4 * width, width)
        add(config.double_blocks, rows, width, 4 * width)
    rows = text + image + condition
    if joined:
        add(config.single_blocks, rows, 7 * width, width)
    else:
        add(3 * config.single_blocks, rows, width, width)
        add(config.single_blocks, rows, 4 * width, width)
    add(config.single_blocks, rows, width, 5 * width)
    add(1, image, width, config.channels)
    add(1, image, config.channels, width)
    return found


def operations(config, load):
    """FLOP of a step, as the Java bench's BenchWork counts: 2 M N K for products, 4 B H S^2 D for attention, nothing for the
    rest, and nothing for what is computed once for a prompt."""
    tokens = load.text_tokens + load.image_tokens + load.condition_tokens
    blocks = config.double_blocks + config.single_blocks
    attention = 4.0 * load.batch * blocks * tokens**2 * config.width
    return attention + product_operations(products(config, load, joined=False))


def product_operations(shapes):
    """FLOP of what `products` lists."""
    return sum(2.0 * m * n * k * times for (m, n, k), times in shapes.items())
