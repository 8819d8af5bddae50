# The loss of every seed of one experiment, training and validation; the scale is that of all experiments whose id begins alike.
eval(scan('column("update")'))
last = high
earliest = low
eval(scan('column("member")'))
members = int(high)
only(member, what) = column("member") == member ? column(what) : NaN
set xtics tic_step(last)
set xrange [0:last > 0 ? last : 1]
eval(scan('column("loss_low")'))
eval(more('column("loss_high")'))
eval(sprintf("set yrange %s", span(low, high, 0.04)))
set ytics tic_step(width_of(low, high))
set format y tic_format(low, high)
set lmargin at screen larger(45, tic_room(low, high)) / 480.0
look = earliest < last ? "lines lw 1.3" : "points pt 7"
set xlabel "updates"
set rmargin at screen 0.965
set bmargin at screen 0.155
set tmargin at screen 0.915
unset key
set label 1 "loss" at graph 0, graph 1 offset 0,0.7 left tc rgb ink
set label 2 "● training" at graph 0.74, graph 1 offset 0,0.7 right tc rgb blue
set label 3 "● validation" at graph 1, graph 1 offset 0,0.7 right tc rgb orange
plots = ""
do for [part in "train validation"] {
    eval(scan(sprintf('column("%s_loss")', part)))
    if (count > 0) {
        plots = plots . sprintf(', for [n = 1:members] csv using (only(n, "update")):(only(n, "%s_loss")) with %s lc rgb "%s"', part, look, \
            part eq "train" ? blue : orange)
    }
}
eval(strlen(plots) > 0 ? "plot " . plots[3:] : sentence("no loss was a number"))
