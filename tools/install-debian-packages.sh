#!/usr/bin/env bash
# Installs Debian packages where that is allowed without a question; else prints the command to run.
# Usage: install-debian-packages.sh WHY PACKAGE...
set -euo pipefail

why=$1
shift
install="apt-get install --yes --no-install-recommends $*"

if ! command -v apt-get > /dev/null; then
    echo "$why: please install what Debian calls $*" >&2
    exit 1
elif [ "$(id -u)" = 0 ]; then
    as_root=(env)
elif command -v sudo > /dev/null && sudo -n true 2> /dev/null; then
    as_root=(sudo env)
else
    echo "$why: please run" >&2
    echo "    sudo apt-get update && sudo $install" >&2
    exit 1
fi

echo "$why: $install"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# One index that cannot be read must not stop the packages that the others offer.
"${as_root[@]}" apt-get update > "$log" 2>&1 || true
# shellcheck disable=SC2086 # the words of the command are meant to be split
if ! "${as_root[@]}" DEBIAN_FRONTEND=noninteractive $install >> "$log" 2>&1 < /dev/null; then
    tail -n 5 "$log" >&2
    echo "$why: apt-get could not install $*; its last lines are above" >&2
    exit 1
fi
