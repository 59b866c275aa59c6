#!/bin/sh
# Bring .venv into the state a lock describes, skipping what is done already.
#
#   sh requirements/install.sh runtime     what `make plan` needs
#   sh requirements/install.sh dev         the same and the tools of `make test`
#
# Three steps, each with a stamp inside .venv that is written last: an interrupted install is taken up again, a changed
# lock (or another Python, or a moved folder) is noticed, and a second run only compares four checksums.
# Plain sh, and pip alone: nothing else is needed on the machine.
set -eu

kind=${1:-runtime}
python=${PYTHON:-python3}
lock=requirements/$kind.lock
venv=.venv

fail() { echo "tongchou: $*" >&2; exit 1; }
say() { echo "==> $*" >&2; }
sum() { cksum | tr -d ' \n'; }

[ -f "$lock" ] || fail "no lock $lock here; run this from the project folder, with 'runtime' or 'dev'."

# Which Python: an active .venv answers with the interpreter it was made from, so that it never has to replace itself.
command -v "$python" >/dev/null 2>&1 ||
    fail "'$python' was not found. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3.12 ..."
identity=$("$python" -c 'import sys; print(*sys.version_info[:2], sys.base_prefix)' 2>/dev/null) ||
    fail "'$python' does not run. Name a Python 3.11 or newer: make PYTHON=/path/to/python3.12 ..."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    found=$(echo "$identity" | cut -d' ' -f1-2 | tr ' ' .)
    fail "'$python' is Python $found, but 3.11 or newer is needed. Name one: make PYTHON=/path/to/python3.12 ..."
}

made=$venv/.stamp-python-$(printf '%s %s' "$identity" "$(pwd)" | sum)
with_runtime=$venv/.stamp-runtime-$(sum <requirements/runtime.lock)
with_dev=$venv/.stamp-dev-$(sum <requirements/dev.lock)
linked=$venv/.stamp-project-$(sum <pyproject.toml)
if [ "$kind" = dev ]; then locked=$with_dev; else locked=$with_runtime; fi

if [ ! -e "$made" ] || [ ! -x "$venv/bin/python" ]; then
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        fail "'$python' cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv"
    say "Making $venv ($("$python" --version))"
    "$python" -m venv --clear "$venv" ||
        fail "$venv could not be made; the reason stands above. On Debian or Ubuntu it may be: apt-get install python3-venv"
    : >"$made"
fi

pip() { "$venv/bin/python" -m pip -qq --disable-pip-version-check --no-input "$@"; }

if [ ! -e "$locked" ]; then
    say "Installing $(grep -c '==' "$lock") packages from $lock, each checked against its hash (the first time takes minutes)"
    rm -f "$venv"/.stamp-runtime-* "$venv"/.stamp-dev-*
    pip install --require-hashes --only-binary :all: -r "$lock" ||
        fail "the packages of $lock could not be installed; the reason stands above. Run the same command again to go on from here."
    : >"$with_runtime"  # the dev lock holds the runtime lock whole: tests/test_house_style.py
    [ "$kind" = runtime ] || : >"$with_dev"
fi

if [ ! -e "$linked" ]; then
    say "Linking the console script $venv/bin/tongchou"
    rm -f "$venv"/.stamp-project-*
    pip install --no-build-isolation --no-deps --no-index --editable . ||
        fail "the project itself could not be installed; the reason stands above."
    : >"$linked"
fi
