#!/usr/bin/env bash
# From the start of the JVM to the first picture of the shipped model on disk, and the time of the pictures after it:
# bench/first_image.sh [RUNS]. Prints medians in milliseconds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

runs=${1:-7}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
prompt="a photo of a red circle"

median() { sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

./reflectionflow generate "$prompt" -o "$folder/warm.png" 2>/dev/null >&2
for ((run = 0; run < runs; run++)); do
  begun=$(date +%s%N)
  ./reflectionflow generate "$prompt" --seed "$run" -o "$folder/$run.png" 2>/dev/null >&2
  echo $((($(date +%s%N) - begun) / 1000000))
done >"$folder/starts"
./reflectionflow generate "$prompt" --seed 0 -n 24 -o "$folder/many" --format json 2>/dev/null |
  sed -n 's/.*"total":\([0-9.]*\).*/\1/p' | tail -n +5 >"$folder/images"

echo "commit       $(git rev-parse --short HEAD)"
echo "processors   $(nproc), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
echo "first image  $(median <"$folder/starts") ms from the launcher's start to its end, median of $runs"
echo "next images  $(median <"$folder/images") ms each (text, $(./reflectionflow inspect "$folder/warm.png" |
  sed -n 's/.*Steps: \([0-9]*\).*/\1/p') steps, decoding), median of $(wc -l <"$folder/images")"
