# Sourced by scripts/run and scripts/test: finds the place, installs what is missing, names the tools.
# Everything comes from Debian's packages and the npm registry.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
mkdir -p build
# Objects are shared between clones of one machine: paths below the clone do not count.
export CCACHE_DIR=${CCACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/homeward-ccache}
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=${CCACHE_MAXSIZE:-3G}
jobs=${HOMEWARD_JOBS:-$(nproc)}

say() { printf '\n\033[1m%s\033[0m\n' "$*" >&2; }

build_packages=(
  build-essential cmake ninja-build ccache pkg-config ca-certificates
  libboost1.81-dev libboost-json1.81-dev libexpected-dev libfmt-dev libyaml-cpp-dev libcli11-dev
  libhowardhinnant-date-dev libre2-dev libicu-dev libsodium-dev libsqlite3-dev libssl-dev
  libgtest-dev librapidcheck-dev libbenchmark-dev tzdata
)
test_packages=(
  clang-14 clang-tools-14 libclang-rt-14-dev chromium fonts-noto-core libfaketime openssl procps
  sqlite3 strace
)

# install_packages NAME…: those that are not there yet, in one go.
install_packages() {
  local missing=() name
  for name in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "Installing ${#missing[@]} packages: ${missing[*]}"
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get)
  [ "$(id -u)" = 0 ] || apt=(sudo "${apt[@]}")
  "${apt[@]}" -qq update
  "${apt[@]}" -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
}

# ensure_node: Node 20 or later on the PATH. Debian 12's is 18, so a newer one is taken from npm.
ensure_node() {
  local have=0
  ! command -v node >/dev/null || have=$(node -p 'process.versions.node.split(".")[0]')
  if [ "$have" -lt 20 ]; then
    if [ ! -x build/node/node_modules/node/bin/node ]; then
      install_packages nodejs npm
      say "Taking Node 22 from npm"
      npm install --loglevel error --no-fund --no-audit --prefix build/node node@22 npm@10
    fi
    PATH="$root/build/node/node_modules/.bin:$root/build/node/node_modules/node/bin:$PATH"
    export PATH
  fi
  command -v npm >/dev/null || install_packages npm
}

# build_native PRESET [TARGET…]
build_native() {
  local preset=$1
  shift
  say "Building ($preset)"
  cmake --preset "$preset" >"build/cmake-$preset.log" 2>&1 || { cat "build/cmake-$preset.log" >&2; return 1; }
  if [ $# -gt 0 ]; then
    cmake --build --preset "$preset" -j "$jobs" --target "$@"
  else
    cmake --build --preset "$preset" -j "$jobs"
  fi
}

# npm_packages FOLDER: exactly what the lock file names.
npm_packages() {
  local stamp=$1/node_modules/.package-lock.json
  if [ ! -e "$stamp" ] || [ "$1/package-lock.json" -nt "$stamp" ]; then
    say "Taking the packages of $1 from npm"
    (cd "$1" && npm ci --no-fund --no-audit --loglevel=error)
    touch "$stamp"
  fi
}

# build_pages: web/dist, when something in web/ or the texts is newer than it.
build_pages() {
  npm_packages web
  if [ ! -e web/dist/index.html ] || [ -n "$(find web/src web/index.html web/package.json roadmap/text -newer web/dist/index.html -print -quit)" ]; then
    say "Building the pages"
    (cd web && npm run --silent build)
  fi
}
