# A range test: validation accuracy and loss of every seed over eta, which rises from left to right. Dashed are eta_min and eta_max, the medians over
# the seeds; shaded from the lowest seed to the highest.
eval(canvas(480, 480))
percent = 100.0
eval(scan('column("member")'))
members = int(high)
only(n, what) = column("member") == n ? column(what) : NaN
set xlabel "eta" offset 0,0.3
set rmargin at screen 0.965
unset key
array floor_[2]
array ceiling[2]
room = 50
do for [row = 1:2] {
    scale = row == 1 ? percent : 1
    eval(scan(sprintf('%g * column("%s")', scale, word("accuracy loss", row))))
    # a loss that leaps up at the end would press all else to the foot
    if (row == 2 && count > 0) {
        stats [*:*][*:*] csv using "loss" name "LOSS" nooutput
        high = smaller(high, larger(2 * LOSS_median, low + 0.1))
    }
    floor_[row] = count > 0 ? low : 0
    ceiling[row] = count > 0 ? high : 1
    room = larger(room, tic_room(floor_[row], ceiling[row]))
}
set lmargin at screen room / 480.0
eval(has("eta_min"))
named = present
if (named) {
    eval(scan('column("eta_min")'))
    eta_min = high
    eval(scan('column("eta_max")'))
    eta_max = high
    array edge[4]
    do for [n = 1:4] {
        eval(scan(sprintf('column("%s")', word("eta_min_least eta_min_most eta_max_least eta_max_most", n))))
        edge[n] = high
    }
}
eval(scan('column("eta")'))
eval(log_axis("x", 0.03))
set multiplot
do for [row = 0:1] {
    what = word("accuracy loss", row + 1)
    scale = row == 0 ? percent : 1
    set tmargin at screen panel_top(row, 2, 0.12, 0.95, 0.13)
    set bmargin at screen panel_bottom(row, 2, 0.12, 0.95, 0.13)
    if (row == 0) { unset xlabel } else { set xlabel "eta" offset 0,0.3 }
    set label 1 (row == 0 ? "validation accuracy, %" : "validation loss") at graph 0, graph 1 offset 0,0.7 left tc rgb ink
    eval(sprintf("set yrange %s", span(floor_[row + 1], ceiling[row + 1], 0.04)))
    set ytics tic_step(width_of(floor_[row + 1], ceiling[row + 1]))
    set format y tic_format(floor_[row + 1], ceiling[row + 1])
    if (named) {
        set object 1 rectangle from place(edge[1]), graph 0 to place(edge[2]), graph 1 fc rgb green fs transparent solid 0.12 noborder behind
        set object 2 rectangle from place(edge[3]), graph 0 to place(edge[4]), graph 1 fc rgb orange fs transparent solid 0.12 noborder behind
        set arrow 1 from place(eta_min), graph 0 to place(eta_min), graph 1 nohead lc rgb green lw 1.5 dt 2
        set arrow 2 from place(eta_max), graph 0 to place(eta_max), graph 1 nohead lc rgb orange lw 1.5 dt 2
    }
    if (named && row == 0) {
        set label 2 sprintf("╎ eta_min %g", eta_min) at graph 0.72, graph 1 offset 0,0.7 right tc rgb green font ",12"
        set label 3 sprintf("╎ eta_max %g", eta_max) at graph 1, graph 1 offset 0,0.7 right tc rgb orange font ",12"
    } else {
        unset label 2
        unset label 3
    }
    eval(scan(sprintf('column("%s")', what)))
    if (count > 0) {
        plot for [n = 1:members] csv using (place(only(n, "eta"))):(scale * only(n, what)) with linespoints pt 7 ps 0.25 lw 1.2 lc rgb blue
    } else {
        set label 2 "nothing was a number" at graph 0.5, graph 0.5 center tc rgb grey
        plot -9e9
    }
}
unset multiplot
