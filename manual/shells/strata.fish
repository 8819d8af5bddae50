# Completion of strata for fish: commands, options, their values, settings and theirs, runs, experiments, data sets. Made by manual/make from
# the tables of the program. No word of the command line is ever expanded or run: words that the tables do not know are asked of the strata
# on the PATH, not of the one that is named on the line.

# Is the line at its command, or at the command that help is wanted of?
function __strata_wants_command
    set -l words (commandline -opc)
    test (count $words) -eq 1; or begin; test (count $words) -eq 2; and test "$words[2]" = help; end
end

# Is it a line of this command, and, with further arguments, of one of these verbs? The verb "-" stands for none yet; $argv[2] lists all.
function __strata_is
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = $argv[1]; or return 1
    test (count $argv) -ge 3; or return 0
    set -l verb -
    for word in $words[3..-1]
        if contains -- $word (string split ' ' -- $argv[2])
            set verb $word
            break
        end
    end
    contains -- $verb $argv[3..-1]
end

# Words that strata --words prints.
function __strata_ask
    command strata --words $argv 2>/dev/null
end

# The store or folder that the line names.
function __strata_place
    set -l place report-out
    set -l words (commandline -opc)
    for i in (seq 3 (count $words))
        switch $words[$i]
            case --out --store
                test $i -lt (count $words); and set place $words[(math $i + 1)]
            case '--out=*' '--store=*'
                set place (string replace -r '^[^=]*=' '' -- $words[$i])
        end
    end
    string replace -r '^~/' "$HOME/" -- $place
end

# Settings, and behind key= the words for the value.
function __strata_settings
    set -l word (commandline -ct)
    for setting in $__strata_setting_list
        set -l parts (string split -m 1 : -- $setting)
        if not string match -q -- '*=*' $word
            echo $parts[1]=
        else if string match -q -- "$parts[1]=*" $word
            printf "$parts[1]=%s\n" (string split -n '|' -- $parts[2])
        end
    end
end

function __strata_keys
    string replace -r ':.*' '' -- $__strata_setting_list
end

# Candidates of these kinds (manual/description.awk has the list).
function __strata_kinds
    for kind in $argv
        switch $kind
            case run
                __strata_ask runs (__strata_place) (commandline -ct | string replace -r '^-[^=]*=' '')
            case interrupted
                __strata_ask interrupted (__strata_place)
            case experiment config
                __strata_ask experiments
            case set data
                __strata_ask data
            case key
                __strata_keys
            case setting
                __strata_settings
            case folder
                __fish_complete_directories (commandline -ct | string replace -r '^-[^=]*=' '')
        end
    end
end

complete -c strata -f

# TABLES
