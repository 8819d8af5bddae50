# Curves of one experiment: cost, loss and accuracy under each other over the same updates, the learning rate at the foot. Lines are means
# over the seeds, bands go from the lowest seed to the highest; the scales are those of the experiments that are compared with each other.
eval(canvas(480, 600))
percent = 100.0
stats csv using "update" name "U" nooutput
stats csv using "cost_low" name "C" nooutput
stats csv using "cost_high" name "D" nooutput
stats csv using "loss_low" name "L" nooutput
stats csv using "loss_high" name "M" nooutput
stats csv using "accuracy_high" name "A" nooutput
stats csv using "eta" name "E" nooutput
eval(has("published"))
P_max = -1
if (present) { stats csv using (percent * column("published")) name "P" nooutput }

mean(part, what) = column(part . "_" . what)
least(part, what) = column(part . "_" . what . "_min")
most(part, what) = column(part . "_" . what . "_max")
air(low, high) = 0.04 * (high - low) + 1e-6

set xtics tic_step(U_max)
set xrange [0:U_max > 0 ? U_max : 1]
set lmargin at screen 0.095
set rmargin at screen 0.965
set format x ""
unset key
set multiplot
do for [row = 0:2] {
    what = word("cost loss accuracy", row + 1)
    scale = what eq "accuracy" ? percent : 1
    set tmargin at screen panel_top(row, 3, 0.19, 0.96, 0.05)
    set bmargin at screen panel_bottom(row, 3, 0.19, 0.96, 0.05)
    set label 1 (what eq "accuracy" ? "accuracy, %" : what) at graph 0, graph 1 offset 0,0.7 left tc rgb ink
    if (what eq "cost") {
        set yrange [C_min - air(C_min, D_max):D_max + air(C_min, D_max)]
        set ytics tic_step(D_max - C_min)
        set label 2 "● training" at graph 0.74, graph 1 offset 0,0.7 right tc rgb blue
        set label 3 "● validation" at graph 1, graph 1 offset 0,0.7 right tc rgb orange
    }
    if (what eq "loss") {
        unset label 2
        unset label 3
        set yrange [L_min - air(L_min, M_max):M_max + air(L_min, M_max)]
        set ytics tic_step(M_max - L_min)
    }
    if (what eq "accuracy") {
        top = P_max > percent * A_max ? P_max : percent * A_max
        set yrange [0:1.2 * top]
        set ytics tic_step(top)
        if (P_max > 0) {
            set arrow 1 from graph 0, first P_max to graph 1, first P_max nohead lc rgb ink lw 1 dt 2
            set label 2 sprintf("the report, test: %.1f", P_max) at graph 0.01, first P_max left offset 0,0.55 tc rgb ink font ",11.5"
        }
    }
    plot csv using "update":(scale * least("train", what)):(scale * most("train", what)) with filledcurves lc rgb blue, \
         "" using "update":(scale * least("validation", what)):(scale * most("validation", what)) with filledcurves lc rgb orange, \
         "" using "update":(scale * mean("train", what)) with lines lw 1.8 lc rgb blue, \
         "" using "update":(scale * mean("validation", what)) with lines lw 1.8 lc rgb orange
}
unset label
unset arrow
set label 1 "learning rate" at graph 0, graph 1 offset 0,0.7 left tc rgb ink
set tmargin at screen 0.14
set bmargin at screen 0.085
set yrange [0:E_max > 0 ? 1.1 * E_max : 1]
set ytics (0, sprintf("%.2g", E_max) E_max)
set format x "%.0f"
set xlabel "updates" offset 0,0.6
plot csv using "update":"eta" with lines lw 1.4 lc rgb grey
unset multiplot
