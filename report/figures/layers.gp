# A diagnostic of every layer over the updates, one panel for each network under the other, on one scale. The colour goes from
# the first layer, at the images, to the last.
eval(canvas(480, 500))
stats csv using "update" name "U" nooutput
stats csv using "layer" name "K" nooutput
stats csv using "panel" name "N" nooutput
stats csv using "scale" name "S" nooutput
stats csv using "logarithmic" name "L" nooutput
stats csv using (S_max * column("value")) name "V" nooutput
stats csv using (column("value") > 0 ? S_max * column("value") : S_max * 1e30) name "P" nooutput
array name[N_max]
stats csv using (name[int(column("panel"))] = stringcolumn("experiment"), quantity = stringcolumn("quantity"), 1) nooutput
line(panel, layer, what) = column("panel") == panel && column("layer") == layer ? column(what) : NaN

set palette defined (0 "#440154", 0.25 "#31688e", 0.5 "#1f9e89", 0.75 "#4da52f", 1 "#b58900")
set cbrange [1:K_max > 1 ? K_max : 2]
set colorbox horizontal user origin screen 0.72, 0.962 size screen 0.2, 0.014
set style fill solid 1 noborder
set cbtics scale 0 format ""
set label 20 "layer 1" at screen 0.71, 0.969 right tc rgb ink font ",12"
set label 21 sprintf("%.0f", K_max) at screen 0.93, 0.969 left tc rgb ink font ",12"
set xrange [0:U_max > 0 ? U_max : 1]
set xtics tic_step(U_max)
if (L_max == 1) {
    set logscale y 10
    low = P_min < 1e29 ? P_min / 1.4 : 1e-3
    high = V_max > low ? 1.4 * V_max : 10 * low
    set yrange [low:high]
    set format y "10^{%T}"
    if (high / low < 200) { # a decade or two: 1, 2, 5
        set format y "%g"
        set ytics (10 ** floor(log10(low)))
        do for [e = int(floor(log10(low))):int(floor(log10(high)))] { set ytics add (10.0 ** e, 2 * 10.0 ** e, 5 * 10.0 ** e) }
    }
} else { set yrange [V_min - 0.05 * (V_max - V_min) - 1e-9:V_max + 0.05 * (V_max - V_min) + 1e-9] }
set lmargin at screen 0.125
set rmargin at screen 0.965
set format x ""
unset key
set multiplot
do for [n = 1:int(N_max)] {
    set tmargin at screen panel_top(n - 1, N_max, 0.105, 0.92, 0.075)
    set bmargin at screen panel_bottom(n - 1, N_max, 0.105, 0.92, 0.075)
    set label 1 name[n] . ": " . quantity . (S_max == 100 ? ", %" : "") at graph 0, graph 1 offset 0,0.7 left tc rgb ink
    if (n == N_max) {
        set format x "%.0f"
        set xlabel "updates" offset 0,0.4
    }
    if (n == 2) {
        unset colorbox
        unset label 20
        unset label 21
    }
    plot for [l = 1:int(K_max)] csv using (line(n, l, "update")):(S_max * line(n, l, "value")):(l) with lines lw 1.8 lc palette
}
unset multiplot
