#!/bin/sh
# Prints one line that names the first tool of the native build that is missing or too old, and fails; or nothing.

refuse() {
  echo "$1"
  exit 1
}

# Whether version $1 is at least $2.$3.
at_least() {
  major=${1%%.*}
  case $1 in
    *.*) minor=${1#*.} minor=${minor%%[!0-9]*} ;;
    *) minor=0 ;;
  esac
  [ "$major" -gt "$2" ] || { [ "$major" -eq "$2" ] && [ "$minor" -ge "$3" ]; }
}

system=$(uname -sm)
[ "$system" = "Linux x86_64" ] || refuse "Linux x86_64 is needed: this is $system."

command -v cmake >/dev/null || refuse "cmake is not on the PATH: install CMake 3.20 or newer."
version=$(cmake --version | sed -n 's/^cmake version \([0-9.]*\).*/\1/p')
at_least "$version" 3 20 || refuse "cmake is version $version: 3.20 or newer is needed."

command -v make >/dev/null || command -v ninja >/dev/null || refuse "make is not on the PATH: install make (or ninja)."

compiler=${CXX:-g++}
command -v "$compiler" >/dev/null || refuse "$compiler is not on the PATH: install g++ 11 or newer, or set CXX."
version=$("$compiler" -dumpfullversion 2>/dev/null || "$compiler" -dumpversion)
case $("$compiler" --version) in
  *clang*) ;;
  *) at_least "$version" 11 0 || refuse "$compiler is version $version: g++ 11 or newer is needed." ;;
esac
