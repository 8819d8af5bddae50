# The test accuracy of every training over sigma, without and with batch normalisation; the dashed line is chance.
percent = 100.0
stats csv using "sigma" name "X" nooutput
of(bn, what) = column("bn") == bn ? column(what) : NaN
shifted(bn) = column("bn") == bn ? column("sigma") * (bn == 1 ? 1.08 : 1 / 1.08) : NaN
set logscale x 10
set xrange [X_min / 1.5:X_max * 1.5]
set yrange [0:60]
set xtics 10 format "10^{%T}"
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
plot csv using (shifted(0)):(percent * of(0, "accuracy")) with points pt 7 ps 0.6 lc rgb orange, \
     "" using (shifted(1)):(percent * of(1, "accuracy")) with points pt 7 ps 0.6 lc rgb blue
