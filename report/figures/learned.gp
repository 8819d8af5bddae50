# The share of seeds that learn at all over sigma, with its 95 % interval, without and with batch normalisation.
percent = 100.0
of(bn, what) = column("bn") == bn ? column(what) : NaN
shifted(bn) = column("bn") == bn ? place(column("sigma")) * (bn == 1 ? aside(0.009) : 1 / aside(0.009)) : NaN
eval(scan('column("sigma")'))
eval(log_axis("x", 0.06))
set yrange [-4:104]
set ytics 0, 25
set xlabel "σ of the initial weights"
set lmargin at screen 0.095
set rmargin at screen 0.965
set bmargin at screen 0.155
set tmargin at screen 0.905
unset key
set label 1 "seeds that learn, %" at graph 0, graph 1 offset 0,0.7 left tc rgb ink
set label 2 "● without BN" at graph 0.76, graph 1 offset 0,0.7 right tc rgb orange
set label 3 "● with BN" at graph 1, graph 1 offset 0,0.7 right tc rgb blue
plots = ""
do for [bn = 0:1] {
    eval(scan(sprintf('of(%d, "share")', bn)))
    if (count > 0) {
        plots = plots . also . sprintf('(shifted(%d)):(percent * of(%d, "share")):(percent * of(%d, "low")):(percent * of(%d, "high")) \
            with yerrorbars pt 7 ps 0.01 lw 1 lc rgb "%s"', bn, bn, bn, bn, bn == 1 ? "#bb0072B2" : "#bbD55E00")
        plots = plots . also . sprintf('(shifted(%d)):(percent * of(%d, "share")) with linespoints pt 7 ps 0.7 lw 1.8 lc rgb "%s"', bn, bn, \
            bn == 1 ? blue : orange)
    }
}
eval("plot " . plots[3:])
