#!/usr/bin/env bash
# Installs what Daybook needs and this machine lacks, and says what, why and how long it usually takes.
#
#   .build/setup.sh build    what `make build` and `make serve` need
#   .build/setup.sh test     that, and the browser, its driver, clippy and rustfmt (the default)
#
# Tools go to a cache outside the clone (DAYBOOK_CACHE, else ~/.cache/daybook), so that a second clone finds
# them. Nothing is downloaded when all is there. DAYBOOK_FORCE_DEBIAN_RUST=1 takes Debian's own Rust even
# where rustup would do; set DAYBOOK_CACHE as well to keep that apart from the usual tools.
set -euo pipefail

purpose="${1:-test}"
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=.build/env.sh
. .build/env.sh
apt_lists_are_fresh=no

say() { echo "setup: $*" >&2; }

fail() {
  say "$*"
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# A server that cannot be reached must not hold set-up for ever.
within_s() {
  local limit_s="$1"
  shift
  if has timeout; then timeout "$limit_s" "$@"; else "$@"; fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# apt_install <why and how long> <what to do without apt> <package>...
apt_install() {
  local why="$1" by_hand="$2"
  shift 2
  has apt-get || fail "missing: $why. There is no apt-get here: $by_hand"
  say "apt-get install $* ($why)"
  if [ "$apt_lists_are_fresh" = no ]; then
    as_root apt-get update -qq || say "apt-get update failed; trying with the lists as they are"
    apt_lists_are_fresh=yes
  fi
  DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -qq --no-install-recommends "$@" >&2 ||
    fail "apt-get could not install $*: $by_hand"
}

# Prints the newest package named <prefix>-<number> that apt offers.
newest_apt_package() {
  apt-cache pkgnames "$1-" | grep -E "^$1-[0-9]+$" | sort -t- -k2 -n | tail -1
}

ensure_c_compiler() {
  has cc || has gcc || has clang ||
    apt_install "a C compiler links native programs; 1 minute" "install Xcode's command line tools or gcc" \
      gcc libc6-dev
}

rust_is_recent() {
  local needed found
  has rustc && has cargo || return 1
  needed="$(sed -n 's/^rust-version *= *"\(.*\)"/\1/p' Cargo.toml)"
  found="$(rustc --version 2>/dev/null | awk '{ print $2 }')"
  [ -n "$found" ] && [ "$(printf '%s\n' "$needed" "$found" | sort -V | head -1)" = "$needed" ]
}

# Asks the compiler for the standard library itself, so that any way of having it counts.
rust_has_wasm_target() {
  local library
  library="$(rustc --print target-libdir --target wasm32-unknown-unknown 2>/dev/null)" || return 1
  compgen -G "$library/libcore-*.rlib" >/dev/null
}

ensure_rust() {
  if [ "${DAYBOOK_FORCE_DEBIAN_RUST:-0}" != 1 ] || [ -d "$DAYBOOK_CACHE/debian-rust/bin" ]; then
    if rust_is_recent; then
      rust_has_wasm_target && return
      if add_wasm_target_with_rustup; then return; fi
    fi
  fi
  install_debian_rust
}

add_wasm_target_with_rustup() {
  has rustup || return 1
  say "rustup target add wasm32-unknown-unknown (the standard library for WebAssembly; 10 seconds)"
  if within_s 180 rustup target add wasm32-unknown-unknown >&2 && rust_has_wasm_target; then return; fi
  say "rustup could not get it; trying Debian's own Rust"
  return 1
}

# Debian packages a current Rust for building its browsers, and the sources of the standard library, but no
# WebAssembly build of it: that one is built here.
install_debian_rust() {
  local advice="install Rust with rustup, then run: rustup target add wasm32-unknown-unknown"
  has apt-cache || fail "missing: a Rust that compiles for WebAssembly. $advice"
  apt_install "Rust, and the sources of its standard library; 2 minutes" "$advice" \
    rustc-web cargo-web rust-web-src rust-web-llvm rust-web-clippy rustfmt-web
  RUSTC=/usr/bin/rustc
  link_debian_rust
  PATH="$DAYBOOK_CACHE/debian-rust/bin:$PATH"
  hash -r
  rust_is_recent || fail "Debian's Rust here is $(/usr/bin/rustc --version), too old. $advice"
  rust_has_wasm_target || build_wasm_standard_library
  rust_has_wasm_target || fail "the standard library for WebAssembly was built but rustc does not find it"
}

# Links under a directory of their own, for /usr/bin as a whole must not come first in PATH.
link_debian_rust() {
  local bin="$DAYBOOK_CACHE/debian-rust/bin" tool
  mkdir -p "$bin"
  for tool in rustc cargo rustdoc rustfmt cargo-fmt cargo-clippy clippy-driver; do
    if [ -x "/usr/bin/$tool" ]; then ln -sf "/usr/bin/$tool" "$bin/$tool"; fi
  done
}

build_wasm_standard_library() {
  local version source built library
  version="$(/usr/bin/rustc --version | awk '{ print $2 }')"
  source="/usr/src/rustc-$version/library/sysroot/Cargo.toml"
  [ -f "$source" ] || fail "the sources of Rust's standard library are not at $source"
  built="$(mktemp -d)"
  say "building Rust's standard library for WebAssembly from $source (1 minute)"
  RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc RUSTFLAGS="-Zforce-unstable-if-unmarked -Cembed-bitcode=yes" \
    /usr/bin/cargo build --quiet --locked --release --target wasm32-unknown-unknown --features panic-unwind \
    --manifest-path "$source" --target-dir "$built" >&2
  library="$(/usr/bin/rustc --print target-libdir --target wasm32-unknown-unknown)"
  as_root mkdir -p "$library"
  # A stale second copy of a library would make every later build ambiguous.
  as_root find "$library" -name '*.rlib' -delete
  as_root cp "$built"/wasm32-unknown-unknown/release/deps/*.rlib "$library/"
  rm -rf "$built"
}

ensure_clang_for_wasm() {
  [ -n "${CC_wasm32_unknown_unknown:-}" ] && return
  local clang="clang"
  if has apt-cache; then clang="$(newest_apt_package clang)"; fi
  apt_install "clang compiles SQLite's C for WebAssembly; 1 minute" \
    "install LLVM (on macOS: brew install llvm; Apple's own clang cannot do it)" \
    "${clang:-clang}" "${clang/clang/llvm}"
}

# cargo_install <crate> <version> <minutes> <why> <cargo install's own options>...
cargo_install() {
  local crate="$1" version="$2" minutes="$3" why="$4" short
  shift 4
  short="${crate%-cli}"
  say "cargo install $crate $version ($why; about $minutes minutes on two cores, once)"
  mkdir -p "$DAYBOOK_CACHE/tools"
  # Cheaper than the usual release profile: these tools wait for files more than they compute.
  CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
    CARGO_TARGET_DIR="$DAYBOOK_CACHE/tools/building-$short" \
    cargo install "$@" "$crate" --version "$version" --root "$DAYBOOK_CACHE/tools/$short-$version" >&2
  rm -rf "$DAYBOOK_CACHE/tools/building-$short"
}

ensure_wasm_bindgen() {
  local version="$DAYBOOK_WASM_BINDGEN_VERSION"
  [ -n "$version" ] || fail "Cargo.lock names no wasm-bindgen"
  [ -x "$DAYBOOK_CACHE/tools/wasm-bindgen-$version/bin/wasm-bindgen-test-runner" ] && return
  if has wasm-bindgen-test-runner && [ "$(wasm-bindgen --version 2>/dev/null)" = "wasm-bindgen $version" ]; then
    return
  fi
  # Without --locked: the lock file that is published with it may name a version not yet mirrored.
  cargo_install wasm-bindgen-cli "$version" 7 "binds WebAssembly to JavaScript and runs its tests"
}

ensure_trunk() {
  if has trunk; then
    case "$(trunk --version 2>/dev/null)" in "trunk 0.21."* | "trunk 0.22."*) return ;; esac
  fi
  cargo_install trunk "$DAYBOOK_TRUNK_VERSION" 11 "builds the page and the worker into dist/" --locked
}

ensure_node() {
  if ! has node || ! has npm; then
    apt_install "Node.js and npm run the build's scripts and the browser tests; 1 minute" \
      "install Node.js 18 or later" nodejs npm
  fi
  [ "$(node -p 'process.versions.node.split(".")[0] >= 18')" = true ] ||
    fail "Node.js $(node --version) is too old: install version 18 or later"
}

ensure_node_packages() {
  local directory="tests/end_to_end"
  # The copy of the lock file says what is installed; npm itself takes a second to find that out.
  cmp -s "$directory/package-lock.json" "$directory/node_modules/.daybook-lock.json" && return
  say "npm ci in $directory (wasm-opt, the browser's driver and test tools; 10 seconds)"
  npm ci --prefix "$directory" --prefer-offline --no-audit --no-fund --loglevel=error >&2
  cp "$directory/package-lock.json" "$directory/node_modules/.daybook-lock.json"
}

ensure_lint_tools() {
  if cargo clippy --version >/dev/null 2>&1 && cargo fmt --version >/dev/null 2>&1; then return; fi
  has rustup || fail "missing: clippy and rustfmt, for make lint"
  say "rustup component add clippy rustfmt (for make lint; 10 seconds)"
  within_s 180 rustup component add clippy rustfmt >&2 || fail "rustup could not add clippy and rustfmt"
}

has_browser() {
  [ -n "${DAYBOOK_CHROMIUM:-}" ] || has chromium || has chromium-browser || has google-chrome ||
    [ -x "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" ]
}

ensure_browser() {
  if has_browser && [ -n "${CHROMEDRIVER:-}" ]; then return; fi
  apt_install "Chromium and its driver run the browser tests; 1 minute" \
    "install Chrome and the chromedriver of the same version (set DAYBOOK_CHROMIUM and CHROMEDRIVER to their paths)" \
    chromium chromium-driver
}

# Clones share one target directory for the dependencies' sake. Cargo tells this crate's own
# artifacts apart by time alone, so those of another clone must not pass for ours.
forget_other_clone() {
  local mark="$CARGO_TARGET_DIR/.daybook-clone"
  if [ "$(cat "$mark" 2>/dev/null)" != "$PWD" ]; then
    rm -rf "$CARGO_TARGET_DIR"/*/.fingerprint/daybook-* "$CARGO_TARGET_DIR"/*/*/.fingerprint/daybook-*
    mkdir -p "$CARGO_TARGET_DIR"
    echo "$PWD" >"$mark"
  fi
}

forget_other_clone
ensure_c_compiler
ensure_rust
ensure_clang_for_wasm
ensure_node
ensure_node_packages
ensure_wasm_bindgen
ensure_trunk
if [ "$purpose" = test ]; then
  ensure_lint_tools
  ensure_browser
fi
