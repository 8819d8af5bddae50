# Makes the completion for fish of what description.awk has read: shells/strata.fish with the tables in place of its line "# TABLES".
#   awk -v template=manual/shells/strata.fish -f description.awk -f fish.awk TABLE

# In single quotes, where a backslash means itself unless a quote or another one is behind it.
function quoted(s) {
    gsub(/\\/, "\\\\", s)
    gsub(/'/, "\\'", s)
    return "'" s "'"
}

function trimmed(s) { gsub(/^ +| +$/, "", s); return s }

# What completes a value or a word of these kinds: options of complete.
function action(kinds, value) {
    kinds = trimmed(kinds)
    sub(/^again ?/, "", kinds)
    if (kinds == "") return value ? " -x" : ""
    if (kinds ~ /\|/) {
        gsub(/\|/, " ", kinds)
        return " -x -a " quoted(trimmed(kinds))
    }
    if (kinds ~ /file/) return (value ? " -r" : "") " -F"
    if (has(" " kinds, "data") || has(" " kinds, "config")) return (value ? " -r" : "") " -F -a " quoted("(__strata_kinds " kinds ")")
    return (value ? " -x" : "") " -a " quoted("(__strata_kinds " kinds ")")
}

function condition(c, verbs_wanted, further,    v, list) {
    if (verbs_wanted == "") return quoted("__strata_is " command[c] further)
    for (v = 1; v <= verbs[c]; v++) list = list " " verb[c, v]
    return quoted("__strata_is " command[c] " \"" substr(list, 2) "\" " verbs_wanted further)
}

function option_line(c, o,    name, flag) {
    name = option[c, o, "name"]
    flag = option[c, o, "type"] == "flag"
    sub(/^--/, "-l ", name) || sub(/^-/, "-s ", name)
    if (name == "-l help") name = "-l help -s h"
    print "complete -c strata -n " condition(c, trimmed(option_verbs[c, o]), "") " " name (flag ? "" : action(option_kinds[c, o], 1)) \
          " -d " quoted(option[c, o, "about"])
}

function words_line(c, of, kinds) {
    kinds = trimmed(kinds)
    if (kinds == "") return
    if (!has(" " kinds, "setting")) print "complete -c strata -n " condition(c, of, "") action(kinds, 0)
    else { # no file is behind key=
        print "complete -c strata -n " condition(c, of, "") " -a " quoted("(__strata_kinds " kinds ")")
        print "complete -c strata -n " condition(c, of, "; and not string match -q \"*=*\" -- (commandline -ct)") " -F"
    }
}

function tables(    c, o, s, v, list) {
    for (s = 1; s <= settings; s++) list = list " " quoted(setting[s, "key"] ":" choices(s))
    print "set -g __strata_setting_list" list
    for (c = 1; c <= commands; c++)
        print "complete -c strata -n __strata_wants_command -a " command[c] " -d " quoted(about[c])
    for (c = 1; c <= commands; c++) {
        print "\n# strata " command[c]
        for (o = 1; o <= options[c]; o++) option_line(c, o)
        if (verbs[c] == 0) words_line(c, "", kinds_of[c, ""])
        list = ""
        for (v = 1; v <= verbs[c]; v++) list = list " " verb[c, v]
        if (verbs[c] > 0) print "complete -c strata -n " condition(c, "-", "") " -a " quoted(substr(list, 2))
        for (v = 1; v <= verbs[c]; v++) words_line(c, verb[c, v], kinds_of[c, verb[c, v]])
    }
    print "\ncomplete -c strata -n 'test (count (commandline -opc)) -eq 1' -l help -s h -d 'the commands'"
    print "complete -c strata -n 'test (count (commandline -opc)) -eq 1' -l version"
    print "complete -c strata -n 'test (count (commandline -opc)) -eq 1' -a help -d 'the help of a command'"
}

END {
    if (failed) exit 1
    understand()
    while ((getline line < template) > 0) {
        if (line == "# TABLES") tables()
        else print line
    }
}
