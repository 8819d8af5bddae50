# The share of each class that is recognised, for two networks: a dot for the mean over the seeds, a line from the lowest seed to
# the highest.
eval(scan('column("row")'))
rows = high
percent = 100.0
array name[2]
name[1] = ""
name[2] = ""
stats [*:*][*:*] csv using (name[1 + int(column("other"))] = shortened(name_of("experiment"), 380), 1) nooutput
lines = strlen(name[2]) > 0 && text_width(name[1]) + text_width(name[2]) > 330 ? 2 : 1 # the key, under each other when names are long
height = 460 + 18 * lines
eval(canvas(480, height))
of(other, what) = column("other") == other ? percent * column(what) : NaN
place(other) = column("row") + (other == 1 ? 0.17 : -0.17)
set yrange [rows + 0.6:0.4]
set lmargin at screen 0.215
set rmargin at screen 0.965
set bmargin at screen 52.0 / height
set tmargin at screen 1 - (16 + 18.0 * lines) / height
set xlabel "recognised, % of the class"
unset grid
set grid xtics
set border 1
set ytics scale 0
eval(scan('percent * column("least")'))
eval(more('percent * column("most")'))
eval(sprintf("set xrange %s", span(low, high, 0.03)))
if (lines == 1) { set key horizontal maxcols 2 } else { set key vertical maxrows 2 }
set key at screen 0.98, screen 1 - 2.0 / height top right Left reverse samplen 1 font ",12"
plots = 'csv using (of(0, "mean")):"row":ytic(shortened(name_of("class"), 90)) with points pt 7 ps 0.05 lc rgb "#ff000000"'
if (strlen(name[2]) > 0) {
    plots = plots . also . '(of(1, "mean")):(place(1)):(of(1, "least")):(of(1, "most")) \
        with xerrorbars pt 7 ps 0.6 lw 1.6 lc rgb orange title name[2]'
}
plots = plots . also . '(of(0, "mean")):(place(0)):(of(0, "least")):(of(0, "most")) \
    with xerrorbars pt 7 ps 0.6 lw 1.6 lc rgb blue title name[1]'
eval("plot " . plots)
