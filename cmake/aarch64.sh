#!/bin/sh
# What a build for 64-bit Arm needs besides a cross-compiler: the libraries of Debian for arm64, unpacked into a folder. apt keeps lists and
# packages for that in the folder too, so the system does not become one of two architectures, and no package of its own is touched.
#
#   cmake/aarch64.sh FOLDER         makes FOLDER/root, or leaves it as it is. Exit code 77, after a sentence, where that cannot be.
set -eu
folder=$1
packages="libc6 libgcc-s1 libjansson4 libjansson-dev libssl3 libssl-dev libsqlite3-0 libsqlite3-dev librandom123-dev libyaml-0-2 libyaml-dev
    libcmocka0 libcmocka-dev"

cannot() {
    echo "1 skipped: $1"
    exit 77
}

[ ! -e "$folder/root" ] || exit 0
command -v apt-get >/dev/null 2>&1 || cannot "this is no Debian: libraries for arm64 are not found"
mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial" "$folder/packages"
: >"$folder/status"
folder=$(cd "$folder" && pwd)
own_apt() {
    apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o APT::Sandbox::User="$(id -un)" -o Dir::State="$folder" \
        -o Dir::State::status="$folder/status" -o Dir::Cache="$folder/cache" "$@"
}
own_apt update >"$folder/said" 2>&1 || cannot "apt has no lists of arm64: $(tail -n 1 "$folder/said")"
# shellcheck disable=SC2086 # words
(cd "$folder/packages" && own_apt download $packages) >"$folder/said" 2>&1 || cannot "apt could not fetch: $(tail -n 1 "$folder/said")"
rm -rf "$folder/root.new"
for package in "$folder"/packages/*.deb; do
    dpkg -x "$package" "$folder/root.new"
done
rm -rf "$folder/lists" "$folder/cache" "$folder/packages"
mv "$folder/root.new" "$folder/root"
