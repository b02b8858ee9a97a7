#!/bin/sh
# Runs nvcc, and moves what ptxas reports about kernels from the build's output into OBJECT.ptxas. Usage: THIS nvcc ARGS.
object=/dev/null previous=
for argument; do
  [ "$previous" = -o ] && object=$argument
  previous=$argument
done
[ "$object" = /dev/null ] && exec "$@"

"$@" 2>"$object.messages"
status=$?
report='^ptxas info|bytes stack frame|^ *[0-9]+ bytes cumulative stack'
grep -E "$report|Potential Performance Loss" "$object.messages" >"$object.ptxas"
grep -vE "$report" "$object.messages" >&2
rm -f "$object.messages"
exit $status
