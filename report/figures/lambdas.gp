# Validation accuracy over lambda: the mean of each value with its standard error, in grey from the lowest seed to the highest. The report's
# best value is dashed; the range that cannot be told from the best is shaded. Values with one seed each have no error.
percent = 100.0
stats csv using "lambda" name "X" nooutput
stats csv using (percent * column("least")) name "L" nooutput
stats csv using (percent * column("most")) name "M" nooutput
eval(has("standard_error"))
errors = present
low = L_min
high = M_max
if (errors) {
    stats csv using (percent * (column("mean") - column("standard_error"))) name "F" nooutput
    stats csv using (percent * (column("mean") + column("standard_error"))) name "G" nooutput
    low = F_min < low ? F_min : low
    high = G_max > high ? G_max : high
}
air = 0.06 * (high - low) + 0.05
stats csv using "report" name "R" nooutput
set logscale x 10
set xrange [X_min / 1.3:X_max * 1.3]
set yrange [low - air:high + air]
set ytics tic_step(high - low)
if (X_max / X_min > 50) { set xtics 10 format "10^{%T}" } else {
    set xtics (1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
}
set xlabel "λ"
set lmargin at screen 0.105
set rmargin at screen 0.965
set bmargin at screen 0.155
set tmargin at screen 0.915
unset key
set label 1 "validation accuracy, %" at graph 0, graph 1 offset 0,0.7 left tc rgb ink
if (R_max > X_min && R_max < X_max) {
    set arrow 1 from R_max, graph 0 to R_max, graph 1 nohead lc rgb orange lw 1.5 dt 2
    set label 2 "the report" at R_max, graph 0.045 offset 0.6,0 left tc rgb orange font ",12"
}
eval(has("low"))
if (present) {
    stats [*:*][*:*] csv using "low" name "F" nooutput
    stats [*:*][*:*] csv using "high" name "G" nooutput
    set object 1 rectangle from F_max, graph 0 to G_max, graph 1 fc rgb blue fs transparent solid 0.09 noborder behind
}
plots = 'csv using "lambda":(percent * column("least")):(0):(percent * (column("most") - column("least"))) \
    with vectors nohead lc rgb "#bbbbbb"'
if (errors) {
    plots = plots . also . '"lambda":(percent * column("mean")):(percent * column("standard_error")) \
        with yerrorbars pt 7 ps 0.1 lw 1.8 lc rgb blue'
}
plots = plots . also . '"lambda":(percent * column("mean")) with points pt 7 ps 0.7 lc rgb blue'
eval("plot " . plots)
