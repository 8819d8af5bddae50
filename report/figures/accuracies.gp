# Test accuracies, seed by seed: one row for each experiment. A dot is one training; under the dots the 95 % interval of their mean; the
# diamond is the value that was published, one training; the grey band is the range of independent reports, the line in it their median.
eval(scan('column("row")'))
rows = high
widest = 0
stats [*:*][*:*] csv using (widest = larger(widest, text_width(name_of("experiment"))), 1) nooutput
names = smaller(200, larger(82, widest)) # pixels; a longer name takes two lines
tall = rows > 200 ? 10000.0 / rows : 50  # a picture has no room for any number of rows
height = 100 + tall * rows
eval(canvas(480, height))
percent = 100.0
once(what) = column("member") == 1 ? percent * column(what) : NaN
spread(y) = y - 0.17 + (column("seeds") > 1 ? 0.26 * ((column("member") - 1) / (column("seeds") - 1) - 0.5) : 0)
set yrange [rows + 0.5:0.5]
set lmargin at screen (names + 14) / 480.0
set rmargin at screen 0.965
set bmargin at screen 52.0 / height
set tmargin at screen 1 - 44.0 / height
set xlabel "accuracy on the test images, %"
unset grid
set grid xtics
set border 1
set ytics scale 0
eval(scan('percent * column("accuracy")'))
do for [what in "low high published lowest highest"] { eval(more(sprintf('percent * column("%s")', what))) }
eval(sprintf("set xrange %s", span(low, high, 0.03)))
set xtics tic_step(width_of(low, high))
set style fill solid 1 noborder
set bars 0.6
set key at screen 0.98, screen 1 - 4.0 / height top right horizontal Left reverse samplen 1 font ",12" maxrows 2 maxcols 4

# The names of the rows, at invisible points.
plots = 'csv using (once("mean")):"row":ytic(folded(name_of("experiment"), names)) with points pt 7 ps 0.05 lc rgb "#ff000000"'
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
who = "the report"
stats [*:*][*:*] csv using (who = strlen(stringcolumn("published")) > 0 && stringcolumn("publisher") ne who ? "published" : who, 1) nooutput
if (present) { plots = plots . also . '(once("published")):"row" with points pt 12 ps 1.1 lw 2 lc rgb orange title who' }
eval("plot " . plots)
