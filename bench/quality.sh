#!/usr/bin/env bash
# What the approximate modes cost in quality and save in time: bench/quality.sh [FOLDER]. The shipped model draws the held-out scene
# prompts in each mode with the same seeds; prints Markdown. FOLDER (default out/quality) keeps the pictures: started again, it
# draws only what is missing. MODES takes some of the modes, by words of their names (MODES='fp8|int8'), beside the exact one; ROWS
# (prompts, from the first), IMAGES (of each), SEED and ROUNDS (of timing; 0 leaves it out) change how much. PREFIX="taskset -c 0,1"
# starts each process that is timed with a command. An approximate mode that the machine refuses is left out, and stderr says why.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

folder=${1:-out/quality}
rows=${ROWS:-120} images=${IMAGES:-4} seed=${SEED:-1} rounds=${ROUNDS:-3}
read -ra prefix <<<"${PREFIX:-}"
warm=10 timed=40

# name, then options
modes=(
  "exact"
  "cache-0.05 --cache-threshold 0.05"
  "cache-0.1 --cache-threshold 0.1"
  "cache-0.15 --cache-threshold 0.15"
  "cache-0.2 --cache-threshold 0.2"
  "cache-0.3 --cache-threshold 0.3"
  "fp8 --performance-mode fp8"
  "int8 --performance-mode int8"
)

middle() { sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

# The mean of all steps of the pictures after the first ones, skipped steps included.
step_ms() {
  "${prefix[@]}" ./reflectionflow generate "a photo of a red circle left of a blue square" --seed 1000 -n "$timed" \
    -o "$folder/timed" --overwrite --format json "$@" 2>/dev/null |
    sed -n 's/.*"steps":\[\([^]]*\)\].*/\1/p' |
    awk -F , -v warm="$warm" 'NR > warm { for (i = 1; i <= NF; i++) { sum += $i; count++ } } END { print sum / count }'
}

# The numbers of compare's last line, a blank between them.
compared() {
  ./reflectionflow compare "$folder/exact" "$1" --format json | tail -n 1 | sed -E 's/.*"equal":([0-9]+),"mean":\{"psnr":([^,]*),"ssim":([^,]*),"gradients":([^}]*)\},"worst":\{"psnr":([^,]*),"ssim":([^,]*),"gradients":([^}]*)\}.*"b":.*"steps":([0-9]+),"skipped_steps":([0-9]+).*/\1 \2 \3 \4 \5 \6 \7 \8 \9/'
}

# First pictures that are right with the interval, and the share of all that are, by the evaluator.
judged() {
  ./reflectionflow scenes evaluate "$1" --budgets 1 2>/dev/null | awk -F ' *[|] *' '
    /^\| 1 \|/ { first = $3 " (" $4 ")" }
    /^\| evaluator: right/ { right = $3 + $4 }
    /^\| evaluator: wrong/ { wrong = $3 + $4 }
    END { printf "%s | %.1f", first, 100 * right / (right + wrong) }'
}

mkdir -p "$folder"
trap 'rm -f "$folder"/*.steps.$$' EXIT
./reflectionflow scenes make -o "$folder/prompts" --count 0 >/dev/null
names=() chosen=()
for mode in "${modes[@]}"; do
  read -r name options <<<"$mode"
  [[ $name == exact || $name =~ ${MODES:-.} ]] || continue
  # shellcheck disable=SC2086
  if ./reflectionflow search --prompts "$folder/prompts/prompts-test.jsonl" --end-index "$rows" --seed "$seed" --rounds 1 \
    --branches "$images" $options -o "$folder/$name" >/dev/null 2>"$folder/$name.log"; then
    names+=("$name") chosen+=("$options")
  else
    status=$?
    # 2: the options cannot be had, 4: the device has not got it; a folder of another run is neither
    if [[ $name == exact || $status != [24] ]] || grep -q "choose another output folder" "$folder/$name.log"; then
      tail -n 1 "$folder/$name.log" >&2
      exit 1
    fi
    echo "$name is left out: $(tail -n 1 "$folder/$name.log")" >&2
  fi
done
for ((round = 0; round < rounds; round++)); do
  for i in "${!names[@]}"; do
    # shellcheck disable=SC2086
    step_ms ${chosen[i]} >>"$folder/${names[i]}.steps.$$"
  done
done

echo "Commit $(git describe --always --dirty), $(date -I), $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) threads."
echo "$images pictures of each of $rows prompts; PSNR, SSIM and gradients against the exact pictures of the same seeds: mean (worst)."
echo
head="| mode | | PSNR dB | SSIM | gradients | equal of $((rows * images)) | first right % (95 %) | all right % | steps skipped % |"
rule="|---|---|---|---|---|---|---|---|---|"
if ((rounds > 0)); then
  head+=" step ms | time saved % |" rule+="---|---|"
  exact=$(middle <"$folder/exact.steps.$$")
fi
printf '%s\n%s\n' "$head" "$rule"
for name in "${names[@]}"; do
  read -r equal psnr ssim gradients worst_psnr worst_ssim worst_gradients steps skipped < <(compared "$folder/$name")
  if [[ $psnr == null ]]; then decibels=equal; else decibels=$(printf '%.2f (%.2f)' "$psnr" "$worst_psnr"); fi
  kind=approximate likeness="$decibels | $(printf '%.4f (%.4f) | %.4f (%.4f)' \
    "$ssim" "$worst_ssim" "$gradients" "$worst_gradients") | $equal"
  if [[ $name == exact ]]; then kind=exact likeness="- | - | - | -"; fi
  awk -v head="| ${name/-/ } | $kind | $likeness | $(judged "$folder/$name")" -v skipped="$skipped" -v steps="$steps" \
    'BEGIN { printf "%s | %.1f |", head, 100 * skipped / steps }'
  if ((rounds > 0)); then
    awk -v own="$(middle <"$folder/$name.steps.$$")" -v exact="$exact" 'BEGIN { printf " %.2f | %.1f |", own, 100 * (1 - own / exact) }'
  fi
  echo
done
