#!/usr/bin/env bash
# Everything that bench/results/step_cpu_*.md says, as Markdown on stdout: bench/step_cpu.sh [ROUNDS]. About ten minutes for two
# rounds on two cores. PYTHON and PREFIX as for bench/compare.sh; without diffusers in PYTHON that comparison is left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

rounds=${1:-2}
shape=flux-dev:1,2
read -ra python <<<"${PYTHON:-python3}"
read -ra prefix <<<"${PREFIX:-}"

bench() { "${prefix[@]}" ./reflectionflow bench --format json "$@" 2>/dev/null; }
stage() { sed -n "s/.*\"$1\":{\"median\":\([0-9.]*\).*/\1/p"; }
value() { sed -n "s/.*\"$1\":\([0-9.eE+-]*\).*/\1/p"; }
middle() { sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }
steps() { bench --random-weights "$shape" --steps-only --runs 1 --warm-up 0 -s 3 "$@"; }

./reflectionflow --version >/dev/null
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

echo "Commit $(git describe --always --dirty), $(date -I), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) threads."
echo
echo "## A step, here and in diffusers"
for size in 512 1024; do
  echo
  if "${python[@]}" -c "import diffusers" 2>/dev/null; then
    bench/compare.sh --shape "$shape" --size "$size" --rounds "$rounds" --runs 2
  else
    echo "$size: PYTHON has no diffusers"
  fi
done

echo
echo "## What 1024 condition tokens cost"
echo
echo "| size | step ms | with condition ms | ratio | ratio of their TFLOP |"
echo "|---|---|---|---|---|"
for size in 512 1024; do
  for ((round = 0; round < rounds; round++)); do
    steps --size "$size" >>"$folder/plain$size"
    steps --size "$size" --condition 1024 >>"$folder/condition$size"
  done
  plain=$(stage step <"$folder/plain$size" | middle) with=$(stage step <"$folder/condition$size" | middle)
  work=$(value step_tflop <"$folder/plain$size" | head -n 1) more=$(value step_tflop <"$folder/condition$size" | head -n 1)
  awk "BEGIN { printf \"| %s | %.0f | %.0f | %.2f | %.2f |\n\", $size, $plain, $with, $with / $plain, $more / $work }"
done

echo
echo "## Batches"
echo
echo "| model | size, steps | batch | images per second | step ms | decoding ms | java overhead | peak GiB |"
echo "|---|---|---|---|---|---|---|---|"
row() {
  local name=$1 work=$2 batch=$3
  shift 3
  bench --batch "$batch" "$@" >"$folder/row"
  echo "| $name | $work | $batch | $(value images_per_second <"$folder/row") | $(stage step <"$folder/row")" \
    "| $(stage decode <"$folder/row") | $(value java_overhead <"$folder/row" | awk '{ printf "%.2f %%", 100 * $1 }')" \
    "| $(value peak_bytes <"$folder/row" | awk '{ printf "%.2f", $1 / 2 ^ 30 }') |"
}
for batch in 1 2 4; do row scenes "128x128, 16" "$batch" --runs 20 --warm-up 60; done
for batch in 1 2 4; do row "random $shape" "512x512, 4" "$batch" --random-weights "$shape" --size 512 -s 4 --runs 1; done

echo
echo "## First image and next images of the shipped model"
echo
"${prefix[@]}" bench/first_image.sh | sed 's/^/    /'
