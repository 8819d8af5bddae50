# Completion of strata for bash 4.1 or later: commands, options, their values, settings and theirs, runs, experiments, data sets. Made by
# manual/make from the tables of the program. No word of the command line is ever expanded or run: words that the tables do not know are
# asked of the strata on the PATH, not of the one that is named on the line.

# TABLES

# Candidates that begin as the word does. bash parts words at "=" and ":" and replaces what is behind these alone.
_strata_add() {
    local word
    for word; do
        word=$prefix$word
        if [[ $word == "$cur"* ]]; then COMPREPLY+=("${word#"$head"}"); fi
    done
}

# Candidates that strata --words prints.
_strata_ask() {
    local word
    while IFS= read -r word; do _strata_add "$word"; done < <(command strata --words "$@" 2>/dev/null)
}

# Files beside candidates that are none, and where there are no such candidates readline's own, which knows quotes. $1: what their names end
# in; folders are shown in any case.
_strata_files() {
    local file path=${cur#"$prefix"}
    if [[ $path == *[\"\'\\~\$\`]* ]]; then COMPREPLY=(); fi
    if ((${#COMPREPLY[@]} == 0)); then compopt -o default 2>/dev/null && return; fi
    while IFS= read -r file; do
        if [[ -d $file ]]; then file+=/; elif [[ $file != *"$1" ]]; then continue; fi
        printf -v file %q "$file"
        file=$prefix$file
        COMPREPLY+=("${file#"$head"}")
    done < <(compgen -f -- "$path")
}

# The store or folder that the line names.
_strata_place() {
    local i
    place=report-out
    for ((i = 2; i < ${#words[@]} - 1; i++)); do
        case ${words[i]} in
        --out | --store) place=${words[i + 1]} ;;
        --out=* | --store=*) place=${words[i]#*=} ;;
        esac
    done
    place=${place/#\~\//$HOME/}
}

# The value of the setting in cur.
_strata_setting() {
    local setting list prefix=''
    for setting in "${settings[@]}"; do
        if [[ $cur != *=* ]]; then _strata_add "${setting%%:*}="; fi
        if [[ $cur != "${setting%%:*}="* ]]; then continue; fi
        prefix=${setting%%:*}=
        IFS='|' read -ra list <<<"${setting#*:}"
        _strata_add "${list[@]}"
    done
}

# Candidates of these kinds (manual/description.awk has the list).
_strata_kinds() {
    local kind place list
    for kind; do
        case $kind in
        *'|'*)
            IFS='|' read -ra list <<<"$kind"
            _strata_add "${list[@]}"
            ;;
        run) _strata_place && _strata_ask runs "$place" "${cur#"$prefix"}" ;;
        interrupted) _strata_place && _strata_ask interrupted "$place" ;;
        experiment) _strata_ask experiments ;;
        set) _strata_ask data ;;
        key) _strata_add "${settings[@]%%:*}" ;;
        setting) _strata_setting ;;
        esac
    done
    for kind; do
        case $kind in
        data) _strata_ask data && _strata_files '' ;;
        config) if [[ $cur != *=* || $prefix ]]; then _strata_ask experiments && _strata_files .yaml; fi ;;
        file) _strata_files '' ;;
        folder) if ((${#COMPREPLY[@]} == 0)); then compopt -o dirnames 2>/dev/null; fi ;;
        esac
    done
}

# Options of this command and verb that the line does not have yet.
_strata_options() {
    local option name verbs_of word
    for option in "${options[@]}"; do
        name=${option%%;*} verbs_of=${option#*;} verbs_of=${verbs_of%%;*}
        if [[ $verbs_of && " $verbs_of " != *" $verb "* ]]; then continue; fi
        for word in "${words[@]:2:${#words[@]}-3}"; do
            if [[ $option != *';again'* && ($word == "$name" || $word == "$name="*) ]]; then continue 2; fi
        done
        _strata_add "$name"
    done
}

# Is $1 an option with a value? Then `kinds` is what that is.
_strata_takes_value() {
    local option
    for option in "${options[@]}"; do
        if [[ ${option%%;*} != "$1" || $option == *';flag' ]]; then continue; fi
        read -ra kinds <<<"${option##*;}"
        return 0
    done
    return 1
}

# The words of the line up to the cursor, as the program will get them, cur, and the head of cur that bash keeps.
_strata_line() {
    local i word joins=false
    words=() head=
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((i > 1)) && { $joins || [[ $word == +([=:]) ]]; }; then
            head=${words[${#words[@]} - 1]}
            words[${#words[@]} - 1]+=$word
        else
            head=
            words+=("$word")
        fi
        joins=false
        if [[ $word == +([=:]) ]]; then joins=true; fi
    done
    cur=${words[${#words[@]} - 1]}
    if $joins; then head=$cur; fi
}

_strata_reply() {
    local command=${words[1]} verb='' word kinds=() options=() verbs=() prefix='' last=${words[${#words[@]} - 2]}
    if ((${#words[@]} == 2)) || [[ $command == help ]]; then
        if ((${#words[@]} <= 3)); then _strata_add "${commands[@]}"; fi
        if ((${#words[@]} == 2)); then _strata_add help --help --version; fi
        return
    fi
    _strata_about "$command" '' || return
    for word in "${words[@]:2:${#words[@]}-3}"; do
        if [[ ! $verb && " ${verbs[*]} " == *" $word "* ]]; then verb=$word; fi
    done
    _strata_about "$command" "$verb"
    if ((${#words[@]} > 3)) && _strata_takes_value "$last"; then
        _strata_kinds "${kinds[@]}"
    elif [[ $cur == -*=* ]]; then
        prefix=${cur%%=*}=
        if _strata_takes_value "${cur%%=*}"; then _strata_kinds "${kinds[@]}"; fi
    elif [[ $cur == -* ]]; then
        _strata_options
    elif [[ ! $verb ]] && ((${#verbs[@]} > 0)); then
        _strata_add "${verbs[@]}"
    else
        _strata_kinds "${kinds[@]}"
    fi
}

_strata() {
    local cur head words commands settings
    COMPREPLY=()
    _strata_tables
    _strata_line
    _strata_reply
    if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *[=/] ]]; then compopt -o nospace 2>/dev/null; fi
    return 0
}

complete -F _strata strata
