# The share of seeds that learn at all over sigma, with its 95 % interval, without and with batch normalisation.
percent = 100.0
stats csv using "sigma" name "X" nooutput
of(bn, what) = column("bn") == bn ? column(what) : NaN
shifted(bn) = column("bn") == bn ? column("sigma") * (bn == 1 ? 1.06 : 1 / 1.06) : NaN
set logscale x 10
set xrange [X_min / 1.5:X_max * 1.5]
set yrange [-4:104]
set ytics 0, 25
set xtics 10 format "10^{%T}"
set xlabel "σ of the initial weights"
set lmargin at screen 0.095
set rmargin at screen 0.965
set bmargin at screen 0.155
set tmargin at screen 0.905
unset key
set label 1 "seeds that learn, %" at graph 0, graph 1 offset 0,0.7 left tc rgb ink
set label 2 "● without BN" at graph 0.76, graph 1 offset 0,0.7 right tc rgb orange
set label 3 "● with BN" at graph 1, graph 1 offset 0,0.7 right tc rgb blue
plot csv using (shifted(0)):(percent * of(0, "share")):(percent * of(0, "low")):(percent * of(0, "high")) \
         with yerrorbars pt 7 ps 0.01 lw 1 lc rgb "#bbD55E00", \
     "" using (shifted(1)):(percent * of(1, "share")):(percent * of(1, "low")):(percent * of(1, "high")) \
         with yerrorbars pt 7 ps 0.01 lw 1 lc rgb "#bb0072B2", \
     "" using (shifted(0)):(percent * of(0, "share")) with linespoints pt 7 ps 0.7 lw 1.8 lc rgb orange, \
     "" using (shifted(1)):(percent * of(1, "share")) with linespoints pt 7 ps 0.7 lw 1.8 lc rgb blue
