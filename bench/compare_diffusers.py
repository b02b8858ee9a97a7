#!/usr/bin/env python3
"""The work of `reflectionflow bench` in diffusers, on the CPU, for whoever has it installed.

Prints one JSON object with the same keys. With --shape the weights are random and no file is read:

    compare_diffusers.py --shape flux-dev:1,2 --size 512 --stage step
    compare_diffusers.py --model FLUX.1-dev --size 1024 --steps 4 --stage image
"""

import argparse
import json
import os
import re
import resource
import time

import diffusers
import torch
from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel

DTYPES = {"bf16": torch.bfloat16, "fp32": torch.float32}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--shape", help="random weights: flux-dev or flux-schnell, or with blocks: flux-dev:2,4")
    what.add_argument("--model", help="a diffusers folder or the id of a model that is already downloaded")
    parser.add_argument("--stage", choices=["step", "decode", "image"], default="step")
    parser.add_argument("--size", default="1024", help="pixels: WIDTHxHEIGHT or a square's side (%(default)s)")
    parser.add_argument("--steps", type=int, default=4, help="denoising steps of an image (%(default)s)")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--condition", type=int, default=0,
                        help="tokens added behind the image's, as FluxKontextPipeline adds an earlier image's")
    parser.add_argument("--max-sequence-length", type=int, default=512)
    parser.add_argument("--dtype", choices=DTYPES, default="bf16")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--runs", type=int, default=3, help="samples that count (%(default)s)")
    parser.add_argument("--warm-up", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a line")
    args = parser.parse_args()
    if args.stage == "image" and args.condition:
        parser.error("--condition goes with --stage step")
    sides = [int(side) for side in args.size.split("x")]
    args.width, args.height = sides[0], sides[-1]
    return args


def random_parts(args):
    """Transformer and autoencoder of FLUX.1's shape; norms start at 1, all else at a deviation of 0.02."""
    parts = re.fullmatch(r"(flux-dev|flux-schnell)(?::(\d+),(\d+))?", args.shape)
    if not parts:
        raise SystemExit(f"--shape {args.shape} is neither flux-dev nor flux-schnell, with or without :D,S")
    torch.set_default_dtype(DTYPES[args.dtype])
    transformer = FluxTransformer2DModel(
        num_layers=int(parts[2] or 19), num_single_layers=int(parts[3] or 38),
        guidance_embeds=parts[1] == "flux-dev")
    vae = AutoencoderKL(
        block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=16, norm_num_groups=32,
        down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        scaling_factor=0.3611, shift_factor=0.1159, use_quant_conv=False, use_post_quant_conv=False)
    torch.set_default_dtype(torch.float32)
    torch.manual_seed(0)
    for network in (transformer, vae):
        for name, weight in network.named_parameters():
            if "norm" not in name or weight.dim() > 1:
                torch.nn.init.normal_(weight, std=0.02)
    return transformer.eval(), vae.eval()


def sampled(args, work):
    milliseconds = []
    for run in range(args.warm_up + args.runs):
        begun = time.perf_counter()
        work()
        if run >= args.warm_up:
            milliseconds.append(1000 * (time.perf_counter() - begun))
    return milliseconds


def step_work(args, transformer):
    """One call of the network and one step of the scheduler, at inputs of the right shapes."""
    dtype, config = DTYPES[args.dtype], transformer.config
    image_tokens = (args.width // 16) * (args.height // 16)
    rows, columns = args.height // 16, args.width // 16
    ids = FluxPipeline._prepare_latent_image_ids(args.batch, rows, columns, "cpu", dtype)
    latents = torch.randn(args.batch, image_tokens, config.in_channels, dtype=dtype)
    if args.condition:
        shifted = torch.zeros(args.condition, 3, dtype=dtype)
        shifted[:, 0], shifted[:, 2] = 1, torch.arange(args.condition)
        ids = torch.cat([ids, shifted])
    condition = torch.randn(args.batch, args.condition, config.in_channels, dtype=dtype)
    inputs = {
        "encoder_hidden_states": torch.randn(
            args.batch, args.max_sequence_length, config.joint_attention_dim, dtype=dtype),
        "pooled_projections": torch.randn(args.batch, config.pooled_projection_dim, dtype=dtype),
        "timestep": torch.full((args.batch,), 0.75, dtype=dtype),
        "guidance": torch.full((args.batch,), 3.5) if config.guidance_embeds else None,
        "img_ids": ids,
        "txt_ids": torch.zeros(args.max_sequence_length, 3, dtype=dtype),
        "return_dict": False,
    }
    scheduler = FlowMatchEulerDiscreteScheduler(shift=3.0)
    scheduler.set_timesteps(1)

    def work():
        scheduler._step_index = None
        velocity = transformer(hidden_states=torch.cat([latents, condition], dim=1), **inputs)[0][:, :image_tokens]
        scheduler.step(velocity, scheduler.timesteps[0], latents, return_dict=False)

    return work


def decode_work(args, vae):
    channels = vae.config.latent_channels
    latents = torch.randn(args.batch, channels, args.height // 8, args.width // 8, dtype=DTYPES[args.dtype])
    return lambda: vae.decode(latents / vae.config.scaling_factor + vae.config.shift_factor, return_dict=False)


def image_work(args, pipeline, transformer):
    """Text encoding (not with random weights), steps, decoding and the way to 8 bits."""
    options = {"width": args.width, "height": args.height, "num_inference_steps": args.steps, "output_type": "np"}
    options["num_images_per_prompt"] = args.batch
    if args.shape:
        config, dtype = transformer.config, DTYPES[args.dtype]
        options["prompt_embeds"] = torch.randn(1, args.max_sequence_length, config.joint_attention_dim, dtype=dtype)
        options["pooled_prompt_embeds"] = torch.randn(1, config.pooled_projection_dim, dtype=dtype)
    else:
        options["prompt"] = "a photo of a red circle left of a blue square"
        options["max_sequence_length"] = args.max_sequence_length
    return lambda: pipeline(**options)


def measure(args):
    pipeline = None
    if args.shape:
        transformer, vae = random_parts(args)
        if args.stage == "image":
            scheduler = FlowMatchEulerDiscreteScheduler(shift=3.0, use_dynamic_shifting=True)
            pipeline = FluxPipeline(scheduler, vae, None, None, None, None, transformer)
    else:
        pipeline = FluxPipeline.from_pretrained(args.model, torch_dtype=DTYPES[args.dtype], local_files_only=True)
        transformer, vae = pipeline.transformer, pipeline.vae
    if pipeline:
        pipeline.set_progress_bar_config(disable=True)
    if args.stage == "step":
        return sampled(args, step_work(args, transformer))
    if args.stage == "decode":
        return sampled(args, decode_work(args, vae))
    return sampled(args, image_work(args, pipeline, transformer))


def quantile(samples, fraction):
    return round(sorted(samples)[int(fraction * (len(samples) - 1) + 0.5)], 4)


def cpu():
    with open("/proc/cpuinfo") as lines:
        return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    with torch.inference_mode():
        samples = measure(args)
    median = quantile(samples, 0.5)
    stage = "total" if args.stage == "image" else args.stage
    found = {
        "tool": "diffusers", "version": diffusers.__version__, "libtorch": torch.__version__,
        "cpu": cpu(), "threads": args.threads,
        "model": args.model or f"random {args.shape}", "random_weights": bool(args.shape), "dtype": args.dtype,
        "width": args.width, "height": args.height, "steps": args.steps, "batch": args.batch,
        "text_tokens": args.max_sequence_length, "condition_tokens": args.condition,
        "warm_up": args.warm_up, "runs": args.runs,
        "milliseconds": {stage: {"median": median, "p10": quantile(samples, 0.1), "p90": quantile(samples, 0.9),
                                 "samples": len(samples)}},
    }
    if args.stage == "image":
        found["images_per_second"] = round(1000 * args.batch / median, 4)
    found["peak_bytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    if args.json:
        print(json.dumps(found, separators=(",", ":")))
    else:
        print(f"{stage}: median {median:.1f} ms of {len(samples)}, diffusers {diffusers.__version__},"
              f" torch {torch.__version__}, {args.threads} threads")


if __name__ == "__main__":
    main()
