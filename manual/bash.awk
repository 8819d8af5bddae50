# Makes the completion for bash of what description.awk has read: shells/strata.bash with the tables in place of its line "# TABLES".
#   awk -v template=manual/shells/strata.bash -f description.awk -f bash.awk TABLE

function plain(words) {
    if (words !~ /^[A-Za-z0-9_.,|+ -]*$/) fail("words that bash would not take as they are: " words)
    gsub(/^ +| +$/, "", words)
    return words
}

function tables(    c, o, s, v, list) {
    print "_strata_tables() {"
    for (c = 1; c <= commands; c++) list = list " " plain(command[c])
    print "    commands=(" substr(list, 2) ")"
    print "    settings=("
    for (s = 1; s <= settings; s++) print "        '" plain(setting[s, "key"]) ":" plain(choices(s)) "'"
    print "    )\n}\n"
    print "# Of a command: its verbs, its options (name; verbs that it goes with; kinds of its value), and the kinds of other words behind a verb."
    print "_strata_about() {"
    print "    verbs=() options=() kinds=()"
    print "    case $1 in"
    for (c = 1; c <= commands; c++) {
        print "    " command[c] ")"
        list = ""
        for (v = 1; v <= verbs[c]; v++) list = list " " plain(verb[c, v])
        print "        verbs=(" substr(list, 2) ")"
        print "        options=("
        for (o = 1; o <= options[c]; o++)
            print "            '" plain(option[c, o, "name"]) ";" plain(option_verbs[c, o]) ";" plain(option_kinds[c, o]) "'"
        print "        )\n        ;;"
    }
    print "    *) return 1 ;;\n    esac"
    print "    case \"$1 $2\" in"
    for (c = 1; c <= commands; c++) {
        if (verbs[c] == 0) print "    '" command[c] " ') kinds=(" plain(kinds_of[c, ""]) ") ;;"
        for (v = 1; v <= verbs[c]; v++) print "    '" command[c] " " verb[c, v] "') kinds=(" plain(kinds_of[c, verb[c, v]]) ") ;;"
    }
    print "    esac\n}"
}

END {
    if (failed) exit 1
    understand()
    while ((getline line < template) > 0) {
        if (line == "# TABLES") tables()
        else print line
    }
}
