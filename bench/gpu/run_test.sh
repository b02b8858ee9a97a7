#!/usr/bin/env bash
# What run.sh says and returns where something is missing, and in which order it works: all with stand-ins for the tools, none
# of which a machine without a GPU has.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

# A copy of what run.sh touches, so that its build folder is the test's own.
mkdir -p "$folder/checkout/bench/gpu" "$folder/checkout/cmake" "$folder/checkout/native/src" "$folder/bin"
echo 'CUDA_TEST(Denoise, StepsOnACard) {' >"$folder/checkout/native/src/denoise_test.cpp"
echo 'CUDA_TEST(Products, AreThoseOfTheCard) {' >"$folder/checkout/native/src/products_test.cpp"
echo 'TEST(Shapes, NeedNoCard) {' >"$folder/checkout/native/src/shapes_test.cpp"
cp "$here"/*.sh "$here"/*.py "$folder/checkout/bench/gpu"
run=$folder/checkout/bench/gpu/run.sh
for tool in bash sh env cat sed grep sort tail basename dirname realpath nproc timeout mkdir rm sleep; do
  ln -s "$(command -v "$tool")" "$folder/bin/$tool"
done

# stand_in NAME LINE...: a tool that does this, and notes that it was called.
stand_in() {
  local path=$folder/bin/$1
  [[ $1 == check_tools.sh ]] && path=$folder/checkout/cmake/$1
  { echo '#!/bin/sh'; echo "echo \"${1%.sh} \$*\" >>\"$folder/calls\""; shift; printf '%s\n' "$@"; } >"$path"
  chmod +x "$path"
}

# A machine that has everything.
complete() {
  rm -f "$folder/calls"
  mkdir -p "$folder/checkout/bench/target" && echo >"$folder/checkout/bench/target/gpu-java.tar.gz"
  stand_in nvidia-smi 'echo "9.0, NVIDIA H100 80GB HBM3"'
  stand_in nvcc 'echo "Cuda compilation tools, release 13.0, V13.0.88"'
  stand_in check_tools.sh ''
  stand_in cmake ''
  stand_in compute-sanitizer ''
  torch 2.11.0 13.0 yes 0 0
}

# torch VERSION CUDA USABLE, what tests.py and what measures return, and a line of the tests' log.
torch() {
  local log=${6:+"while [ \$1 != --out ]; do shift; done; echo '$6' >\$2.log;"}
  stand_in python3 'case $1 in' \
    "*/find_torch.py) printf '$1\t$2\t$3\t/torch/lib;/torch.libs\n' ;;" \
    "*/tests.py) $log exit $4 ;;" "*/bench.py | */step.py | */image.py | */java.py) exit $5 ;;" esac
}

# expect CODE TEXT ARGUMENT...: run.sh with these arguments returns the code and says the text.
expect() {
  local code=$1 text=$2 said got=0
  shift 2
  said=$(env -i PATH="$folder/bin" HOME="$folder" CUDA_HOME="$folder/none" ${limit:+LIMIT=$limit} \
    "$folder/bin/bash" "$run" "$@" 2>&1) || got=$?
  if ((got != code)) || [[ $said != *"$text"* ]]; then
    echo "run.sh $*: $got instead of $code, and said: $said; expected: $text"
    failed=1
  fi
}

# expect_calls TEXT...: of the calls so far, these in this order.
expect_calls() {
  local pattern
  pattern=$(printf '%s*' "$@")
  # shellcheck disable=SC2053
  if [[ $(<"$folder/calls") != *$pattern ]]; then
    echo "the calls were: $(<"$folder/calls"); expected in this order: $*"
    failed=1
  fi
}

# expect_no_call TEXT
expect_no_call() {
  if [[ $(<"$folder/calls") == *$1* ]]; then
    echo "the calls were: $(<"$folder/calls"); not expected: $1"
    failed=1
  fi
}

# expect_calls_of TEXT COUNT
expect_calls_of() {
  local count
  count=$(grep -c -e "$1" "$folder/calls") || true
  if ((count != $2)); then
    echo "the calls were: $(<"$folder/calls"); expected $2 of: $1"
    failed=1
  fi
}

complete
expect 0 "Exit codes" --help
expect 2 "fast is none of kernels attention step image java sanitize" fast
expect 2 "-o needs a folder" kernels -o
limit=soon expect 2 "LIMIT=soon is no number of seconds" kernels

complete && rm "$folder/bin/nvidia-smi"
expect 4 "no GPU: nvidia-smi is not on the PATH" kernels
complete && stand_in nvidia-smi 'echo "NVIDIA-SMI has failed because it could not talk to the driver."; exit 9'
expect 4 'nvidia-smi says "NVIDIA-SMI has failed' kernels
complete && stand_in nvidia-smi 'echo "No devices were found"'
expect 4 "nvidia-smi lists none" kernels
complete && stand_in nvidia-smi 'echo "7.5, Tesla T4"'
expect 4 "the GPU Tesla T4 has compute capability 7.5: 8.0 (Ampere) or newer is needed" kernels

complete && rm "$folder/bin/nvcc"
expect 3 "nvcc is neither on the PATH nor in $folder/none/bin" kernels
complete && stand_in nvcc 'echo "Cuda compilation tools, release 11.8, V11.8.89"'
expect 3 "nvcc is version 11.8: 12.0 or newer is needed" kernels
complete && stand_in check_tools.sh 'echo "cmake is version 3.16.3: 3.20 or newer is needed."; exit 1'
expect 3 "cmake is version 3.16.3" kernels

complete && rm "$folder/bin/python3"
expect 3 "python3 is not on the PATH" kernels
complete && stand_in python3 'exit 1'
expect 3 "python3 has no PyTorch" kernels
complete && torch 2.9.1 12.8 yes 0 0
expect 3 "PyTorch is version 2.9.1: 2.10 or a newer 2.x is needed" kernels
complete && torch 2.11.0 none no 0 0
expect 3 "PyTorch 2.11.0 is built without CUDA" kernels
complete && torch 2.11.0 13.0 no 0 0
expect 4 "PyTorch 2.11.0 sees no GPU: is the driver new enough for its CUDA 13.0?" kernels
complete && rm "$folder/bin/compute-sanitizer"
expect 3 "compute-sanitizer is not on the PATH" sanitize
expect 0 "" kernels

complete && stand_in cmake 'echo "nvcc fatal: error: it is Monday"; exit 1'
expect 1 "error: it is Monday" kernels
complete && stand_in cmake 'echo "Building error_test.cpp"; case $1 in --build) sleep 9 ;; esac'
limit=1 expect 6 "the build takes longer than the 1 s of LIMIT; run again" kernels
expect_no_call "tests.py"

complete
expect 0 "" kernels attention sanitize -o "$folder/results"
expect_calls "cmake -S" "-DLIBTORCH_DIR=/torch/lib;/torch.libs" "cmake --build" "tests.py" "plain,ptx" "bench.py kernels" \
  "--out $folder/results" "bench.py attention" "tests.py" "memcheck,racecheck"
# A failed test must not keep the measurement from running: time on such machines is dear.
complete && torch 2.11.0 13.0 yes 1 0
expect 1 "" kernels
expect_calls "tests.py" "bench.py kernels"
complete && torch 2.11.0 13.0 yes 1 6
expect 1 "" kernels
complete && torch 2.11.0 13.0 yes 0 6
expect 6 "" kernels

complete
expect 0 "" step image java -o "$folder/results"
expect_calls "cmake --build" "gpu_engine" "tests.py" "denoise_tests --tests denoise" "engine_tests --tests products" \
  "step.py --library" "libgpu_engine.so --build" "--out $folder/results --seconds" "image.py --library" "java.py --library"
expect_calls_of "denoise_tests --tests" 1
expect_calls_of "engine_tests --tests" 1
# But an engine whose exact steps are wrong is not worth measuring.
complete && torch 2.11.0 13.0 yes 1 0
expect 1 "no step: the engine does not pass a_card_draws_what_the_cpu_draws of denoise_cuda_test" step image
expect_no_call "step.py"
expect_no_call "image.py"
expect_calls_of "denoise_tests --tests" 1
complete && torch 2.11.0 13.0 yes 1 0 "FAIL a_card_draws_what_the_cpu_draws"
expect 1 "no step: the engine does not pass" step
expect_no_call "step.py"
complete && torch 2.11.0 13.0 yes 1 0 "ok   a_card_draws_what_the_cpu_draws"
expect 1 "step: numbers beside a failed denoise_cuda_test" step image
expect_calls "denoise_tests" "engine_tests" "step.py" "image.py"
complete && torch 2.11.0 13.0 yes 6 0
expect 6 "no step: there was no time for denoise_cuda_test" step image
expect_no_call "step.py"
expect_calls_of "denoise_tests --tests" 2
complete && torch 2.11.0 13.0 yes 3 0
expect 3 "no step: the build has no denoise_cuda_test" step
expect_no_call "step.py"
# Java comes from elsewhere: alone it is missed, among all it is left out.
complete && rm "$folder/checkout/bench/target/gpu-java.tar.gz"
expect 3 "no Java: $folder/checkout/bench/target/gpu-java.tar.gz is missing" java
expect_no_call "cmake --build"
expect 0 "without java: $folder/checkout/bench/target/gpu-java.tar.gz is missing"
expect_calls "image.py" "memcheck,racecheck"
expect_no_call "java.py"
complete
expect 0 ""
expect_calls "image.py" "java.py" "memcheck,racecheck"
# The gravest of all codes counts: wrong, missing, no time.
complete && torch 2.11.0 13.0 yes 0 3
expect 3 "" java
complete && torch 2.11.0 13.0 yes 6 3
expect 3 "" kernels java
complete && torch 2.11.0 13.0 yes 1 3
expect 1 "" kernels java

gate=$(sed -n 's/^gate=//p' "$run")
source=$here/../../native/src/pipeline/denoise_test.cpp
if ! grep -q "^CUDA_TEST($gate)" "$source"; then
  echo "run.sh waits for $gate, which is no CUDA_TEST of $source"
  failed=1
fi

((failed == 0)) && echo "run.sh says what is missing"
exit "$failed"
