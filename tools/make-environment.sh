#!/usr/bin/env bash
# Creates a virtual environment with the newest Python >= 3.10 found; keeps one that works.
# Usage: make-environment.sh FOLDER
set -euo pipefail

folder=$1
here=$(dirname "$0")

find_python() {
    local name
    for name in ${PYTHON:-python3.13 python3.12 python3.11 python3.10 python3}; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2> /dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

if "$folder/bin/python" -m pip --version > /dev/null 2>&1; then
    exit 0
fi
if ! python=$(find_python); then
    "$here/install-debian-packages.sh" "Python 3.10 or newer is needed" python3 python3-venv
    python=$(find_python) || { echo "no Python 3.10 or newer; set PYTHON=/path/to/python" >&2; exit 1; }
fi
# Debian splits the standard library: without python3-venv there is no pip to put into the folder.
if ! "$python" -c 'import ensurepip, venv' 2> /dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    "$here/install-debian-packages.sh" "Virtual environments are needed" "python$version-venv"
fi
echo "Creating $folder with $("$python" --version)"
"$python" -m venv --clear "$folder"
