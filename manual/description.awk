# Reads what `strata --help=table` prints, for the scripts that make something of it; they are run as awk -f description.awk -f OTHER.awk.
# A line that begins with a tab has fields; any other is text of the command before it: its usage, then paragraphs. Afterwards there are
#
#   version, commands, command[c], about[c]           of c = 1 .. commands the name and one line
#   usages[c], usage[c, u], usage_about[c, u]         "strata runs show ID", and what that does, where it is said
#   paragraphs[c], paragraph[c, p], item[c, p]        the text between usage and options; behind_options[c]: those that stand behind them;
#                                                     item is the word of a line "  WORD  text", which is a paragraph of its own, else ""
#   options[c], option[c, o, FIELD]                   FIELD: name, type, value, words, about
#   settings, setting[s, FIELD]                       FIELD: subject, key, type, fallback, range, about
#   exits, exit_code[e], exit_words[e]
#   verbs[c], verb[c, v]                              "ls", "show", ... of strata runs
#   kinds_of[c, VERB]                                 what further words are; VERB is "" for a command without verbs
#   option_kinds[c, o], option_verbs[c, o]            what its value is; the verbs that it goes with, "" for all
#
# Kinds are words with blanks around them, of: flag, again (may be given more than once), file, folder, data, set, config, experiment, setting, key, run, interrupted, and a|b|c
# for a choice; KIND is a choice of the items in the text. This file is the one place that says which word of a usage or of an option's value is of which kind.

BEGIN { FS = "\t" }

function kinds_of_word(word, c, name) {
    gsub(/[\[\]" ]|\.\.\./, "", word)
    if (word == "" || word == "OPTION") return ""
    if (name == "--experiment") return " experiment"
    if (word ~ /^(RUN|ID)\|/) return " run" kinds_of_word(substr(word, index(word, "|") + 1), c, name)
    if (word ~ /^(FILE|MODEL|INPUT|PICTURE|ARCHIVE)(\.[a-z]+)?$/) return " file"
    if (word == "DIR") return " folder"
    if (word == "WHAT") return " data"
    if (word == "NAME" && command[c] == "data") return " set"
    if (word ~ /^(CONFIG\.yaml|EXPERIMENT)$/) return " config"
    if (word == "SETTINGS") return " config setting"
    if (word ~ /^(key=value|KEY=VALUE)$/) return " setting"
    if (word == "KEY") return " key"
    if (word ~ /^(RUN|ID|A|B)$/) return command[c] == "resume" ? " interrupted" : " run"
    return ""
}

# The value of an option: a choice of its own, that of the setting of its name, or a word as above.
function kinds_of_value(c, o,    name, key, words, s) {
    if (option[c, o, "type"] == "flag") return " flag"
    words = option[c, o, "words"]
    if (words == "" && option[c, o, "value"] ~ /^[a-z]+$/) words = option[c, o, "value"]
    if (words == "" && option[c, o, "value"] == "KIND") words = items(c)
    gsub(/ /, "|", words)
    if (words != "") return " " words "|"
    name = option[c, o, "name"]
    key = substr(name, 3)
    for (s = 1; s <= settings; s++) if (setting[s, "key"] == key && choices(s) != "") return " " choices(s)
    return kinds_of_word(option[c, o, "value"], c, name)
}

# "relu|tanh|" where a setting has words for values, else "".
function choices(s,    words) {
    if (setting[s, "type"] == "true or false") return "true|false|"
    if (setting[s, "type"] != "choice") return ""
    words = setting[s, "range"]
    gsub(/, /, "|", words)
    sub(/\|sigma:.*/, "", words)
    return words "|"
}

function items(c,    p, words) {
    for (p = 1; p <= paragraphs[c]; p++) if (item[c, p] != "") words = words (words == "" ? "" : " ") item[c, p]
    return words
}

# Does a word or a list of words hold nothing but characters that no shell takes for anything else?
function is_plain(words) { return words ~ /^[A-Za-z0-9_.,|+-]*$/ }

function add_usage(line,    at) {
    sub(/^usage: /, "       ", line)
    at = match(line, /[^ ]   *[^ ]/) ? RSTART + RLENGTH - 1 : 0
    if (at == 0 && column > 0 && substr(line, column - 1, 1) == " " && length(line) > column) at = column
    if (column == 0) column = at
    usage_about[commands, ++usages[commands]] = at > 0 ? substr(line, at) : ""
    if (at > 0) line = substr(line, 1, at - 1)
    gsub(/^ +| +$/, "", line)
    usage[commands, usages[commands]] = line
}

function add_text(line) {
    if (line == "") { open = 0; return }
    if (match(line, /^  [^ ]+  +/)) {
        item[commands, ++paragraphs[commands]] = substr(line, 3, index(substr(line, 3), " ") - 1)
        paragraph[commands, paragraphs[commands]] = substr(line, RLENGTH + 1)
        if (options[commands] > 0) behind_options[commands]++
        open = 1
        return
    }
    if (!open) paragraph[commands, ++paragraphs[commands]] = line
    else paragraph[commands, paragraphs[commands]] = paragraph[commands, paragraphs[commands]] " " line
    if (!open && options[commands] > 0) behind_options[commands]++
    open = 1
}

$1 == "" && $2 == "version" { version = $3; next }
$1 == "" && $2 == "exit" { exit_code[++exits] = $3; exit_words[exits] = $4; next }
$1 == "" && $2 == "command" { command[++commands] = $3; about[commands] = $4; in_usage = 1; column = open = 0; next }
$1 == "" && $2 == "option" {
    o = ++options[commands]
    option[commands, o, "name"] = $3; option[commands, o, "type"] = $4; option[commands, o, "value"] = $5
    option[commands, o, "words"] = $6; option[commands, o, "about"] = $7
    open = 0; next
}
$1 == "" && $2 == "setting" {
    setting[++settings, "subject"] = $3; setting[settings, "key"] = $4; setting[settings, "type"] = $5
    setting[settings, "fallback"] = $6; setting[settings, "range"] = $7; setting[settings, "about"] = $8
    next
}
in_usage && /^(usage: |       )strata / { add_usage($0); next }
in_usage && /^        +[^ ]/ { sub(/^ +/, ""); usage_about[commands, usages[commands]] = usage_about[commands, usages[commands]] " " $0; next }
{ in_usage = 0; add_text($0) }

function add_kinds(c, of, kinds,    words, n, w) {
    n = split(kinds, words, / +/)
    for (w = 1; w <= n; w++) if (words[w] != "" && !has(kinds_of[c, of], words[w])) kinds_of[c, of] = kinds_of[c, of] " " words[w]
}

# The verb that a usage is of, and the kinds of what stands behind it.
function understand_usage(c, u,    words, n, w, of) {
    n = split(usage[c, u], words, / +/)
    w = 3
    of = ""
    if (words[3] ~ /^[a-z]+$/) {
        of = words[3]
        w = 4
        if (!((c, of) in known_verb)) verb[c, ++verbs[c]] = of
        known_verb[c, of] = 1
    }
    for (; w <= n; w++) {
        if (words[w] !~ /^\[?-/) add_kinds(c, of, kinds_of_word(words[w], c, ""))
        else if (words[++w + 1] ~ /^\.\.\./) add_kinds(c, of, kinds_of_word(words[w], c, "")) # an option and its value: "--run ID ..."
    }
}

function understand_option(c, o,    words, n, w, said) {
    option_kinds[c, o] = (option[c, o, "type"] == "list" ? " again" : "") kinds_of_value(c, o) " "
    said = option[c, o, "about"]
    if (verbs[c] == 0 || said !~ /^[a-z, ]+: /) return
    n = split(substr(said, 1, index(said, ":") - 1), words, ", ")
    for (w = 1; w <= n; w++) if (!((c, words[w]) in known_verb)) return
    for (w = 1; w <= n; w++) option_verbs[c, o] = option_verbs[c, o] " " words[w]
    option_verbs[c, o] = option_verbs[c, o] " "
}

# To be called first by who reads the arrays.
function understand(    c, o, u, v) {
    if (version == "" || commands == 0 || settings == 0 || exits == 0) fail("this is no output of strata --help=table")
    for (c = 1; c <= commands; c++) {
        if (usages[c] == 0 || options[c] == 0) fail("strata " command[c] " --help=table has no usage or no options")
        for (u = 1; u <= usages[c]; u++) understand_usage(c, u)
        for (o = 1; o <= options[c]; o++) {
            understand_option(c, o)
            if (!is_plain(option[c, o, "name"])) fail("an option of strata " command[c] " is called " option[c, o, "name"])
        }
        for (v = 1; v <= verbs[c]; v++) kinds_of[c, verb[c, v]] = kinds_of[c, verb[c, v]] " "
        kinds_of[c, ""] = kinds_of[c, ""] " "
    }
}

function fail(sentence) {
    print "manual: " sentence | "cat 1>&2"
    close("cat 1>&2")
    failed = 1
    exit 1
}

function has(list, word) { return index(list " ", " " word " ") > 0 }
