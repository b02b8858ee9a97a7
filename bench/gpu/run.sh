#!/usr/bin/env bash
# Builds, tests and measures the CUDA kernels and the engine on a machine with a GPU; needs no network. See --help.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
here=$root/bench/gpu
build=$root/bench/target/gpu

usage() {
  cat <<'END'
bench/gpu/run.sh [-o FOLDER] [kernels] [attention] [step] [image] [java] [sanitize]

  kernels    every CUDA test, then each kernel beside LibTorch eager and torch.compile
  attention  every CUDA test, then joint attention beside cuDNN and FlashAttention-2
  step       the engine's CUDA tests, then a step of FLUX.1-dev beside PyTorch eager and torch.compile
  image      the engine's CUDA tests, then whole images: stages, memory, the first image, a hundred in a row
  java       the engine's CUDA tests, then the same image from Java and from the native library
  sanitize   every CUDA test under compute-sanitizer's memcheck and racecheck

Without a section, all in this order. Each takes less than eight minutes, the first build included, prints a
table and leaves it with its JSON in FOLDER (bench/target/gpu/results).

Needs Linux x86-64, an NVIDIA GPU of compute capability 8.0 or newer with its driver, nvcc 12.0 or newer, CMake 3.20,
g++ 11 and a Python with PyTorch 2.10 or newer. The card's settings are read, never changed.

Environment: PYTHON, the interpreter that has PyTorch (python3); CXX; CUDA_HOME; CUDA_VISIBLE_DEVICES chooses the card;
LIMIT, the seconds that a section may take (470); REFLECTIONFLOW_BUNDLE, the Java runtime and classes of the section
java (bench/target/gpu-java.tar.gz), which bench/gpu/bundle.sh makes on a machine that has Java and Maven. Where it is
missing, all sections are those but java.

Exit codes: 0 all right, 1 the build broke, a test failed or a result is wrong (what could be measured is, but nothing
of an engine whose exact steps are not the CPU's), 2 usage, 3 a tool is missing or too old,
4 no GPU that can be used, 6 right so far, but time ran out.
END
}

refuse() {
  echo "bench/gpu/run.sh: $2" >&2
  exit "$1"
}

read_arguments() {
  results=$build/results all=(kernels attention step image java sanitize) sections=()
  while (($# > 0)); do
    case $1 in
      -h | --help)
        usage
        exit 0
        ;;
      -o)
        (($# > 1)) || refuse 2 "-o needs a folder"
        results=$(realpath -m -- "$2")
        shift
        ;;
      *)
        [[ " ${all[*]} " == *" $1 "* ]] || refuse 2 "$1 is none of ${all[*]} (--help shows what there is)"
        sections+=("$1")
        ;;
    esac
    shift
  done
  if ((${#sections[@]} == 0)); then find_default_sections; fi
  limit=${LIMIT:-470}
  [[ $limit =~ ^[1-9][0-9]*$ ]] || refuse 2 "LIMIT=$limit is no number of seconds"
}

bundle() { echo "${REFLECTIONFLOW_BUNDLE:-$root/bench/target/gpu-java.tar.gz}"; }

# Without Java all else can be measured.
find_default_sections() {
  local section
  for section in "${all[@]}"; do
    if [[ $section == java && ! -f $(bundle) ]]; then
      echo "bench/gpu/run.sh: without java: $(bundle) is missing, which bench/gpu/bundle.sh makes." >&2
    else
      sections+=("$section")
    fi
  done
}

find_bundle() {
  [[ -f $(bundle) ]] ||
    refuse 3 "no Java: $(bundle) is missing; make it with bench/gpu/bundle.sh on a machine with JDK 17 and Maven."
}

find_gpu() {
  command -v nvidia-smi >/dev/null || refuse 4 "no GPU: nvidia-smi is not on the PATH, so there is no NVIDIA driver."
  local card
  card=$(nvidia-smi ${CUDA_VISIBLE_DEVICES:+-i "${CUDA_VISIBLE_DEVICES%%,*}"} \
    --query-gpu=compute_cap,name --format=csv,noheader 2>&1) ||
    refuse 4 "no GPU: nvidia-smi says \"${card%%$'\n'*}\"."
  card=${card%%$'\n'*}
  [[ $card =~ ^[0-9]+\.[0-9]+, ]] || refuse 4 "no GPU: nvidia-smi lists none (\"$card\")."
  ((${card%%.*} >= 8)) ||
    refuse 4 "the GPU${card#*,} has compute capability ${card%%,*}: 8.0 (Ampere) or newer is needed."
}

# Puts nvcc, and what lies beside it, on the PATH.
find_nvcc() {
  local home=${CUDA_HOME:-/usr/local/cuda}
  export PATH=$PATH:$home/bin
  command -v nvcc >/dev/null ||
    refuse 3 "nvcc is neither on the PATH nor in $home/bin: install the CUDA toolkit, 12.0 or newer, or set CUDA_HOME."
  local version
  version=$(nvcc --version | sed -n 's/.*release \([0-9.]*\).*/\1/p')
  ((${version%%.*}0 >= 120)) || refuse 3 "nvcc is version ${version:-unknown}: 12.0 or newer is needed."
}

find_tools() {
  local problem
  problem=$(sh "$root/cmake/check_tools.sh") || refuse 3 "$problem"
}

# Sets libtorch to the folders of PyTorch's libraries.
find_torch() {
  read -ra python <<<"${PYTHON:-python3}"
  command -v "${python[0]}" >/dev/null || refuse 3 "${python[0]} is not on the PATH: install Python 3, or set PYTHON."
  local facts version cuda usable
  facts=$("${python[@]}" "$here/find_torch.py") ||
    refuse 3 "${python[*]} has no PyTorch: install torch 2.10 or newer with pip, or set PYTHON."
  IFS=$'\t' read -r version cuda usable libtorch <<<"$facts"
  [[ $version =~ ^([0-9]+)\.([0-9]+) ]] || refuse 3 "PyTorch's version is \"$version\": 2.10 or newer is needed."
  ((BASH_REMATCH[1] == 2 && BASH_REMATCH[2] >= 10)) ||
    refuse 3 "PyTorch is version $version: 2.10 or a newer 2.x is needed."
  [[ $cuda != none ]] || refuse 3 "PyTorch $version is built without CUDA: install one with it."
  [[ $usable == yes ]] || refuse 4 "PyTorch $version sees no GPU: is the driver new enough for its CUDA $cuda?"
}

find_sanitizer() {
  command -v compute-sanitizer >/dev/null ||
    refuse 3 "compute-sanitizer is not on the PATH or beside nvcc: install it with the CUDA toolkit."
}

left() { echo $((begun + limit - SECONDS > 1 ? begun + limit - SECONDS : 1)); }

run_build() {
  local log=$build/build.log code=0
  mkdir -p "$build" "$results"
  # CMake remembers the libraries it has found: another PyTorch is another build.
  if ! grep -qxF "LIBTORCH_DIR:STRING=$libtorch" "$build/CMakeCache.txt" 2>/dev/null; then rm -f "$build/CMakeCache.txt"; fi
  echo "building for PyTorch in $libtorch" >&2
  {
    cmake -S "$root/cmake" -B "$build" -DLIBTORCH_DIR="$libtorch" -DENGINE_OUTPUT_DIR="$build/engine" \
      -DREFLECTIONFLOW_CUDA=ON &&
      timeout "$(left)" cmake --build "$build" --target reflectionflow gpu_kernels gpu_engine cuda_tests \
        --parallel "$(nproc)"
  } >"$log" 2>&1 || code=$?
  ((code == 0)) && return
  if ((code == 124)); then
    ((worst)) || worst=6
    refuse "$worst" "the build takes longer than the $limit s of LIMIT; run again, it goes on where it was."
  fi
  grep -E -m 20 'error:|fatal|undefined reference|CMake Error' "$log" >&2 || tail -n 20 "$log" >&2
  refuse 1 "the build broke; all it said is in $log."
}

# Runs a command whose failure must not keep the rest from running; remembers the gravest exit code and returns its own.
attempt() {
  local code=0
  "$@" || code=$?
  if ((code == 124 || code == 137)); then
    echo "bench/gpu/run.sh: stopped after the $limit s of LIMIT; the lines above are what was measured." >&2
    code=1
  fi
  # What is wrong is graver than what is missing, and what is missing graver than what had no time.
  case $worst,$code in
    *,0 | 1,* | [2-5],6) ;;
    *) worst=$code ;;
  esac
  return "$code"
}

# cuda_tests STEM SECONDS OPTION...
cuda_tests() {
  local stem=$1 seconds=$2
  shift 2
  attempt "${python[@]}" "$here/tests.py" --build "$build" --seconds "$seconds" --out "$results/$stem" "$@"
}

# measured SECTION SCRIPT ARGUMENT...: what has begun is finished, so the last row may take some 20 seconds more; the kill is
# for a device that hangs.
measured() {
  local seconds=$(($(left) - 40))
  attempt timeout -k 5 "$(left)" "${python[@]}" "$here/$1" "${@:2}" --out "$results" --seconds "$((seconds > 1 ? seconds : 1))"
}

# The other tests of the engine that have something to do on a card, as tests.py names them.
engine_tests() {
  local file name names=()
  while read -r file; do
    name=$(basename "$file" _test.cpp)
    [[ $name == denoise ]] || names+=("$name")
  done < <(grep -rl '^CUDA_TEST' --include='*_test.cpp' "$root/native/src" | sort)
  (IFS=, && echo "${names[*]}")
}

run_kernel_section() {
  cuda_tests tests "$(($(left) / 3))" --modes plain,ptx || true
  measured bench.py "$1" --library "$build/libgpu_kernels.so" || true
}

# once STEM TESTS: runs these tests if no section has; between those of a call nothing changes. Returns what tests.py did.
declare -A tested
once() {
  local code=0
  if [[ -z ${tested[$1]:-} ]]; then
    rm -f "$results/$1.log"
    cuda_tests "$1" "$(($(left) / 4))" --tests "$2" || code=$?
    ((code == 6)) && return 6  # another section may have the time
    tested[$1]=$code
  fi
  return "${tested[$1]}"
}

# The one whose failure leaves nothing to measure: an exact run in float32 and in bfloat16 beside the CPU's.
gate=a_card_draws_what_the_cpu_draws

# Numbers of steps that are wrong are worth nothing; of those that are right they are, whatever else failed.
steps_are_right() {
  local code=0
  once denoise_tests denoise || code=$?
  case $code in
    0) return ;;
    1) ;;
    3) echo "bench/gpu/run.sh: no $1: the build has no denoise_cuda_test." >&2 && return 1 ;;
    *) echo "bench/gpu/run.sh: no $1: there was no time for denoise_cuda_test." >&2 && return 1 ;;
  esac
  if grep -qx "ok   $gate" "$results/denoise_tests.log" 2>/dev/null; then
    echo "bench/gpu/run.sh: $1: numbers beside a failed denoise_cuda_test; $gate passes." >&2
    return
  fi
  echo "bench/gpu/run.sh: no $1: the engine does not pass $gate of denoise_cuda_test." >&2
  return 1
}

run_engine_section() {
  local others
  steps_are_right "$1" || return 0
  others=$(engine_tests)
  if [[ -n $others ]]; then once engine_tests "$others" || true; fi
  measured "$1.py" --library "$build/libgpu_engine.so" --build "$build" || true
}

run_section() {
  begun=$SECONDS
  run_build
  case $1 in
    sanitize) cuda_tests sanitize "$(left)" --modes memcheck,racecheck || true ;;
    kernels | attention) run_kernel_section "$1" ;;
    *) run_engine_section "$1" ;;
  esac
}

read_arguments "$@"
find_gpu
find_nvcc
find_tools
find_torch
if [[ " ${sections[*]} " == *" sanitize "* ]]; then find_sanitizer; fi
if [[ " ${sections[*]} " == *" java "* ]]; then find_bundle; fi
# torch.compile's results outlive the run, so that a second one has more time to measure.
export TORCHINDUCTOR_CACHE_DIR=$build/inductor
worst=0
for section in "${sections[@]}"; do run_section "$section"; done
exit "$worst"
