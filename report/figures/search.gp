# One setting that a random search drew: a dot for each configuration at its value, with the standard error of its mean where there is one. With
# halving, pale dots were trained for a short time, and the orange ones for the longest.
percent = 100.0
stats [*:*][*:*] csv using (part = stringcolumn("part"), axis = name_of("axis"), grows = name_of("grows"), 1) nooutput
eval(has("number"))
numbers = present
eval(has("standard_error"))
errors = present
eval(scan('percent * column("mean")'))
if (errors) {
    eval(more('percent * (column("mean") - column("standard_error"))'))
    eval(more('percent * (column("mean") + column("standard_error"))'))
}
eval(sprintf("set yrange %s", span(low, high, 0.06)))
set ytics tic_step(width_of(low, high))
set format y tic_format(low, high)
set lmargin at screen larger(50, tic_room(low, high)) / 480.0
eval(scan('column("logarithmic")'))
logarithmic = count > 0 && high == 1
x(row) = numbers ? column("number") : column("place")
eval(scan('x(0)'))
at(v) = v
if (numbers && logarithmic) {
    eval(log_axis("x", 0.06))
    at(v) = place(v)
} else {
    eval(sprintf("set xrange %s", span(low, high, numbers ? 0.06 : 0.2)))
    if (numbers) {
        set xtics tic_step(width_of(low, high))
        set format x tic_format(low, high)
    } else {
        room = 400.0 / larger(1, high - low + 1)
        array name[int(high)]
        stats [*:*][*:*] csv using (name[int(column("place"))] = name_of("value"), 1) nooutput
        set xtics ()
        do for [n = 1:int(high)] { set xtics add (shortened(name[n], room) n) }
    }
}
set xlabel axis
set rmargin at screen 0.965
set bmargin at screen 0.155
set tmargin at screen 0.905
unset key
eval(scan('column("rung")'))
rungs = count > 0 ? int(high) : 1
color_of(n) = n == rungs ? orange : word("#a9cbe3 #7fb2d6 #5a9bc8 #3f8fbf #2f7fb0 #1f6fa0 #0f5f90", smaller(7, n))
only(n, v) = column("rung") == n ? v : NaN
set label 1 part . " accuracy, %" at graph 0, graph 1 offset 0,0.7 left tc rgb ink
if (rungs > 1) {
    eval(scan('only(rungs, column("length"))'))
    set label 2 "● fewer" at graph 0.66, graph 1 offset 0,0.7 right tc rgb color_of(1)
    set label 3 sprintf("● %s %.0f", shortened(grows, 90), high) at graph 1, graph 1 offset 0,0.7 right tc rgb orange
}
plots = ""
do for [n = 1:rungs] {
    if (errors) {
        plots = plots . also . sprintf('(only(%d, at(x(0)))):(only(%d, percent * column("mean"))):(percent * column("standard_error")) \
            with yerrorbars pt 7 ps 0.1 lw 1.4 lc rgb "%s"', n, n, color_of(n))
    }
    plots = plots . also . sprintf('(only(%d, at(x(0)))):(only(%d, percent * column("mean"))) with points pt 7 ps %g lc rgb "%s"', n, n, \
        n == rungs ? 0.8 : 0.6, color_of(n))
}
eval("plot " . plots[3:])
