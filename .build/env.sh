# The environment in which Daybook is built and tested. Source it from bash: `. .build/env.sh`.
# It only looks for what is installed and changes nothing on disk; `.build/setup.sh` installs.
# What is already set is kept, so any of it can be chosen from outside.

daybook_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export DAYBOOK_CACHE="${DAYBOOK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/daybook}"

# The command line tool must be of the very version of the library that Cargo.lock names.
DAYBOOK_WASM_BINDGEN_VERSION="$(awk '/^name = "wasm-bindgen"$/ { getline; gsub(/[^0-9.]/, ""); print; exit }' \
  "$daybook_root/Cargo.lock" 2>/dev/null)"
DAYBOOK_TRUNK_VERSION=0.21.14
export DAYBOOK_WASM_BINDGEN_VERSION DAYBOOK_TRUNK_VERSION

# Puts a directory first in PATH, once, if it is there.
daybook_path_first() {
  if [ -d "$1" ]; then
    case ":$PATH:" in "$1":*) ;; *) PATH="$1:$PATH" ;; esac
  fi
}

daybook_path_first "$daybook_root/tests/end_to_end/node_modules/.bin"
daybook_path_first "$DAYBOOK_CACHE/tools/trunk-$DAYBOOK_TRUNK_VERSION/bin"
daybook_path_first "$DAYBOOK_CACHE/tools/wasm-bindgen-$DAYBOOK_WASM_BINDGEN_VERSION/bin"
if [ -d "$DAYBOOK_CACHE/debian-rust/bin" ]; then
  # One compiler for wasm and native alike. Cargo looks for its subcommands in its own home first
  # unless that is in PATH, and would find rustup's there: so it comes last.
  daybook_path_first "$DAYBOOK_CACHE/debian-rust/bin"
  PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
fi
export PATH

# Prints the first clang that can compile for WebAssembly; Apple's cannot.
daybook_find_wasm_clang() {
  local clang
  for clang in clang clang-{30..14} /opt/homebrew/opt/llvm/bin/clang /usr/local/opt/llvm/bin/clang; do
    if command -v "$clang" >/dev/null && "$clang" --print-targets 2>/dev/null | grep -q wasm32; then
      echo "$clang"
      return
    fi
  done
}

# SQLite is C: the cc crate needs to be told which compiler and archiver know the target.
if [ -z "${CC_wasm32_unknown_unknown:-}" ]; then
  daybook_clang="$(daybook_find_wasm_clang)"
  if [ -n "$daybook_clang" ]; then
    export CC_wasm32_unknown_unknown="$daybook_clang"
    daybook_ar="${daybook_clang%clang*}llvm-ar${daybook_clang##*clang}"
    if [ -z "${AR_wasm32_unknown_unknown:-}" ] && command -v "$daybook_ar" >/dev/null; then
      export AR_wasm32_unknown_unknown="$daybook_ar"
    fi
  fi
fi

# Shared by all clones on this machine, so that a fresh one does not compile the dependencies again.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$DAYBOOK_CACHE/target}"

export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="${CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER:-wasm-bindgen-test-runner}"
# Production is served without the cross-origin isolation headers, so the tests run without them too.
export WASM_BINDGEN_TEST_NO_ORIGIN_ISOLATION="${WASM_BINDGEN_TEST_NO_ORIGIN_ISOLATION:-1}"
export WASM_BINDGEN_TEST_TIMEOUT="${WASM_BINDGEN_TEST_TIMEOUT:-120}"
if [ -z "${CHROMEDRIVER:-}" ]; then
  daybook_driver="$(command -v chromedriver || ls /usr/lib/chromium-browser/chromedriver 2>/dev/null || true)"
  if [ -n "$daybook_driver" ]; then
    export CHROMEDRIVER="$daybook_driver"
  fi
fi
