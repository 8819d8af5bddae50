# Test accuracies, seed by seed: one row for each experiment. A dot is one training; under the dots the 95 % interval of their mean; the
# diamond is the report's one training; the grey band is the range of independent reports, the line in it their median.
stats csv using "row" name "R" nooutput
height = 100 + 50 * R_max
eval(canvas(480, height))
percent = 100.0
once(what) = column("member") == 1 ? percent * column(what) : NaN
spread(y) = y - 0.17 + (column("seeds") > 1 ? 0.26 * ((column("member") - 1) / (column("seeds") - 1) - 0.5) : 0)
set yrange [R_max + 0.5:0.5]
set lmargin at screen 0.2
set rmargin at screen 0.965
set bmargin at screen 52.0 / height
set tmargin at screen 1 - 44.0 / height
set xlabel "accuracy on the test images, %"
unset grid
set grid xtics
set border 1
set ytics scale 0
set offsets graph 0.03, graph 0.03, 0, 0
set style fill solid 1 noborder
set bars 0.6
set key at screen 0.98, screen 0.99 top right horizontal Left reverse samplen 1 font ",12" maxrows 2 maxcols 4

# The names of the rows, at invisible points.
plots = 'csv using (once("mean")):"row":ytic(stringcolumn("experiment")) with points pt 7 ps 0.05 lc rgb "#ff000000"'
eval(has("lowest"))
if (present) {
    plots = plots . also . '(once("mean")):"row":(once("lowest")):(once("highest")):(column("row") - 0.38):(column("row") + 0.38) \
        with boxxyerror lc rgb "#ebebeb" title "other reports"'
}
eval(has("median"))
if (present) { plots = plots . also . '(once("median")):(column("row") - 0.38):(0):(0.76) with vectors nohead lc rgb "#aaaaaa" lw 1.5' }
plots = plots . also . '(percent * column("accuracy")):(spread(column("row"))) with points pt 7 ps 0.5 lc rgb blue title "one seed"'
eval(has("low"))
if (present) {
    plots = plots . also . '(once("mean")):(column("row") + 0.2):(once("low")):(once("high")) \
        with xerrorbars pt 7 ps 0.55 lw 1.8 lc rgb blue title "mean, 95 %"'
}
eval(has("published"))
if (present) { plots = plots . also . '(once("published")):"row" with points pt 12 ps 1.1 lw 2 lc rgb orange title "the report"' }
eval("plot " . plots)
