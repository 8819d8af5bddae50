# Curves of several settings or runs, one line each: training loss, validation loss, training accuracy and validation accuracy under each other
# over the same updates. Lines are means over the seeds, bands go from the lowest seed to the highest. Lines differ in colour and in dashes; one point is no line.
eval(scan('column("line")'))
lines = int(high)
eval(scan('column("update")'))
last = high
array name[lines]
stats [*:*][*:*] csv using (name[int(column("line"))] = shortened(name_of("name"), 390), 1) nooutput
top = 14 + 17 * lines # pixels of the key
tall = 165
height = top + 4 * tall + 62
eval(canvas(480, height))
percent = 100.0
color_of(n) = word("#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #222222 #777777", (n - 1) % 8 + 1)
dash_of(n) = (n - 1) % 4 + 1
only(n, what) = column("line") == n ? column(what) : NaN
# Bands are whole or not there: gnuplot draws wedges to nowhere of one that leaves the picture, as some do before the first update.
edge(n, what, end) = lowest <= scale_of(what) * only(n, part . "_" . what . "_min") && scale_of(what) * only(n, part . "_" . what . "_max") <= highest \
    ? scale_of(what) * only(n, part . "_" . what . end) : NaN
at(pixels) = 1 - pixels / (1.0 * height) # a height of the screen, from its top
scale_of(what) = what eq "accuracy" ? percent : 1

array floor_[4]
array ceiling[4]
array there[4]
room = 45
do for [row = 1:4] {
    what = word("loss loss accuracy accuracy", row)
    part = word("train validation train validation", row)
    count = 0; zeros = 0; low = huge; high = -huge; least = huge
    eval(more(sprintf('(last == 0 || column("update") > 0) ? %g * column("%s_%s_min") : NaN', scale_of(what), part, what)))
    eval(more(sprintf('(last == 0 || column("update") > 0) ? %g * column("%s_%s_max") : NaN', scale_of(what), part, what)))
    there[row] = count
    floor_[row] = count > 0 ? low : 0
    ceiling[row] = count > 0 ? high : 1
}
# One scale for both losses, and one for both accuracies.
do for [row = 1:3:2] {
    floor_[row] = there[row] == 0 ? floor_[row + 1] : there[row + 1] == 0 ? floor_[row] : smaller(floor_[row], floor_[row + 1])
    ceiling[row] = there[row] == 0 ? ceiling[row + 1] : there[row + 1] == 0 ? ceiling[row] : larger(ceiling[row], ceiling[row + 1])
    floor_[row + 1] = floor_[row]
    ceiling[row + 1] = ceiling[row]
    room = larger(room, tic_room(floor_[row], ceiling[row]))
}
set lmargin at screen room / 480.0
set rmargin at screen 0.965
set xtics tic_step(last)
set xrange [0:last > 0 ? last : 1]
set format x ""
unset key
set style fill transparent solid 0.12 noborder
do for [n = 1:lines] {
    y = at(10 + 17 * (n - 1) + 3)
    set arrow 20 + n from screen room / 480.0, y to screen (room + 26) / 480.0, y nohead lw 2 lc rgb color_of(n) dt dash_of(n)
    set label 20 + n name[n] at screen (room + 34) / 480.0, y left tc rgb ink
}
set multiplot
do for [row = 1:4] {
    what = word("loss loss accuracy accuracy", row)
    part = word("train validation train validation", row)
    set tmargin at screen at(top + 26 + (row - 1) * tall)
    set bmargin at screen at(top + row * tall - 8)
    set label 1 (part eq "train" ? "training " : "validation ") . what . (what eq "accuracy" ? ", %" : "") at graph 0, graph 1 offset 0,0.7 left tc rgb ink
    eval(sprintf("set yrange %s", span(floor_[row], ceiling[row], 0.04)))
    lowest = floor_[row] - 0.03 * width_of(floor_[row], ceiling[row])
    highest = ceiling[row] + 0.03 * width_of(floor_[row], ceiling[row])
    set ytics tic_step(width_of(floor_[row], ceiling[row]))
    set format y tic_format(floor_[row], ceiling[row])
    if (row == 4) {
        set format x "%.0f"
        set xlabel "updates" offset 0,0.4
    }
    bands = ""
    plots = ""
    do for [n = 1:lines] {
        eval(scan(sprintf('only(%d, "%s_%s")', n, part, what)))
        if (count > 0) {
            eval(scan(sprintf('only(%d, "update")', n)))
            look = low < high ? "lines" : "points pt 7"
            eval(scan(sprintf('only(%d, "seeds")', n)))
            if (high > 1) {
                bands = bands . also . sprintf('(only(%d, "update")):(edge(%d, what, "_min")):(edge(%d, what, "_max")) with filledcurves lc rgb "%s"', n, n, n, color_of(n))
            }
            if (high > 1 && look ne "lines") { # a band of no width shows nothing
                bands = bands . also . sprintf('(only(%d, "update")):(edge(%d, what, "")):(edge(%d, what, "_min")):(edge(%d, what, "_max")) \
                    with yerrorbars pt 7 ps 0.1 lw 1.2 lc rgb "%s"', n, n, n, n, color_of(n))
            }
            plots = plots . also . sprintf('(only(%d, "update")):(scale_of(what) * only(%d, "%s_%s")) with %s lw 1.7 lc rgb "%s" dt %d', n, n, part, what, \
                look, color_of(n), dash_of(n))
        }
    }
    plots = bands . plots
    if (strlen(plots) > 0) { eval("plot " . plots[3:]) }
    if (strlen(plots) == 0) {
        set label 2 "nothing was recorded of this" at graph 0.5, graph 0.5 center tc rgb grey
        plot -9e9
        unset label 2
    }
    do for [n = 1:lines] {
        unset arrow 20 + n
        unset label 20 + n
    }
}
unset multiplot
