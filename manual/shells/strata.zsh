#compdef strata
# Completion of strata for zsh: commands, options, their values, settings and theirs, runs, experiments, data sets. Made by manual/make from
# the tables of the program. No word of the command line is ever expanded or run: words that the tables do not know are asked of the strata
# on the PATH, not of the one that is named on the line.

# TABLES

# Words that strata --words prints. $1: what they are.
_strata_ask() {
    local what=$1
    shift
    local -a found
    found=(${(f)"$(command strata --words "$@" 2>/dev/null)"})
    local -a expl
    _wanted words expl $what compadd -a found
}

# The store or folder that the line names.
_strata_place() {
    local i
    place=report-out
    for ((i = 2; i < CURRENT; i++)); do
        case $words[i] in
        (--out|--store) (( i + 1 < CURRENT )) && place=${(Q)words[i + 1]} ;;
        (--out=*|--store=*) place=${(Q)words[i]#*=} ;;
        esac
    done
    place=${place/#\~\//$HOME/}
}

_strata_setting() {
    local key=${PREFIX%%=*}
    local -a list expl
    if compset -P '*='; then
        list=(${(s:|:)${settings[(r)$key:*]#*:}})
        _wanted values expl "value of $key" compadd -a list
    else
        list=(${settings%%:*})
        _wanted settings expl setting compadd -S '=' -q -a list
    fi
}

# Candidates of these kinds (manual/description.awk has the list).
_strata_kinds() {
    local kind place ret=1
    local -a list expl
    for kind; do
        case $kind in
        (run) _strata_place; _strata_ask run runs $place "$PREFIX" && ret=0 ;;
        (interrupted) _strata_place; _strata_ask run interrupted $place && ret=0 ;;
        (experiment) _strata_ask experiment experiments && ret=0 ;;
        (set) _strata_ask 'data set' data && ret=0 ;;
        (data) _strata_ask 'data set' data && ret=0; _files && ret=0 ;;
        (config) if [[ $PREFIX != *=* ]]; then _strata_ask experiment experiments && ret=0; _files -g '*.y(a|)ml(-.)' && ret=0; fi ;;
        (key) list=(${settings%%:*}); _wanted keys expl key compadd -a list && ret=0 ;;
        (setting) _strata_setting && ret=0 ;;
        (file) _files && ret=0 ;;
        (folder) _path_files -/ && ret=0 ;;
        esac
    done
    return ret
}

_strata() {
    local command verb word
    local -a commands settings verbs specs expl
    local -A verbs_of
    _strata_tables
    if (( CURRENT == 2 )); then
        _describe -t commands command commands
        _wanted commands expl command compadd -- help
        _wanted options expl option compadd -- --help --version
        return
    fi
    command=$words[2]
    if [[ $command == help ]]; then
        (( CURRENT == 3 )) && _describe -t commands command commands
        return
    fi
    verbs=(${(z)verbs_of[$command]})
    for word in ${words[3,CURRENT - 1]}; do
        [[ -z $verb && -n ${verbs[(re)$word]} ]] && verb=$word
    done
    _strata_specs "$command" "$verb" || return 1
    # _arguments sees the line from the command on
    shift words
    (( CURRENT-- ))
    _arguments -s -S $specs
}

_strata "$@"
