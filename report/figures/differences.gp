# What each idea brings, seed by seed: one row for each, the best first. A dot is the difference of one pair of trainings; under the dots the mean
# and its 95 % interval; the diamond is the difference that was published. The dashed line is no difference.
eval(scan('column("row")'))
rows = high
widest = 0
stats [*:*][*:*] csv using (widest = larger(widest, text_width(name_of("idea"))), 1) nooutput
names = smaller(215, larger(82, widest)) # pixels; a longer name takes two lines
tall = rows > 200 ? 10000.0 / rows : widest > 215 ? 38 : 30
height = 116 + tall * rows
eval(canvas(480, height))
percent = 100.0
once(what) = column("member") == 1 ? percent * column(what) : NaN
spread(y) = y - 0.15 + (column("pairs") > 1 ? 0.24 * ((column("member") - 1) / (column("pairs") - 1) - 0.5) : 0)
set yrange [rows + 0.6:0.4]
set lmargin at screen (names + 14) / 480.0
set rmargin at screen 0.965
set bmargin at screen 52.0 / height
set tmargin at screen 1 - 60.0 / height
set xlabel "difference, points"
unset grid
set grid xtics
set border 1
set ytics scale 0
eval(scan('percent * column("difference")'))
do for [what in "low high published"] { eval(more(sprintf('percent * column("%s")', what))) }
low = smaller(low, 0)
high = larger(high, 0)
eval(sprintf("set xrange %s", span(low, high, 0.03)))
set xtics tic_step(width_of(low, high))
set format x "%+g"
set xtics add ("0" 0)
set arrow 1 from first 0, graph 0 to first 0, graph 1 nohead lc rgb grey lw 1.2 dt 2
set bars 0.6
set key at screen 0.98, screen 1 - 4.0 / height top right vertical Left reverse samplen 1 font ",12" maxrows 3

# The names of the rows, at invisible points.
plots = 'csv using (once("mean")):"row":ytic(folded(name_of("idea"), names)) with points pt 7 ps 0.05 lc rgb "#ff000000"'
plots = plots . also . '(percent * column("difference")):(spread(column("row"))) with points pt 7 ps 0.45 lc rgb blue title "one pair of seeds"'
eval(has("low"))
if (present) {
    plots = plots . also . '(once("mean")):(column("row") + 0.2):(once("low")):(once("high")) \
        with xerrorbars pt 7 ps 0.55 lw 1.8 lc rgb blue title "mean, 95 %"'
}
eval(has("published"))
if (present) { plots = plots . also . '(once("published")):"row" with points pt 12 ps 0.9 lw 1.8 lc rgb orange title "published"' }
eval("plot " . plots)
