#!/usr/bin/env bash
# Packs what `bench/gpu/run.sh java` needs on a machine without Java and Maven: a runtime of a few modules, our classes and what
# they need, and the JNI library. LibTorch and the engine are that machine's own. See --help.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
target=$root/java/target
bundle=${REFLECTIONFLOW_BUNDLE:-$root/bench/target/gpu-java.tar.gz}

usage() {
  cat <<'END'
bench/gpu/bundle.sh

Builds what changed and writes bench/target/gpu-java.tar.gz, or the file that REFLECTIONFLOW_BUNDLE names. Put it there on the
machine with the GPU. It fits the engine of the checkout that it was made from: make it again when native/include/engine.h changes.

Needs what building needs, with jlink (Debian's openjdk-17-jdk-headless has it). JAVA_HOME chooses the JDK.
END
}

fail() {
  echo "bench/gpu/bundle.sh: $1" >&2
  exit 3
}

case ${1:-} in
  '') ;;
  -h | --help)
    usage
    exit 0
    ;;
  *)
    echo "bench/gpu/bundle.sh: $1 is no option (--help shows what there is)" >&2
    exit 2
    ;;
esac

find_jdk() {
  local java
  java=${JAVA_HOME:+$JAVA_HOME/bin/java}
  java=${java:-$(command -v java)} || fail "java is not on the PATH: install JDK 17 or newer, or set JAVA_HOME."
  jdk=$(dirname "$(readlink -f "$java")")
  local tool
  for tool in jlink jar; do
    [[ -x $jdk/$tool ]] || fail "$jdk has no $tool: a whole JDK, 17 or newer, is needed."
  done
}

# Not those that only LibTorch's training, the tokenizers or a terminal need: `bench` loads nothing of them.
jars() {
  local jar
  tr : '\n' <"$target/classpath" | while read -r jar; do
    case $jar in
      */org/bytedeco/pytorch/* | */org/bytedeco/openblas/* | *-linux-x86_64.jar) ;;
      */ai/djl/* | */jna/* | */org/apache/commons/* | */gson/*) ;;
      *) echo "$jar" ;;
    esac
  done
}

newest_jar() {
  local jar newest=
  for jar in "$target"/reflectionflow-*.jar; do
    [[ $jar == *-linux-x86_64.jar ]] && continue
    if [[ -z $newest || $jar -nt $newest ]]; then newest=$jar; fi
  done
  echo "$newest"
}

find_jdk
# The launcher builds what changed.
"$root/reflectionflow" --version >/dev/null
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder"/{lib,native} "$(dirname "$bundle")"
"$jdk/jlink" --add-modules java.base,java.logging,jdk.unsupported --strip-debug --no-header-files --no-man-pages \
  --output "$folder/runtime"
while read -r jar; do cp "$jar" "$folder/lib"; done < <(jars)
# Without the shipped model, which is in the checkout anyway.
mkdir "$folder/classes"
(cd "$folder/classes" && "$jdk/jar" --extract --file "$(newest_jar)" && rm -r models)
"$jdk/jar" --create --file "$folder/lib/reflectionflow.jar" -C "$folder/classes" .
rm -r "$folder/classes"
cp "$target"/classes/dev/reflectionflow/engine/internal/linux-x86_64/libjnireflectionflow.so \
  "$target"/libtorch/libjnijavacpp.so "$folder/native"
cp "$root/native/include/engine.h" "$folder"
tar -C "$folder" --sort=name --owner=0 --group=0 --numeric-owner -c . | gzip -9 >"$bundle.part"
mv "$bundle.part" "$bundle"
echo "$bundle: $(($(stat -c %s "$bundle") / 1024)) KiB"
