# An experiment that varies three settings or more: a line for each of its settings, through its value on every axis, to its mean accuracy at the
# right. Strong colour is the best, drawn last.
eval(scan('column("axis")'))
axes = int(high)
eval(scan('column("line")'))
lines = int(high)
eval(canvas(480, 400))
percent = 100.0
eval(scan('percent * column("mean")'))
bottom = low
top = high > low ? high : low + 1
up(v) = high > low ? (v - bottom) / (top - bottom) : 0.5
set xrange [0.55:axes + 1.3]
set yrange [-0.06:1.06]
set lmargin at screen 0.02
set rmargin at screen 0.95
set bmargin at screen 0.13
set tmargin at screen 0.93
unset border
unset tics
unset key
unset grid
unset colorbox
set cbrange [bottom:top]
set palette defined (0 "#c9d6df", 0.5 "#5ba3cf", 1 "#D55E00")
stats [*:*][*:*] csv using (part = stringcolumn("part"), things = stringcolumn("things"), 1) nooutput
set label 1 "mean accuracy on the " . part . " " . things . ", %" at screen 0.985, screen 0.03 right tc rgb ink
do for [a = 1:axes + 1] { set arrow a from a, 0 to a, 1 nohead front lc rgb grey lw 0.8 }
set label 2 sprintf("%.2f", high) at axes + 1, 1 left offset 0.6,0 tc rgb ink
if (high > low) { set label 3 sprintf("%.2f", low) at axes + 1, 0 left offset 0.6,0 tc rgb ink }
plots = sprintf('for [n = 1:%d] csv using (column("line") == n ? column("axis") : NaN):(column("line") == n ? column("height") : NaN):(percent * column("mean")) \
    with lines lw 1.8 lc palette', lines)
# From the last axis to the accuracy.
plots = plots . also . '(column("axis") == axes ? axes : NaN):(column("height")):(1):(up(percent * column("mean")) - column("height")):(percent * column("mean")) \
    with vectors nohead lw 1.8 lc palette'
plots = plots . also . '(column("axis") == axes ? axes + 1 : NaN):(up(percent * column("mean"))):(percent * column("mean")) with points pt 7 ps 0.5 lc palette'
room = 400.0 / (axes + 0.75) - 10
plots = plots . also . '(column("axis")):(column("height")):(shortened(name_of("value"), room)) with labels left offset 0.5,0.55 tc rgb ink font ",11.5"'
plots = plots . also . '(column("axis")):(1):(shortened(name_of("key"), room)) every 1 with labels center offset 0,1.3 tc rgb ink'
eval("plot " . plots)
