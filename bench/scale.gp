# How far a crew goes: efficiency over ranks for three run lengths, over scale.csv, by report/figures/style.gp. bench/scale calls it.
eval(canvas(760, 400))
set object 1 rectangle from screen 0, 0 to screen 1, 1 behind fillcolor rgb "white" fillstyle solid 1 noborder # a page of its own, also in the dark
of(series, seconds) = strcol("series") eq series && column("length") == seconds ? 100 * column("efficiency") : NaN

set lmargin at screen 0.12; set rmargin at screen 0.97; set tmargin at screen 0.95; set bmargin at screen 0.15
set logscale x 10
set xrange [0.9:11500]
set xtics (1, 4, 16, 64, 256, "1,024" 1024, "4,096" 4096, "10,000" 10000)
set yrange [0:105]
set format y "%g %%"
set xlabel "ranks that train"
set ylabel "efficiency" offset 0.5, 0
set key bottom left reverse Left font ",12"
plot csv using "ranks":(of("one by one", 300)) with linespoints pt 7 lc rgb green lw 2 title "runs of 5 minutes", \
     csv using "ranks":(of("one by one", 10)) with linespoints pt 7 lc rgb blue lw 2 title "runs of 10 s", \
     csv using "ranks":(of("one by one", 1)) with linespoints pt 7 lc rgb orange lw 2 title "runs of 1 s", \
     csv using "ranks":(of("batches", 300)) with linespoints pt 6 dt 2 lc rgb green lw 1.5 notitle, \
     csv using "ranks":(of("batches", 10)) with linespoints pt 6 dt 2 lc rgb blue lw 1.5 notitle, \
     csv using "ranks":(of("batches", 1)) with linespoints pt 6 dt 2 lc rgb orange lw 1.5 title "the same, many runs in one transaction", \
     csv using "ranks":(of("crews", 1)) with points pt 9 ps 1.2 lc rgb orange title "16 crews, their stores merged", \
     csv using "ranks":(of("crews", 10)) with points pt 9 ps 1.2 lc rgb blue notitle
