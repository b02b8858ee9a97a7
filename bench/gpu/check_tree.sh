#!/bin/sh
# Fails where the tracked files of a checkout are more than 35 MB, beyond which it no longer travels to a machine with a GPU:
# check_tree.sh ROOT.
cd "$1" || exit 1
limit=35000000

if ! git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
  echo "skipped: this is no git checkout, so nothing says what is tracked"
  exit 77
fi
# A file may be deleted and not yet committed as such.
bytes=$(git ls-files -z | xargs -0 stat -c %s 2>/dev/null | awk '{ sum += $1 } END { print sum + 0 }')
echo "$bytes bytes of tracked files, at most $limit"
if [ "$bytes" -gt "$limit" ]; then
  echo "the largest:"
  git ls-files -z | xargs -0 stat -c '%s %n' 2>/dev/null | sort -rn | head -n 10
  exit 1
fi
