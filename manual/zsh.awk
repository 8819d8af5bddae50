# Makes the completion for zsh of what description.awk has read: shells/strata.zsh with the tables in place of its line "# TABLES".
#   awk -v template=manual/shells/strata.zsh -f description.awk -f zsh.awk TABLE

# In single quotes.
function quoted(s) {
    gsub(/'/, "'\\''", s)
    return "'" s "'"
}

# In a specification of _arguments: brackets, colons and backslashes mean themselves.
function text_of(s) {
    gsub(/\\/, "\\\\", s)
    gsub(/\[/, "\\[", s)
    gsub(/\]/, "\\]", s)
    gsub(/:/, "\\:", s)
    return s
}

function trimmed(s) { gsub(/^ +| +$/, "", s); return s }

# What completes a value or a word of these kinds.
function action(kinds) {
    kinds = trimmed(kinds)
    sub(/^again ?/, "", kinds)
    if (kinds == "") return " "
    if (kinds ~ /\|/) {
        gsub(/\|/, " ", kinds)
        return "(" trimmed(kinds) ")"
    }
    return "_strata_kinds " kinds
}

function specification(c, o,    name, value, kinds) {
    name = option[c, o, "name"]
    kinds = option_kinds[c, o]
    value = option[c, o, "type"] == "flag" ? "" : ":" text_of(option[c, o, "value"]) ":" action(kinds)
    if (name == "--help") return quoted("(-h --help)") "{-h,--help}" quoted("[" text_of(option[c, o, "about"]) "]")
    return quoted((has(kinds, "again") ? "*" : "") name (value != "" && name ~ /^--/ ? "=" : "") "[" text_of(option[c, o, "about"]) "]" value)
}

function words_specification(kinds) {
    return trimmed(kinds) == "" ? "" : quoted("*:word:_strata_kinds " trimmed(kinds))
}

function specifications(c,    o, v, list) {
    print "    (" command[c] ")"
    for (o = 1; o <= options[c]; o++) {
        list = trimmed(option_verbs[c, o])
        gsub(/ /, "|", list)
        print "        " (list != "" ? "[[ $2 == (" list ") ]] && " : "") "specs+=(" specification(c, o) ")"
    }
    if (verbs[c] == 0 && trimmed(kinds_of[c, ""]) != "") print "        specs+=(" words_specification(kinds_of[c, ""]) ")"
    if (verbs[c] > 0) {
        list = ""
        for (v = 1; v <= verbs[c]; v++) list = list " " verb[c, v]
        print "        case $2 in"
        print "        ('') specs+=(" quoted("1:verb:(" substr(list, 2) ")") ") ;;"
        for (v = 1; v <= verbs[c]; v++)
            print "        (" verb[c, v] ") specs+=(" quoted("1:verb: ") " " words_specification(kinds_of[c, verb[c, v]]) ") ;;"
        print "        esac"
    }
    print "        ;;"
}

function tables(    c, s, v, list) {
    print "_strata_tables() {"
    print "    commands=("
    for (c = 1; c <= commands; c++) print "        " quoted(command[c] ":" about[c])
    print "    )\n    settings=("
    for (s = 1; s <= settings; s++) print "        " quoted(setting[s, "key"] ":" choices(s))
    print "    )\n    verbs_of=("
    for (c = 1; c <= commands; c++) {
        list = ""
        for (v = 1; v <= verbs[c]; v++) list = list " " verb[c, v]
        if (list != "") print "        " command[c] " " quoted(substr(list, 2))
    }
    print "    )\n}\n"
    print "# What _arguments is told of a command and a verb."
    print "_strata_specs() {\n    specs=()\n    case $1 in"
    for (c = 1; c <= commands; c++) specifications(c)
    print "    (*) return 1 ;;\n    esac\n    return 0\n}"
}

END {
    if (failed) exit 1
    understand()
    while ((getline line < template) > 0) {
        if (line == "# TABLES") tables()
        else print line
    }
}
