# Curves of one experiment: gnuplot -c curves.gp CSV SVG TITLE
# Three panels over the updates (loss, cost, accuracy), mean over the seeds with the band from the lowest to the highest, and the learning
# rate under them. Colours: Okabe and Ito's palette, told apart by colour-blind readers.
csv = ARG1
svg = ARG2
set terminal svg size 1080,420 font "Helvetica,13" background "#ffffff"
set output svg
set datafile separator ","
set encoding utf8
blue = "#0072B2"
orange = "#D55E00"
grey = "#777777"
set style fill transparent solid 0.18 noborder
set border 3 lc rgb grey
set tics nomirror textcolor rgb "#333333"
set grid ytics lc rgb "#e6e6e6" lt 1
set key top right samplen 2 noautotitle
set format x "%.0f"
stats csv using "update" nooutput
step = STATS_max > 0 ? STATS_max / 3 : 1
set xtics step
set multiplot title ARG3 font ",15"

# Panel p of three: title, column names.
left(p) = 0.065 + p * 0.325
right(p) = left(p) + 0.255
do for [p = 0:2] {
    set lmargin at screen left(p)
    set rmargin at screen right(p)
    set bmargin at screen 0.32
    set tmargin at screen 0.86
    what = word("loss cost accuracy", p + 1)
    set ylabel (p == 2 ? "accuracy (%)" : what) offset 1.2
    unset xlabel
    set format x ""
    scale = p == 2 ? 100 : 1
    if (p == 2) { set key bottom right } else { set key top right }
    plot csv using "update":(scale * column("train_" . what . "_min")):(scale * column("train_" . what . "_max")) \
             with filledcurves lc rgb blue, \
         "" using "update":(scale * column("validation_" . what . "_min")):(scale * column("validation_" . what . "_max")) \
             with filledcurves lc rgb orange, \
         "" using "update":(scale * column("train_" . what)) with lines lw 2 lc rgb blue title "training", \
         "" using "update":(scale * column("validation_" . what)) with lines lw 2 lc rgb orange title "validation"
    set bmargin at screen 0.13
    set tmargin at screen 0.27
    set ylabel "rate" offset 1.2
    set xlabel "update" offset 0,0.4
    set format x "%.0f"
    set ytics 0.05
    unset key
    plot csv using "update":"eta" with lines lw 1.5 lc rgb grey
    set key
    set ytics autofreq
}
unset multiplot
