# Strata beside other programs: a point for each program over the rows of comparison.csv, by report/figures/style.gp. bench/run --draw calls it.
stats csv using "place" name "PLACE" nooutput
stats csv using "low" name "LOW" nooutput
least = LOW_min < 0.5 ? 0.8 * LOW_min : 0.4
edge = 1.02 * least
eval(canvas(760, 90 + 17 * (PLACE_max + 1)))
set object 1 rectangle from screen 0, 0 to screen 1, 1 behind fillcolor rgb "white" fillstyle solid 1 noborder # a page of its own, also in the dark
of(threads, what) = strcol("threads") eq threads ? column(what) : NaN
head(what) = strlen(strcol("heading")) > 0 ? column(what) : NaN

set lmargin at screen 0.27; set rmargin at screen 0.97
set logscale x 2
set xrange [least:*]
set xtics (0.1, 0.25, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32)
set yrange [PLACE_max + 0.7:-0.7]
unset ytics
set grid xtics noytics
set xlabel "its time by that of strata in float: median and range of the rounds"
set key top right reverse Left font ",11" opaque
set arrow 1 from 1, graph 0 to 1, graph 1 nohead lc rgb grey lw 1.5
plot csv using (edge):(head("place")):(strcol("heading")) with labels left offset character 0.5, 0 tc rgb ink font ",12" notitle, \
     csv using (edge):(column("place")):(strcol("who")) with labels right offset character -0.8, 0 tc rgb ink font ",11" notitle, \
     csv using (of("one", "ratio")):(column("place") - 0.12):(of("one", "low")):(of("one", "high")) with xerrorbars pt 7 ps 0.6 lc rgb blue title "1 thread", \
     csv using (of("all", "ratio")):(column("place") + 0.12):(of("all", "low")):(of("all", "high")) with xerrorbars pt 5 ps 0.6 lc rgb orange title "all threads"
