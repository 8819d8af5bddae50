# The largest absolute error of each tensor of each net, on a logarithmic scale; the dashed line is the bound that was asked for.
stats csv using "row" name "R" nooutput
height = 102 + 24 * R_max
eval(canvas(480, height))
heading(layers) = column("first") == 1 ? sprintf("%.0f layers", layers) : ""
set logscale x 10
set xrange [1e-18:1e-4]
set yrange [R_max + 0.8:0.4]
set lmargin at screen 0.15
set rmargin at screen 0.965
set bmargin at screen 52.0 / height
set tmargin at screen 1 - 48.0 / height
set xtics 1e2 format "10^{%T}"
set mxtics 1
set xlabel "largest absolute error"
unset grid
set grid xtics
set border 1
set ytics scale 0
set arrow from 1e-6, graph 0 to 1e-6, graph 1 nohead lc rgb ink lw 1 dt 2
set key at screen 0.98, screen 0.99 top right horizontal Left reverse samplen 0.2 font ",12" maxrows 2 maxcols 3

# The names of the rows, at invisible points, and over each net's rows the number of its layers.
plots = 'csv using (1e-18):"row":ytic(stringcolumn("tensor")) with points pt 7 ps 0.05 lc rgb "#ff000000"'
plots = plots . also . '(1e-18):(column("row") - 1):(heading(column("layers"))) with labels left offset -7,0 tc rgb grey font ",12"'
add(what, look) = sprintf('eval(has("%s")); if (present) { plots = plots . also . ''"%s":"row" with points %s'' }', what, what, look)
eval(add("complex", 'pt 7 ps 0.6 lc rgb green title "complex"'))
eval(add("complex_bn", 'pt 6 ps 0.9 lw 1.6 lc rgb green title "same, BN"'))
eval(add("central", 'pt 7 ps 0.6 lc rgb blue title "central"'))
eval(add("central_bn", 'pt 6 ps 0.9 lw 1.6 lc rgb blue title "same, BN"'))
eval(add("report", 'pt 12 ps 1.0 lw 2 lc rgb orange title "report"'))
eval("plot " . plots)
