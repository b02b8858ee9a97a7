#!/usr/bin/env bash
# Makes the model of scenes: what comes out lies in runs/scenes. A stage that was stopped goes on where it was.
set -euo pipefail
cd "$(dirname "$0")/../../.."

make=models/scenes/make
start=runs/scenes/start
mkdir -p runs/scenes
if [[ ! -d $start ]]; then
  rm -rf "$start.part"
  cp -r "$make/start" "$start.part"
  ./reflectionflow scenes tokenizers -o "$start.part" --length 64
  mv "$start.part" "$start"
fi
for stage in autoencoder text transformer guidance; do
  ./reflectionflow train --config "$make/$stage.yaml" --resume
done
