# Validation accuracy over lambda: the mean of each value with its standard error, in grey from the lowest seed to the highest. The
# best value that was published is dashed; the range that cannot be told from the best is shaded. Values with one seed each have no error.
percent = 100.0
eval(has("standard_error"))
errors = present
eval(scan('percent * column("least")'))
eval(more('percent * column("most")'))
if (errors) {
    eval(more('percent * (column("mean") - column("standard_error"))'))
    eval(more('percent * (column("mean") + column("standard_error"))'))
}
eval(sprintf("set yrange %s", span(low, high, 0.06)))
set ytics tic_step(width_of(low, high))
set format y tic_format(low, high)
set lmargin at screen larger(50, tic_room(low, high)) / 480.0
eval(has("published"))
published = NaN
if (present) {
    eval(scan('column("published")'))
    published = high
    stats [*:*][*:*] csv using (who = stringcolumn("publisher"), 1) nooutput
}
eval(scan('column("lambda")'))
eval(more('column("published")'))
eval(log_axis("x", 0.06))
set xlabel "λ"
set rmargin at screen 0.965
set bmargin at screen 0.155
set tmargin at screen 0.915
unset key
set label 1 "validation accuracy, %" at graph 0, graph 1 offset 0,0.7 left tc rgb ink
if (published == published) {
    right = log10(place(published) / from) > 0.75 * log10(to / from) # then the words stand left of the line
    set arrow 1 from place(published), graph 0 to place(published), graph 1 nohead lc rgb orange lw 1.5 dt 2
    if (right) { set label 2 who at place(published), graph 0.045 offset -0.6,0 right tc rgb orange font ",12" }
    if (!right) { set label 2 who at place(published), graph 0.045 offset 0.6,0 left tc rgb orange font ",12" }
}
eval(has("low"))
if (present) {
    eval(scan('column("low")'))
    lowest = low
    eval(scan('column("high")'))
    if (count > 0) {
        set object 1 rectangle from place(lowest), graph 0 to place(high), graph 1 fc rgb blue fs transparent solid 0.09 noborder behind
    }
}
plots = 'csv using (place(column("lambda"))):(percent * column("least")):(0):(percent * (column("most") - column("least"))) \
    with vectors nohead lc rgb "#bbbbbb"'
if (errors) {
    plots = plots . also . '(place(column("lambda"))):(percent * column("mean")):(percent * column("standard_error")) \
        with yerrorbars pt 7 ps 0.1 lw 1.8 lc rgb blue'
}
plots = plots . also . '(place(column("lambda"))):(percent * column("mean")) with points pt 7 ps 0.7 lc rgb blue'
eval("plot " . plots)
