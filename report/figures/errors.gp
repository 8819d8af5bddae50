# The largest absolute error of each tensor of each net, on a logarithmic scale that reaches as far as the errors do; the dashed line is the
# bound that was asked for. An error of exactly 0 has a place of its own; one that is no number is named at the right.
eval(scan('column("row")'))
rows = high
tall = rows > 400 ? 10000.0 / rows : 24
height = 102 + tall * rows
eval(canvas(480, height))
kinds = "complex complex_bn central central_bn report"
eval(scan('1e-6'))
do for [what in kinds] { eval(more(sprintf('column("%s")', what))) }
eval(log_axis("x", 0.04))
left_end = (zeros > 0 ? zero_at : from) / 10.0 ** (0.0399 * wide)
heading(words) = column("first") == 1 ? words : ""
net_of(s) = text_width(s) <= 300 ? s : shortened(s, 300)
tensor(s) = strstrt(s, "_") > 0 ? s[1:strstrt(s, "_") - 1] . lowered(s[strstrt(s, "_") + 1:]) : s
set yrange [rows + 0.8:0.4]
set lmargin at screen 0.15
set rmargin at screen 0.965
set bmargin at screen 52.0 / height
set tmargin at screen 1 - 48.0 / height
set xlabel "largest absolute error"
unset grid
set grid xtics
set border 1
set ytics scale 0
set arrow from 1e-6, graph 0 to 1e-6, graph 1 nohead lc rgb ink lw 1 dt 2
set key at screen 0.98, screen 1 - 4.0 / height top right horizontal Left reverse samplen 0.2 font ",12" maxrows 2 maxcols 3

# The names of the rows, at invisible points, and over each net's rows which it is.
plots = 'csv using (left_end):"row":ytic(tensor(stringcolumn("tensor"))) with points pt 7 ps 0.05 lc rgb "#ff000000"'
plots = plots . also . '(left_end):(column("row") - 1):(heading(net_of(name_of("net")))) with labels left offset -7,0 tc rgb grey font ",12"'
plots = plots . also . '(to):"row":(column("broken") > 0 ? "an error is no number" : "") with labels right offset 0,0.1 tc rgb orange font ",12"'
add(what, look) = sprintf('eval(has("%s")); if (present) { plots = plots . also . ''(place(column("%s"))):"row" with points %s'' }', \
    what, what, look)
eval(add("complex", 'pt 7 ps 0.6 lc rgb green title "complex"'))
eval(add("complex_bn", 'pt 6 ps 0.9 lw 1.6 lc rgb green title "same, BN"'))
eval(add("central", 'pt 7 ps 0.6 lc rgb blue title "central"'))
eval(add("central_bn", 'pt 6 ps 0.9 lw 1.6 lc rgb blue title "same, BN"'))
eval(add("report", 'pt 12 ps 1.0 lw 2 lc rgb orange title "report"'))
eval("plot " . plots)
