#!/usr/bin/env bash
# The same work here and in diffusers, in turn, never at once: bench/compare.sh [--stage step|decode|image] [--rounds N]
# [--shape SHAPE | --model MODEL] [--size SIZE] [--steps N] [--batch N] [--condition TOKENS] [--dtype TYPE] [--threads N]
# [--max-sequence-length N] [--runs N]. Environment: PYTHON, an interpreter that has diffusers (python3); PREFIX, a command to start every
# measured process with, such as "taskset -c 0,1". Prints a Markdown table; medians of a round, then the median of the rounds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

stage=step rounds=3 runs=3 what=(--shape flux-dev:1,2) size=512 steps= batch=1 condition=0 dtype=bf16 threads=$(nproc)
tokens=512
fail() {
  echo "bench/compare.sh: $1" >&2
  exit 2
}
while (($# > 0)); do
  (($# > 1)) || fail "$1 needs a value"
  case $1 in
    --shape | --model) what=("$1" "$2") ;;
    --max-sequence-length) tokens=$2 ;;
    --stage | --rounds | --runs | --size | --steps | --batch | --condition | --dtype | --threads)
      printf -v "${1#--}" %s "$2" ;;
    *) fail "unknown option $1" ;;
  esac
  shift 2
done
case $stage in
  step | decode) key=$stage ;;
  image) key=total ;;
  *) fail "--stage $stage is none of step, decode, image" ;;
esac
read -ra python <<<"${PYTHON:-python3}"
read -ra prefix <<<"${PREFIX:-}"

ours_what=(-m "${what[1]}")
if [[ ${what[0]} == --shape ]]; then ours_what=(--random-weights "${what[1]}"); fi
common=(--size "$size" --dtype "$dtype" --threads "$threads" --batch "$batch" --max-sequence-length "$tokens")
ours=("${ours_what[@]}" "${common[@]}" --format json)
theirs=("${what[@]}" "${common[@]}" --stage "$stage" --json)
if ((condition > 0)); then
  ours+=(--condition "$condition")
  theirs+=(--condition "$condition")
fi
case $stage in
  # The first step warms up.
  step) ours+=(--steps-only --steps "${steps:-$((runs + 1))}" --runs 1 --warm-up 0) theirs+=(--runs "$runs") ;;
  decode) ours+=(--steps 1 --runs "$runs") theirs+=(--runs "$runs") ;;
  image) ours+=(--steps "${steps:-4}" --runs "$runs") theirs+=(--steps "${steps:-4}" --runs "$runs") ;;
esac

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
./reflectionflow --version >/dev/null
for ((round = 1; round <= rounds; round++)); do
  echo "round $round of $rounds" >&2
  "${prefix[@]}" ./reflectionflow bench "${ours[@]}" >>"$folder/ours" 2>"$folder/log" || { cat "$folder/log" >&2; exit 1; }
  "${prefix[@]}" "${python[@]}" bench/compare_diffusers.py "${theirs[@]}" >>"$folder/theirs" 2>"$folder/log" ||
    { cat "$folder/log" >&2; exit 1; }
done

medians() { sed -n "s/.*\"$key\":{\"median\":\([0-9.]*\).*/\1/p" "$folder/$1"; }
middle() { sort -n | awk '{ value[NR] = $1 } END { printf "%.1f", value[int((NR + 1) / 2)] }'; }
text() { sed -n "1s/.*\"$2\":\"\([^\"]*\)\".*/\1/p" "$folder/$1"; }
mine=$(medians ours | middle) other=$(medians theirs | middle)
list() { medians "$1" | awk '{ printf "%s%.0f", (NR > 1 ? ", " : ""), $1 }'; }

echo "$stage, ${what[1]}, $size, batch $batch, $tokens text tokens, $condition condition tokens, $dtype, $threads threads," \
  "$(text ours cpu), commit $(git describe --always --dirty 2>/dev/null || echo unknown), $(date -I)"
echo
echo "| $stage | version | LibTorch | median ms | of rounds | ratio |"
echo "|---|---|---|---|---|---|"
echo "| ReflectionFlow | $(text ours version) | $(text ours libtorch) | $mine | $(list ours) | $(awk "BEGIN { printf \"%.2f\", $other / $mine }") |"
echo "| diffusers | $(text theirs version) | $(text theirs libtorch) | $other | $(list theirs) | 1 |"
