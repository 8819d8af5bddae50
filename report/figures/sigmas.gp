# The test accuracy of every training over sigma, without and with batch normalisation; the dashed line is chance.
percent = 100.0
of(bn, what) = column("bn") == bn ? column(what) : NaN
shifted(bn) = column("bn") == bn ? place(column("sigma")) * (bn == 1 ? aside(0.012) : 1 / aside(0.012)) : NaN
eval(scan('percent * column("accuracy")'))
set yrange [0:larger(60, 1.05 * high)]
set ytics tic_step(larger(60, 1.05 * high))
eval(scan('column("sigma")'))
eval(log_axis("x", 0.06))
set xlabel "σ of the initial weights"
set lmargin at screen 0.095
set rmargin at screen 0.965
set bmargin at screen 0.155
set tmargin at screen 0.905
unset key
set label 1 "accuracy on the test images, %" at graph 0, graph 1 offset 0,0.7 left tc rgb ink
set label 2 "● without" at graph 0.8, graph 1 offset 0,0.7 right tc rgb orange
set label 3 "● with BN" at graph 1, graph 1 offset 0,0.7 right tc rgb blue
set arrow 1 from graph 0, first 10 to graph 1, first 10 nohead lc rgb ink lw 1 dt 2
set label 4 "chance" at graph 0.99, first 10 right offset 0,-0.7 tc rgb ink font ",12"
plots = ""
do for [bn = 0:1] {
    eval(scan(sprintf('of(%d, "accuracy")', bn)))
    if (count > 0) {
        plots = plots . also . sprintf('(shifted(%d)):(percent * of(%d, "accuracy")) with points pt 7 ps 0.6 lc rgb "%s"', bn, bn, \
            bn == 1 ? blue : orange)
    }
}
eval("plot " . plots[3:])
