#!/usr/bin/env bash
# Makes the model of scenes and its corrector from nothing in runs/scenes, then puts them into models/scenes. A stage that was
# stopped goes on where it was.
set -euo pipefail
cd "$(dirname "$0")/../.."

target=models/scenes
make=$target/make
runs=runs/scenes
mkdir -p "$runs"
if [[ ! -d $runs/start ]]; then
  rm -rf "$runs/start.part"
  cp -r "$make/start" "$runs/start.part"
  ./reflectionflow scenes tokenizers -o "$runs/start.part" --length 64
  mv "$runs/start.part" "$runs/start"
fi
for stage in autoencoder text transformer guidance corrector; do
  ./reflectionflow train --config "$make/$stage.yaml" --resume
  cp "$runs/$stage/loss.svg" "$make/$stage.svg"
done

last() {
  find "$runs/$1/ckpt" -mindepth 1 -maxdepth 1 -name '[0-9]*' -printf '%f\n' | sort -n | tail -n 1
}
cp -r "$runs/guidance/ckpt/$(last guidance)/model/." "$target/"
cp "$runs/corrector/ckpt/$(last corrector)/pytorch_lora_weights.safetensors" "$target/corrector.safetensors"
cp "$runs/guidance/samples/$(last guidance)/sheet.png" "$make/samples.png"
cp "$runs/corrector/samples/$(last corrector)/sheet.png" "$make/corrections.png"
