# The learning rate of several settings or runs over the updates, one line each, in the colours and dashes of their curves (several.gp).
eval(scan('column("line")'))
lines = int(high)
eval(scan('column("update")'))
last = high
array name[lines]
stats [*:*][*:*] csv using (name[int(column("line"))] = shortened(name_of("name"), 390), 1) nooutput
top = 14 + 17 * lines # pixels of the key
height = top + 260
eval(canvas(480, height))
color_of(n) = word("#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #222222 #777777", (n - 1) % 8 + 1)
dash_of(n) = (n - 1) % 4 + 1
only(n, what) = column("line") == n ? column(what) : NaN
at(pixels) = 1 - pixels / (1.0 * height) # a height of the screen, from its top
eval(scan('column("eta")'))
top_rate = count > 0 ? high : 0
room = larger(45, 14 + 7.9 * strlen(sprintf("%.2g", top_rate)))
set lmargin at screen room / 480.0
set rmargin at screen 0.965
set tmargin at screen at(top + 26)
set bmargin at screen at(height - 52)
set xtics tic_step(last)
set xrange [0:last > 0 ? last : 1]
set format x "%.0f"
set xlabel "updates" offset 0,0.4
set yrange [0:top_rate > 0 ? 1.1 * top_rate : 1]
if (top_rate > 0) { set ytics (0, sprintf("%.2g", 0.5 * top_rate) 0.5 * top_rate, sprintf("%.2g", top_rate) top_rate) } else { set ytics (0) }
unset key
set label 1 "learning rate" at graph 0, graph 1 offset 0,0.7 left tc rgb ink
plots = ""
do for [n = 1:lines] {
    y = at(10 + 17 * (n - 1) + 3)
    set arrow 20 + n from screen room / 480.0, y to screen (room + 26) / 480.0, y nohead lw 2 lc rgb color_of(n) dt dash_of(n)
    set label 20 + n name[n] at screen (room + 34) / 480.0, y left tc rgb ink
    eval(scan(sprintf('column("eta") == column("eta") ? only(%d, "update") : NaN', n)))
    if (count > 0) {
        plots = plots . also . sprintf('(only(%d, "update")):(only(%d, "eta")) with %s lw %g lc rgb "%s" dt %d', n, n, \
            low < high ? "lines" : "points pt 7", 1.7 + 1.2 * (lines - n) / larger(lines, 2), color_of(n), dash_of(n))
    }
}
if (strlen(plots) > 0) { eval("plot " . plots[3:]) } else { eval(sentence("no rate was recorded")) }
