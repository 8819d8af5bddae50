# The Debian packages that Strata needs, and install_packages, which installs those that are missing. Sourced by ./check and ./reproduce.
build_packages="gcc libc6-dev cmake ninja-build pkg-config git libjansson-dev libssl-dev librandom123-dev libsqlite3-dev libyaml-dev libopenblas-dev libpng-dev zlib1g-dev libzip-dev libcurl4-openssl-dev libarchive-dev ca-certificates"
test_packages="libcmocka-dev g++ python3 python3-numpy locales-all gnuplot-nox fonts-dejavu-core chromium qemu-user valgrind zsh fish man-db groff-base mandoc openmpi-bin libopenmpi-dev"
# Programs of others that read what Strata writes, or are built upon: a gigabyte, for ./check --all alone.
reader_packages="python3-sklearn python3-pandas python3-torch python3-onnx python3-opencv python3-matplotlib python3-optuna"
package_packages="libopenmpi-dev dpkg-dev lintian python3 gzip"
# A cluster on one machine: Slurm, in which examples/slurm is tried. For ./check --all and --mutants.
cluster_packages="slurm-wlm munge iproute2"
clang_packages="clang"
cross_packages="gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
figure_packages="gnuplot-nox fonts-dejavu-core"

# install_packages NAME...: by apt-get, with sudo when not root; says what it does. Elsewhere than on Debian and its kin: only says so.
install_packages() {
    missing=
    if ! command -v dpkg-query >/dev/null 2>&1; then
        echo "this is no Debian: please see to these packages yourself: $*" >&2
        return 0
    fi
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    echo "installing by apt:$missing" >&2
    as_root=
    [ "$(id -u)" = 0 ] || as_root=sudo
    $as_root env DEBIAN_FRONTEND=noninteractive sh -c "apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing" >&2 || {
        echo "apt could not install:$missing" >&2
        return 1
    }
}
