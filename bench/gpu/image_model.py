"""Models without files: their descriptions as engine.h takes them, and every weight's name and sizes. The engine draws the
weights, from the same names the same ones as Java's `--random-weights`; it refuses a list that is not its networks' own.
Nothing here needs PyTorch."""

import math
import re

DEVIATION = 0.02  # of every weight but norms', as Java has it

CLIP_L = {"width": 768, "heads": 12, "blocks": 12, "mlp_width": 3072, "vocabulary": 49408, "max_tokens": 77,
          "quick_gelu": 1, "eos_token_id": 2, "norm_epsilon": "1e-05"}
T5_XXL = {"width": 4096, "heads": 64, "head_size": 64, "mlp_width": 10240, "blocks": 24, "vocabulary": 32128, "buckets": 32,
          "max_distance": 128, "norm_epsilon": "1e-06"}
FLUX = {"double_blocks": 19, "single_blocks": 38, "heads": 24, "head_size": 128, "channels": 64, "text_width": 4096,
        "pooled_width": 768, "guidance": 1, "rope_axes": [16, 56, 56]}
FLUX_VAE = {"channels": [128, 256, 512, 512], "latent_channels": 16, "groups": 32, "resnets": 2, "scaling_factor": 0.3611,
            "shift_factor": 0.1159}
SMALL = {"double_blocks": 2, "single_blocks": 4, "heads": 6, "head_size": 32, "channels": 64, "text_width": 128,
         "pooled_width": 128, "guidance": 1, "rope_axes": [8, 12, 12]}
SMALL_VAE = {"channels": [16, 32, 48, 64], "latent_channels": 16, "groups": 8, "resnets": 1, "scaling_factor": 1.0,
             "shift_factor": 0.0}
SINUSOID_WIDTH = 256


class Model:
    """name is what Java's --random-weights calls it; size (pixels of a side), tokens (of a prompt) and guidance are what a
    request has by default; shifted says whether its noise levels are."""

    def __init__(self, name, clip, t5, transformer, vae, size, tokens, guidance, shifted):
        self.name, self.size, self.tokens, self.guidance = name, size, tokens, guidance
        self.parts = {"clip": clip, "t5": t5, "transformer": transformer, "vae": vae}
        self.shifted = shifted

    def description(self, device, threads):
        lines = [f"{part}.{key}={listed(value)}" for part, values in self.parts.items() for key, value in values.items()]
        return "\n".join([*lines, "type=bfloat16", f"threads={threads}", *([f"device={device}"] if device != "cpu" else [])])

    def with_blocks(self, double, single):
        """The transformer with so many blocks; encoders and decoder as small as they can be, where there are none to speak of."""
        clip, t5 = without_blocks(self.parts["transformer"])
        transformer = self.parts["transformer"] | {"double_blocks": double, "single_blocks": single}
        return Model(f"{self.name}:{double},{single}", clip, t5, transformer, SMALL_VAE, self.size, self.tokens, self.guidance,
                     self.shifted)

    def weights(self):
        """(name, sizes) of each."""
        for part, weights in WEIGHTS.items():
            yield from ((f"{part}.{name}", sizes) for name, sizes in weights(self.parts[part]))

    def bytes(self):
        return sum(2 * math.prod(sizes) for _, sizes in self.weights())

    def mu(self, size):
        """Of the noise levels' shift, as diffusers computes it: 0.5 at 256 tokens, 1.15 at 4096, on a line; None without one."""
        return 0.5 + ((size // 16) ** 2 - 256) * (1.15 - 0.5) / (4096 - 256) if self.shifted else None

    def ids(self, part, tokens):
        """A prompt's ids: any will do, but the greatest comes once, which is where CLIP's pooled row is."""
        vocabulary = self.parts[part]["vocabulary"]
        return [(7919 * i + 13) % (vocabulary - 2) for i in range(tokens - 1)] + [vocabulary - 1]


def of_shape(shape, encoders):
    """flux-dev, flux-dev:D,S with so many double and single blocks, or scenes, the shape of the shipped model. Without encoders
    their blocks are left out, as Java's random weights have it: prompts come embedded."""
    parts = re.fullmatch(r"(flux-dev|scenes)(?::(\d{1,3}),(\d{1,3}))?", shape)
    if not parts:
        raise ValueError(f"no shape is called {shape}: flux-dev, flux-dev:D,S, scenes or scenes:D,S")
    transformer = dict(FLUX if parts[1] == "flux-dev" else SMALL)
    if parts[2]:
        transformer |= {"double_blocks": int(parts[2]), "single_blocks": int(parts[3])}
    clip, t5 = without_blocks(transformer)
    if parts[1] == "flux-dev":
        clip, t5 = (CLIP_L, T5_XXL) if encoders else (clip, t5)
        return Model(shape, clip, t5, transformer, FLUX_VAE, 1024, 512, 3.5, True)
    if encoders:
        clip |= {"heads": 4, "blocks": 2, "mlp_width": 256, "vocabulary": 512, "max_tokens": 77}
        t5 |= {"heads": 4, "head_size": 32, "blocks": 2, "mlp_width": 256, "vocabulary": 512}
    return Model(shape, clip, t5, transformer, SMALL_VAE, 128, 64, 3.0, False)


def without_blocks(transformer):
    clip = CLIP_L | {"width": transformer["pooled_width"], "heads": 1, "blocks": 0, "mlp_width": 1, "vocabulary": 1,
                     "max_tokens": 2, "eos_token_id": 0}
    t5 = T5_XXL | {"width": transformer["text_width"], "heads": 1, "head_size": 1, "blocks": 0, "mlp_width": 1, "vocabulary": 1,
                   "buckets": 4, "max_distance": 8}
    return clip, t5


def listed(value):
    return ",".join(map(str, value)) if isinstance(value, list) else value


def drawn_as(name):
    """Mean and deviation. Norms are 1: what passes them keeps its size."""
    return (1.0, 0.0) if "norm" in name and name.endswith(".weight") else (0.0, DEVIATION)


def linear(name, out, width):
    yield name + ".weight", [out, width]
    yield name + ".bias", [out]


def norm(name, width):
    yield name + ".weight", [width]
    yield name + ".bias", [width]


def convolution(name, out, channels, side=3):
    yield name + ".weight", [out, channels, side, side]
    yield name + ".bias", [out]


def clip_weights(c):
    yield "token_embedding.weight", [c["vocabulary"], c["width"]]
    yield "position_embedding.weight", [c["max_tokens"], c["width"]]
    for i in range(c["blocks"]):
        block = f"blocks.{i}."
        yield from norm(block + "norm1", c["width"])
        yield from norm(block + "norm2", c["width"])
        for name in ("q", "k", "v", "out"):
            yield from linear(block + name, c["width"], c["width"])
        yield from linear(block + "up", c["mlp_width"], c["width"])
        yield from linear(block + "down", c["width"], c["mlp_width"])
    yield from norm("final_norm", c["width"])


def t5_weights(c):
    inner = c["heads"] * c["head_size"]
    yield "token_embedding.weight", [c["vocabulary"], c["width"]]
    yield "relative_bias.weight", [c["buckets"], c["heads"]]
    for i in range(c["blocks"]):
        block = f"blocks.{i}."
        yield block + "norm1.weight", [c["width"]]
        for name in ("q", "k", "v"):
            yield f"{block}{name}.weight", [inner, c["width"]]
        yield block + "out.weight", [c["width"], inner]
        yield block + "norm2.weight", [c["width"]]
        yield block + "gate.weight", [c["mlp_width"], c["width"]]
        yield block + "up.weight", [c["mlp_width"], c["width"]]
        yield block + "down.weight", [c["width"], c["mlp_width"]]
    yield "final_norm.weight", [c["width"]]


def transformer_weights(c):
    width = c["heads"] * c["head_size"]
    yield from linear("image_in", width, c["channels"])
    yield from linear("text_in", width, c["text_width"])
    for name, inputs in {"time_in": SINUSOID_WIDTH, "guidance_in": SINUSOID_WIDTH, "pooled_in": c["pooled_width"]}.items():
        yield from linear(name + ".in", width, inputs)
        yield from linear(name + ".out", width, width)
    for i in range(c["double_blocks"]):
        for stream in (f"double.{i}.image.", f"double.{i}.text."):
            yield from linear(stream + "modulation", 6 * width, width)
            yield from attention_inputs(stream, c)
            yield from linear(stream + "out", width, width)
            yield from linear(stream + "up", 4 * width, width)
            yield from linear(stream + "down", width, 4 * width)
    for i in range(c["single_blocks"]):
        block = f"single.{i}."
        yield from linear(block + "modulation", 3 * width, width)
        yield from attention_inputs(block, c)
        yield from linear(block + "up", 4 * width, width)
        yield from linear(block + "out", width, 5 * width)
    yield from linear("final.scale", width, width)
    yield from linear("final.shift", width, width)
    yield from linear("final.out", c["channels"], width)


def attention_inputs(prefix, c):
    width = c["heads"] * c["head_size"]
    for name in ("q", "k", "v"):
        yield from linear(prefix + name, width, width)
    yield prefix + "q_norm.weight", [c["head_size"]]
    yield prefix + "k_norm.weight", [c["head_size"]]


def vae_weights(c):
    channels, inner, latents = c["channels"], c["channels"][-1], c["latent_channels"]
    for half, first, inputs, outputs, last in (("encoder.", channels[0], 3, 2 * latents, inner),
                                               ("decoder.", inner, latents, 3, channels[0])):
        yield from convolution(half + "conv_in", first, inputs)
        yield from norm(half + "norm_out", last)
        yield from convolution(half + "conv_out", outputs, last)
        yield from resnet(half + "mid.resnet1.", inner, inner)
        yield from resnet(half + "mid.resnet2.", inner, inner)
        yield from norm(half + "mid.attention.norm", inner)
        for name in ("q", "k", "v", "out"):
            yield from linear(f"{half}mid.attention.{name}", inner, inner)
    yield from levels("encoder.down.", channels[0], channels, c["resnets"], "downsample")
    yield from levels("decoder.up.", inner, channels[::-1], c["resnets"] + 1, "upsample")


def levels(prefix, inputs, channels, resnets, between):
    for i, outputs in enumerate(channels):
        for j in range(resnets):
            yield from resnet(f"{prefix}{i}.resnets.{j}.", inputs if j == 0 else outputs, outputs)
        if i + 1 < len(channels):
            yield from convolution(f"{prefix}{i}.{between}", outputs, outputs)
        inputs = outputs


def resnet(name, inputs, outputs):
    yield from norm(name + "norm1", inputs)
    yield from convolution(name + "conv1", outputs, inputs)
    yield from norm(name + "norm2", outputs)
    yield from convolution(name + "conv2", outputs, outputs)
    if inputs != outputs:
        yield from convolution(name + "shortcut", outputs, inputs, 1)


WEIGHTS = {"clip": clip_weights, "t5": t5_weights, "transformer": transformer_weights, "vae": vae_weights}
