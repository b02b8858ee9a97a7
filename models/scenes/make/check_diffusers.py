"""Draws with diffusers from a model folder as it stands, and again with this project from the same noise, and compares the
pictures: check_diffusers.py [FOLDER]. Needs diffusers, transformers and peft; exit code 1 where the pictures differ."""

import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
import torch
from diffusers import FluxPipeline
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROMPTS = ["a photo of a red circle", "a photo of a blue square left of a green star"]
SEED = 7
LEAST_PSNR = 30  # decibels; bfloat16 rounds differently in each program


def ours(folder, prompt, file):
    command = [ROOT / "reflectionflow", "generate", prompt, "-m", folder, "--seed", str(SEED), "-o", file, "--overwrite"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return Image.open(file).convert("RGB")


def theirs(pipeline, settings, prompt):
    return pipeline(
        prompt=prompt,
        width=settings["width"],
        height=settings["height"],
        num_inference_steps=settings["num_inference_steps"],
        guidance_scale=settings["guidance_scale"],
        max_sequence_length=settings["max_sequence_length"],
        generator=torch.Generator("cpu").manual_seed(SEED),
    ).images[0]


def psnr(a, b):
    error = numpy.square(numpy.asarray(a, numpy.float64) - numpy.asarray(b, numpy.float64)).mean()
    return 10 * numpy.log10(255**2 / error) if error else numpy.inf


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "models/scenes").resolve()
    settings = json.loads((folder / "generation_config.json").read_text())
    pipeline = FluxPipeline.from_pretrained(folder, torch_dtype=torch.bfloat16)
    pipeline.set_progress_bar_config(disable=True)
    worst = numpy.inf
    with tempfile.TemporaryDirectory() as scratch:
        for prompt in PROMPTS:
            file = pathlib.Path(scratch, "ours.png")
            value = psnr(theirs(pipeline, settings, prompt), ours(folder, prompt, file))
            print(f"{prompt}: {value:.1f} dB between diffusers and reflectionflow")
            worst = min(worst, value)
    corrector = folder / "corrector.safetensors"
    if corrector.exists():
        pipeline.load_lora_weights(folder, weight_name=corrector.name)
        theirs(pipeline, settings, PROMPTS[0])
        print(f"diffusers draws with {corrector.name} too")
    return 0 if worst >= LEAST_PSNR else 1


if __name__ == "__main__":
    sys.exit(main())
