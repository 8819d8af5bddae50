# The loss of every seed of one experiment, training and validation; the scale is that of all experiments whose id begins alike.
stats csv using "update" name "U" nooutput
stats csv using "member" name "N" nooutput
stats csv using "loss_low" name "L" nooutput
stats csv using "loss_high" name "M" nooutput
only(member, what) = column("member") == member ? column(what) : NaN
set xtics tic_step(U_max)
set xrange [0:U_max > 0 ? U_max : 1]
set yrange [L_min - 0.04 * (M_max - L_min) - 1e-6:M_max + 0.04 * (M_max - L_min) + 1e-6]
set ytics tic_step(M_max - L_min)
set xlabel "updates"
set lmargin at screen 0.095
set rmargin at screen 0.965
set bmargin at screen 0.155
set tmargin at screen 0.915
unset key
set label 1 "loss" at graph 0, graph 1 offset 0,0.7 left tc rgb ink
set label 2 "● training" at graph 0.74, graph 1 offset 0,0.7 right tc rgb blue
set label 3 "● validation" at graph 1, graph 1 offset 0,0.7 right tc rgb orange
plot for [n = 1:int(N_max)] csv using (only(n, "update")):(only(n, "train_loss")) with lines lw 1.3 lc rgb blue, \
     for [n = 1:int(N_max)] "" using (only(n, "update")):(only(n, "validation_loss")) with lines lw 1.3 lc rgb orange
