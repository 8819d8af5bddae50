# One setting that is a number: every training over its value, and the mean of each value with its 95 % interval.
percent = 100.0
once(what) = column("member") == 1 ? percent * column(what) : NaN
stats [*:*][*:*] csv using (part = stringcolumn("part"), setting = name_of("setting"), 1) nooutput
eval(scan('percent * column("accuracy")'))
do for [what in "low high"] { eval(more(sprintf('percent * column("%s")', what))) }
eval(sprintf("set yrange %s", span(low, high, 0.06)))
set ytics tic_step(width_of(low, high))
set format y tic_format(low, high)
set lmargin at screen larger(50, tic_room(low, high)) / 480.0
eval(scan('column("logarithmic")'))
logarithmic = count > 0 && high == 1
eval(scan('column("value")'))
x(v) = v
if (logarithmic) {
    eval(log_axis("x", 0.06))
    x(v) = place(v)
} else {
    eval(sprintf("set xrange %s", span(low, high, 0.06)))
    set xtics tic_step(width_of(low, high))
    set format x tic_format(low, high)
}
set xlabel setting
set rmargin at screen 0.965
set bmargin at screen 0.155
set tmargin at screen 0.905
unset key
set label 1 part . " accuracy, %" at graph 0, graph 1 offset 0,0.7 left tc rgb ink
set label 2 "● one seed" at graph 0.72, graph 1 offset 0,0.7 right tc rgb "#3f8fbf"
set label 3 "● mean, 95 %" at graph 1, graph 1 offset 0,0.7 right tc rgb orange
plots = 'csv using (x(column("value"))):(percent * column("accuracy")) with points pt 7 ps 0.45 lc rgb "#3f8fbf"'
eval(has("low"))
if (present) {
    plots = plots . also . '(x(column("value"))):(once("mean")):(once("low")):(once("high")) with yerrorbars pt 7 ps 0.1 lw 1.8 lc rgb orange'
}
plots = plots . also . '(column("member") == 1 ? x(column("value")) : NaN):(once("mean")) with points pt 7 ps 0.7 lc rgb orange'
eval("plot " . plots)
