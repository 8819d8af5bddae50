# The settings of one experiment, seed by seed: one row each. A dot is one training; under the dots the mean and its 95 % interval.
eval(scan('column("row")'))
rows = high
widest = 0
stats [*:*][*:*] csv using (widest = larger(widest, text_width(name_of("setting"))), part = stringcolumn("part"), 1) nooutput
names = smaller(230, larger(60, widest)) # pixels; a longer name takes two lines
tall = widest > 230 ? 50 : rows > 20 ? 30 : 40
height = 96 + tall * rows
eval(canvas(480, height))
percent = 100.0
once(what) = column("member") == 1 ? percent * column(what) : NaN
spread(y) = y - 0.15 + (column("seeds") > 1 ? 0.24 * ((column("member") - 1) / (column("seeds") - 1) - 0.5) : 0)
set yrange [rows + 0.6:0.4]
set lmargin at screen (names + 14) / 480.0
set rmargin at screen 0.965
set bmargin at screen 52.0 / height
set tmargin at screen 1 - 34.0 / height
set xlabel part . " accuracy, %"
unset grid
set grid xtics
set border 1
set ytics scale 0
eval(scan('percent * column("accuracy")'))
do for [what in "low high"] { eval(more(sprintf('percent * column("%s")', what))) }
eval(sprintf("set xrange %s", span(low, high, 0.03)))
set xtics tic_step(width_of(low, high))
set bars 0.6
set key at screen 0.98, screen 1 - 4.0 / height top right horizontal Left reverse samplen 1 font ",12" maxrows 1 maxcols 4

# The names of the rows, at invisible points.
plots = 'csv using (once("mean")):"row":ytic(folded(name_of("setting"), names)) with points pt 7 ps 0.05 lc rgb "#ff000000"'
plots = plots . also . '(percent * column("accuracy")):(spread(column("row"))) with points pt 7 ps 0.5 lc rgb blue title "one seed"'
eval(has("low"))
if (present) {
    plots = plots . also . '(once("mean")):(column("row") + 0.2):(once("low")):(once("high")) \
        with xerrorbars pt 7 ps 0.55 lw 1.8 lc rgb orange title "mean, 95 %"'
} else {
    plots = plots . also . '(column("seeds") > 1 ? once("mean") : NaN):(column("row") + 0.2) with points pt 7 ps 0.55 lc rgb orange title "mean"'
}
eval("plot " . plots)
