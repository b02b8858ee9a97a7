#!/usr/bin/env bash
# What a search costs beside drawing and judging, and whether the engine waits for a slow service: bench/search.sh [PROMPTS [MS]].
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

main=dev.reflectionflow.bench.SearchBench bench/run bench/scenes/prompts.jsonl "${1:-36}" "${2:-300}"
