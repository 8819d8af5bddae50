# Curves of one experiment: cost, loss and accuracy under each other over the same updates, the learning rate at the foot. Lines are means
# over the seeds, bands go from the lowest seed to the highest; the scales are those of the experiments that are compared with each other.
eval(canvas(480, 600))
percent = 100.0
eval(scan('column("update")'))
last = high
earliest = low
eval(scan('column("eta")'))
top_rate = high
eval(has("published"))
published = -1
if (present) {
    eval(scan('percent * column("published")'))
    published = high
    stats [*:*][*:*] csv using (who = stringcolumn("publisher"), 1) nooutput
}

mean(part, what) = column(part . "_" . what)
least(part, what) = column(part . "_" . what . "_min")
most(part, what) = column(part . "_" . what . "_max")

# Bands are whole or not there: gnuplot draws wedges to nowhere of one that leaves the picture, as some do before the first update.
inside(part, what) = lowest <= scale * least(part, what) && scale * most(part, what) <= highest
edge(part, what, v) = inside(part, what) ? scale * v : NaN

# One point is no line.
look = earliest < last ? "lines" : "points pt 7"

set xtics tic_step(last)
set xrange [0:last > 0 ? last : 1]
set rmargin at screen 0.965
set format x ""
unset key
array floor_[3]
array ceiling[3]
room = 45
do for [row = 1:3] {
    what = word("cost loss accuracy", row)
    scale = what eq "accuracy" ? percent : 1
    eval(scan(sprintf('%g * column("%s_high")', scale, what)))
    ceiling[row] = count > 0 ? high : 0
    if (what eq "accuracy") { # from 0
        ceiling[row] = 1.2 * larger(larger(published, ceiling[row]), 1)
        floor_[row] = 0
    } else {
        eval(scan(sprintf('%g * column("%s_low")', scale, what)))
        floor_[row] = count > 0 ? low : 0
    }
    room = larger(room, tic_room(floor_[row], ceiling[row]))
}
room = larger(room, 14 + 7.9 * strlen(sprintf("%.2g", top_rate))) # the tic of the rate below
set lmargin at screen room / 480.0
set multiplot
do for [row = 0:2] {
    what = word("cost loss accuracy", row + 1)
    scale = what eq "accuracy" ? percent : 1
    set tmargin at screen panel_top(row, 3, 0.19, 0.96, 0.05)
    set bmargin at screen panel_bottom(row, 3, 0.19, 0.96, 0.05)
    set label 1 (what eq "accuracy" ? "accuracy, %" : what) at graph 0, graph 1 offset 0,0.7 left tc rgb ink
    eval(sprintf("set yrange %s", span(floor_[row + 1], ceiling[row + 1], what eq "accuracy" ? 0 : 0.04)))
    lowest = floor_[row + 1] - 0.03 * width_of(floor_[row + 1], ceiling[row + 1])
    highest = ceiling[row + 1] + 0.03 * width_of(floor_[row + 1], ceiling[row + 1])
    set ytics tic_step(width_of(floor_[row + 1], ceiling[row + 1]))
    set format y tic_format(floor_[row + 1], ceiling[row + 1])
    if (what eq "cost") {
        set label 2 "● training" at graph 0.74, graph 1 offset 0,0.7 right tc rgb blue
        set label 3 "● validation" at graph 1, graph 1 offset 0,0.7 right tc rgb orange
    } else {
        unset label 2
        unset label 3
    }
    if (what eq "accuracy" && published >= 0) {
        set arrow 1 from graph 0, first published to graph 1, first published nohead lc rgb ink lw 1 dt 2
        set label 2 sprintf("%s, test: %.1f", who, published) at graph 0.01, first published left offset 0,0.55 tc rgb ink font ",11.5"
    }
    plots = ""
    do for [part in "train validation"] {
        ink_of = part eq "train" ? blue : orange
        eval(scan(sprintf('column("%s_%s")', part, what)))
        if (count > 0) {
            plots = sprintf(', csv using "update":(edge("%s", what, least("%s", what))):(edge("%s", what, most("%s", what))) \
                with filledcurves lc rgb "%s"', part, part, part, part, ink_of) . plots . also . sprintf('"update":(scale * mean("%s", what)) with %s lw 1.8 lc rgb "%s"', part, look, ink_of)
        }
    }
    eval(strlen(plots) > 0 ? "plot " . plots[3:] : "plot -9e9")
}
unset label
unset arrow
set label 1 "learning rate" at graph 0, graph 1 offset 0,0.7 left tc rgb ink
set tmargin at screen 0.14
set bmargin at screen 0.085
set yrange [0:top_rate > 0 ? 1.1 * top_rate : 1]
set format y "%g"
if (top_rate > 0) { set ytics (0, sprintf("%.2g", top_rate) top_rate) } else { set ytics (0) }
set format x "%.0f"
set xlabel "updates" offset 0,0.6
eval('plot csv using "update":"eta" with ' . look . ' lw 1.4 lc rgb grey')
unset multiplot
