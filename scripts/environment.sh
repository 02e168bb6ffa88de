# shellcheck shell=bash
# Sourced by scripts/rehearse and scripts/test: installs what they need, once, into .venv.
# Everything it says goes to standard error; every failure is one sentence and exit code 1.

ROOT=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd -P)
VENV=$ROOT/.venv
UNFINISHED=$VENV/unfinished # lies there while an installation is under way
LOG=

# The user's package index, proxy and cache settings stay; what would lead pip or Python away
# from .venv goes.
unset PYTHONHOME PYTHONPATH PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON PIP_REQUIREMENT \
  PIP_EDITABLE PIP_NO_DEPS PIP_NO_BUILD_ISOLATION PIP_IGNORE_INSTALLED PIP_DRY_RUN
export PIP_USER=0
PATH=${PATH//"$VENV/bin:"/} # an activated .venv cannot rebuild itself

say() { printf '%s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

# prepare rehearse|test: return once .venv is ready for this purpose.
prepare() {
  local packages
  packages=$(missing_packages "$1")
  [[ -z $packages ]] && is_ready "$1" && return
  [[ $(getconf LONG_BIT) == 64 ]] ||
    fail "Uncramp needs a 64-bit system; this one has 32 bits. Install the 64-bit Raspberry Pi OS."
  exec 9<"$ROOT"
  flock -n 9 || {
    say "Another installation is under way; waiting for it to end."
    flock 9
  }
  is_ready "$1" || [[ -w $ROOT && (! -e $VENV || -w $VENV) ]] ||
    fail "$(id -un) cannot write to $ROOT/.venv: change its owner, or copy the project elsewhere."
  LOG=$(mktemp) || fail "There is no room for temporary files: free some space and try again."
  install_packages "$(missing_packages "$1")"
  is_ready "$1" || install_project "$1"
  rm -f -- "$LOG"
  exec 9<&-
}

# --- Debian packages ---------------------------------------------------------------------

# missing_packages PURPOSE: the Debian packages to install, on one line. What is looked for is
# what they bring, so that a system that has it from elsewhere needs no apt.
missing_packages() {
  local libraries missing=()
  libraries=$(/sbin/ldconfig -p)
  is_ready "$1" || find_python >/dev/null || missing+=(python3 python3-venv)
  command -v espeak-ng >/dev/null || missing+=(espeak-ng)
  [[ $libraries == *libportaudio.so.2* ]] || missing+=(libportaudio2)
  # Vosk's library needs it on ARM, and its wheel does not carry it.
  [[ $(uname -m) != aarch64 || $libraries == *libatomic.so.1* ]] || missing+=(libatomic1)
  if [[ $1 == test ]]; then
    command -v pulseaudio >/dev/null || missing+=(pulseaudio)
    compgen -G "/usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so" >/dev/null ||
      missing+=(libasound2-plugins)
  fi
  echo "${missing[*]}"
}

install_packages() {
  [[ -n $1 ]] || return 0
  command -v apt-get >/dev/null ||
    fail "This system has no apt-get: install what Debian calls $1, then run this again."
  local root=()
  if ((EUID != 0)); then
    root=(sudo)
    { command -v sudo && { [[ -t 0 ]] || sudo -n true; }; } >/dev/null 2>&1 ||
      fail "Only root can install what is missing: sudo apt-get install $1, then run this again."
  fi
  say "Installing Debian packages: $1"
  local packages
  read -ra packages <<<"$1"
  # A fresh system often runs its own apt at boot, so wait for its lock. Never remove a package.
  # 9<&-: no service that apt starts may keep our lock.
  local apt=("${root[@]}" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 LC_ALL=C.UTF-8
    apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold)
  "${apt[@]}" update </dev/null >>"$LOG" 2>&1 9<&- || true # the lists may be good enough
  "${apt[@]}" install -y --no-install-recommends --no-remove "${packages[@]}" \
    </dev/null >>"$LOG" 2>&1 9<&- || explain "The Debian packages could not be installed: $1"
  : >"$LOG"
  hash -r
}

# --- Python and .venv ------------------------------------------------------------------------

# find_python: print a Python that can make .venv.
find_python() {
  local name
  for name in python3 /usr/bin/python3 python3.{14,13,12,11}; do
    "$name" -c 'import sys, ctypes, ensurepip, sqlite3, ssl, venv
sys.exit(sys.version_info < (3, 11) or sys.maxsize < 2**32)' 2>/dev/null || continue
    command -v "$name"
    return
  done
  return 1
}

# is_ready PURPOSE: is .venv complete, for this place, this Python and this pyproject.toml?
is_ready() {
  [[ -x $VENV/bin/python && ! -e $UNFINISHED && -r $VENV/ready-for-$1 ]] &&
    [[ $(<"$VENV/ready-for-$1") == "$(stamp)" ]]
}

stamp() {
  readlink -f -- "$VENV/bin/python"
  sha256sum -- "$ROOT/pyproject.toml"
}

# is_usable: is .venv whole, and made for this place?
is_usable() {
  [[ ! -e $UNFINISHED ]] && grep -qsF -- "$VENV" "$VENV/bin/activate" &&
    "$VENV/bin/python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

install_project() {
  say "Installing Uncramp into .venv: this takes some minutes, only the first time."
  local fresh=
  if ! is_usable; then
    fresh=yes
    make_venv
  fi
  touch -- "$UNFINISHED"
  mkdir -p -- "$VENV/tmp" # /tmp may be a small memory disk
  if ! install_dependencies "$1"; then
    [[ $fresh ]] || rm -f -- "$UNFINISHED" # pip has put back what was there
    explain "The Python packages could not be installed."
  fi
  rm -rf -- "$VENV/tmp"
  stamp >"$VENV/ready-for-rehearse"
  [[ $1 == rehearse ]] || stamp >"$VENV/ready-for-$1"
  sync -f "$VENV" # a power cut must not leave a half-written .venv that looks ready
  rm -f -- "$UNFINISHED"
}

make_venv() {
  local python
  python=$(find_python) ||
    fail "Uncramp needs Python 3.11 or later, and this system offers $(python3 -V 2>&1 || true)."
  { rm -rf -- "$VENV" && mkdir -- "$VENV" && touch -- "$UNFINISHED" &&
    "$python" -m venv "$VENV"; } >>"$LOG" 2>&1 || explain "The folder .venv could not be made."
}

install_dependencies() {
  local dev=()
  if [[ $1 == test ]]; then
    pip_install 'pip>=25.1' || return # the first that knows --group
    dev=(--group dev)
  fi
  pip_install -e . "${dev[@]}" || return
  pip_install -e '.[voice]' ||
    say "The voice Piper cannot be had here, so espeak-ng speaks; remove .venv to try again."
}

pip_install() {
  (cd -- "$ROOT" && TMPDIR=$VENV/tmp "$VENV/bin/python" -m pip install \
    --no-input --progress-bar off --disable-pip-version-check "$@" </dev/null >>"$LOG" 2>&1)
}

# explain SENTENCE: fail with it, and with the cause as far as the log tells.
explain() {
  if grep -q 'No space left' "$LOG"; then
    fail "$1 The disk is full: make room for 2 GB and run this again."
  elif grep -qE 'Temporary failure|NewConnectionError|Network is unreachable' "$LOG"; then
    fail "$1 The package servers cannot be reached: connect this machine and run this again."
  fi
  fail "$1 The last lines of $LOG:"$'\n'"$(tail -n 5 -- "$LOG")"
}
