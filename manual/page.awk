# Makes the manual pages, strata.1 and strata-COMMAND.1, of what description.awk has read.
#   awk -v folder=OUT -v pages=manual/pages -v date=YYYY-MM-DD -f description.awk -f page.awk TABLE
# PAGES/COMMAND.in and PAGES/strata.in have what no table knows, in the macros of man(7): what stands before the first .SH is added to the
# description; further sections find their place by their names. PAGES/common.in is part of every page; there the lines between .\" if WORD ...
# and .\" end are left out of the page of a command that is none of these words and has no such option. A command needs no file.

function esc(s) {
    gsub(/\\/, "\\\\e", s)
    gsub(/-/, "\\-", s)
    gsub(/'/, "\\(aq", s)
    gsub(/"/, "\\(dq", s)
    gsub(/`/, "\\(ga", s)
    gsub(/\^/, "\\(ha", s)
    gsub(/~/, "\\(ti", s)
    return s
}

# A word of a text: options are bold; what a usage has for a word is slanted.
function marked(word,    head, tail) {
    head = match(word, /^[(\[]+/) ? substr(word, 1, RLENGTH) : ""
    word = substr(word, length(head) + 1)
    tail = match(word, /[])}.,;:]+$/) ? substr(word, RSTART) : ""
    if (word ~ /\.\.\.$/) tail = ""
    word = substr(word, 1, length(word) - length(tail))
    if (word ~ /^--?[a-z][a-z-]*$/) return esc(head) "\\fB" esc(word) "\\fR" esc(tail)
    if (has(placeholders, word)) return esc(head) "\\fI" esc(word) "\\fR" esc(tail)
    return esc(head word tail)
}

# A text, a sentence a line.
function prose(s,    words, n, w, line, out) {
    n = split(s, words, / +/)
    for (w = 1; w <= n; w++) {
        line = line (line == "" ? "" : " ") marked(words[w])
        if (w < n && !(words[w] ~ /[.]$/ && words[w + 1] ~ /^[A-Z]/)) continue
        out = out (out == "" ? "" : "\n") (line ~ /^\./ ? "\\&" : "") line
        line = ""
    }
    return out
}

# "strata runs show ID" with the words of the command bold and the others slanted.
function synopsis(s,    words, n, w, out, word) {
    n = split(s, words, / +/)
    for (w = 1; w <= n; w++) {
        word = words[w]
        if (word ~ /^\[?--?[a-z]/ || w <= 2 || word ~ /^[a-z]+$/) word = "\\fB" esc(word) "\\fR"
        else if (match(word, /[A-Za-z][A-Za-z.=|]*/))
            word = esc(substr(word, 1, RSTART - 1)) "\\fI" esc(substr(word, RSTART, RLENGTH)) "\\fR" esc(substr(word, RSTART + RLENGTH))
        else word = esc(word)
        out = out (w > 1 ? " " : "") word
    }
    return out
}

# What stands for something in this command's usage and options.
function find_placeholders(c,    u, o, words, n, w) {
    placeholders = ""
    for (u = 1; u <= usages[c]; u++) {
        n = split(usage[c, u], words, /[^A-Za-z.=]+/)
        for (w = 1; w <= n; w++) if (words[w] ~ /^[A-Z]/ && words[w] !~ /^(A|OPTION)$/) placeholders = placeholders " " words[w]
    }
    for (o = 1; o <= options[c]; o++) if (option[c, o, "value"] ~ /^[A-Z]/) placeholders = placeholders " " option[c, o, "value"]
}

# ---- texts of PAGES --------------------------------------------------------------------------------------------------------------------

# Adds what a file says to extra[SECTION]; "" is the description. False: there is no such file.
function read_extra(file, c,    line, section, shown, got, any) {
    shown = 1
    while ((got = (getline line < file)) > 0) {
        any = 1
        if (line ~ /^\.\\" if /) shown = c == 0 || meets(line, c)
        else if (line ~ /^\.\\" end/) shown = 1
        else if (line ~ /^\.\\"/ || !shown) continue
        else if (line ~ /^\.SH /) {
            section = substr(line, 5)
            if (!(section in extra) && !(section in own_place)) order[++sections] = section
        } else extra[section] = extra[section] line "\n"
    }
    close(file)
    return any
}

function meets(line, c,    words, n, w, o) {
    n = split(line, words, / +/)
    for (w = 3; w <= n; w++) {
        if (words[w] == command[c]) return 1
        for (o = 1; o <= options[c]; o++) if (option[c, o, "name"] == words[w]) return 1
    }
    return 0
}

function show(section) {
    if (extra[section] != "") printf ".SH %s\n%s", section, extra[section] > page
}

# ---- parts of a page -------------------------------------------------------------------------------------------------------------------

function begin(name, line) {
    page = folder "/" name ".1"
    printf ".\\\" Made by manual/make from the tables of the program and manual/pages.\n" > page
    printf ".TH %s 1 %s \"strata %s\" \"User Commands\"\n.nh\n.ad l\n.SH NAME\n%s \\- %s\n.SH SYNOPSIS\n", toupper(esc(name)), date, version, esc(name),
           esc(line) > page
}

function exit_status(    e, f, words) {
    printf ".SH EXIT STATUS\n" > page
    for (e = 1; e <= exits; e++) {
        if (exit_code[e] in said_code) continue
        said_code[exit_code[e]] = 1
        words = exit_words[e]
        for (f = e + 1; f <= exits; f++) if (exit_code[f] == exit_code[e]) words = words "; " exit_words[f]
        printf ".TP\n.B %s\n%s\n", exit_code[e], esc(words) > page
    }
    for (e in said_code) delete said_code[e]
}

function show_options(c,    o) {
    printf ".SH OPTIONS\n" > page
    for (o = 1; o <= options[c]; o++) {
        printf ".TP\n\\fB%s\\fR", esc(option[c, o, "name"]) > page
        if (option[c, o, "value"] != "") printf " \\fI%s\\fR", esc(option[c, o, "value"]) > page
        if (option[c, o, "name"] == "--help") printf ", \\fB\\-h\\fR" > page
        printf "\n%s\n", prose(option[c, o, "about"]) > page
    }
}

function show_settings(    s) {
    printf ".SH SETTINGS\nSettings are written \\fIkey\\fR=\\fIvalue\\fR, or as lines \\fIkey\\fR: \\fIvalue\\fR of a YAML file; later words win.\nThe value shown is the default; ranges and choices are in brackets.\n" > page
    for (s = 1; s <= settings; s++) {
        if (setting[s, "subject"] != setting[s - 1, "subject"]) printf ".SS %s\n", toupper(substr(setting[s, "subject"], 1, 1)) substr(setting[s, "subject"], 2) > page
        printf ".TP\n\\fB%s\\fR=\\fI%s\\fR\n%s\n", esc(setting[s, "key"]), esc(setting[s, "fallback"]), prose(setting[s, "about"]) > page
        if (setting[s, "range"] != "") printf "(%s)\n", esc(setting[s, "range"]) > page
    }
}

function takes_settings(c,    v) {
    if (has(kinds_of[c, ""], "setting")) return 1
    for (v = 1; v <= verbs[c]; v++) if (has(kinds_of[c, verb[c, v]], "setting")) return 1
    return 0
}

# "ls | show: what the store knows of runs" lists verbs first.
function line_about(c,    line) {
    line = about[c]
    if (line ~ / \| .*: /) sub(/^.* \| [a-z]*: /, "", line)
    return line
}

function forget(    e) {
    for (e in extra) delete extra[e]
    sections = 0
}

function show_paragraph(c, p, apart) {
    if (item[c, p] != "") printf ".TP\n.B %s\n", esc(item[c, p]) > page
    else if (apart) printf ".PP\n" > page
    printf "%s\n", prose(paragraph[c, p]) > page
}

function command_page(c,    u, p, before) {
    find_placeholders(c)
    read_extra(pages "/" command[c] ".in", c)
    read_extra(pages "/common.in", c)
    begin("strata-" command[c], line_about(c))
    for (u = 1; u <= usages[c]; u++) printf("%s%s\n", (u > 1 ? ".br\n" : ""), synopsis(usage[c, u])) > page
    printf ".SH DESCRIPTION\n" > page
    before = paragraphs[c] - behind_options[c]
    for (p = 1; p <= before; p++) show_paragraph(c, p, p > 1)
    for (u = 1; u <= usages[c]; u++) if (usage_about[c, u] != "") printf ".TP\n%s\n%s\n", synopsis(usage[c, u]), prose(usage_about[c, u]) > page
    if (extra[""] != "") printf ".PP\n%s", extra[""] > page
    show_options(c)
    for (p = before + 1; p <= paragraphs[c]; p++) show_paragraph(c, p, 1)
    if (takes_settings(c)) show_settings()
    end("\\fBstrata\\fR(1)")
}

# The sections behind those of the tables.
function end(also,    s) {
    for (s = 1; s <= sections; s++) show(order[s])
    exit_status()
    show("FILES")
    show("ENVIRONMENT")
    show("EXAMPLES")
    printf ".SH SEE ALSO\n%s\n%s", also, extra["SEE ALSO"] > page
    close(page)
    forget()
}

function main_page(    c, also) {
    placeholders = ""
    read_extra(pages "/strata.in", 0)
    read_extra(pages "/common.in", 0)
    begin("strata", "a laboratory for fully connected networks")
    printf "\\fBstrata\\fR \\fICOMMAND\\fR [\\fIARGUMENT\\fR ...]\n.br\n\\fBstrata\\fR \\fB\\-\\-help\\fR | \\fB\\-\\-version\\fR\n" > page
    printf ".SH DESCRIPTION\n%s.SH COMMANDS\n", extra[""] > page
    for (c = 1; c <= commands; c++) {
        printf ".TP\n\\fBstrata\\-%s\\fR(1)\n%s\n", esc(command[c]), prose(about[c]) > page
        also = also (c > 1 ? ",\n" : "") "\\fBstrata\\-" esc(command[c]) "\\fR(1)"
    }
    end(also)
}

END {
    if (failed) exit 1
    understand()
    own_place["EXIT STATUS"] = own_place["FILES"] = own_place["ENVIRONMENT"] = own_place["EXAMPLES"] = own_place["SEE ALSO"] = 1
    main_page()
    for (c = 1; c <= commands; c++) command_page(c)
}
