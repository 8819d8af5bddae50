# offer_data PROGRAM [WORD ...]: the words are those of `strata reproduce`. Where they and the machine name no images, so that a synthetic set would
# be drawn, the folder of a CIFAR-10 that was fetched before is printed; else it is said how it comes, and a person at a terminal is asked, and after
# a yes it is fetched. No network is used unasked. Sourced by ./reproduce.
offer_data() {
    program=$1
    shift
    for word in "$@"; do
        case $word in --data | --data=* | --help | -h) return 0 ;; esac
    done
    "$program" doctor | grep -q '^  none:' || return 0
    if ! "$program" data ls | grep -q 'not here yet: strata data fetch cifar-10$'; then
        "$program" data fetch cifar-10 # it is here already
        return
    fi
    echo "no CIFAR-10 here, so a synthetic set is drawn, whose figures mean nothing; the real one: build/strata data fetch cifar-10 (162 MB)" >&2
    { [ -t 0 ] && [ -t 2 ]; } || return 0
    printf 'fetch it now? [y/N] ' >&2
    read -r answer || return 0
    case $answer in y | Y | yes) "$program" data fetch cifar-10 ;; esac
}
