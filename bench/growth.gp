# How the cost of an update grows: six panels over growth.csv, by report/figures/style.gp, which sets terminal and style. bench/growth calls it.
eval(canvas(760, 860))
set object 1 rectangle from screen 0, 0 to screen 1, 1 behind fillcolor rgb "white" fillstyle solid 1 noborder # a page of its own, also in the dark
pick(panel, series, what) = strcol("panel") eq panel && strcol("series") eq series ? column(what) : NaN
highest(panel, series, what) = sprintf('stats csv using (pick("%s", "%s", "%s")) name "VALUE" nooutput', panel, series, what)

left(n) = n % 2 == 0 ? 0.1 : 0.605
top(n) = 0.955 - 0.325 * (n / 2)
place(n) = sprintf('set lmargin at screen %g; set rmargin at screen %g; set tmargin at screen %g; set bmargin at screen %g', \
                   left(n), left(n) + 0.375, top(n), top(n) - 0.235)
name(what) = sprintf('set label 1 "%s" at graph 0, graph 1 offset 0,0.7 left tc rgb ink', what)
decades = 'set logscale xy 10; set xtics (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000) font ",11"; set ytics auto; set format y "%g"; set yrange [*:*]'
both(panel) = sprintf('plot csv using (pick("%s", "float", "x")):(pick("%s", "float", "y")) with linespoints pt 7 lc rgb blue title "float", \
    csv using (pick("%s", "bf16", "x")):(pick("%s", "bf16", "y")) with linespoints pt 5 lc rgb orange title "bf16 in the first layer", \
    csv using (pick("%s", "float", "x")):(pick("%s", "float", "least")) with lines dt 2 lc rgb grey title "least, by the roofline"', \
    panel, panel, panel, panel, panel, panel)

set multiplot
set key bottom right reverse Left font ",11"

eval(decades)
eval(place(0)); eval(name("mini-batch, [50,50]"))
set xlabel "images in a mini-batch"; set ylabel "us per update"
set xrange [8:2500]
eval(both("batch"))
unset object 1

eval(place(1)); eval(name("width, [m,m], mini-batch 100"))
set xlabel "units m of each hidden layer"
set key top left
set xrange [8:2000]
eval(both("width"))

eval(place(2)); eval(name("depth, [50,50,...], mini-batch 100"))
set xlabel "hidden layers"
set yrange [10:*]; set xrange [0.9:36]
eval(both("depth"))

doubling = 'unset logscale; set logscale x 2; set xtics (1, 2, 4, 8, 16, 32, 64, 128, 256); set ytics auto'
eval(doubling); set logscale y 2; set yrange [0.5:*] # a small net is slower on two
eval(highest("cores", "3layer-bn", "x")); set xrange [0.9:1.1 * VALUE_max]
eval(place(3)); eval(name("one training on more cores"))
set xlabel "cores"; set ylabel "times faster than on one"
plot csv using (pick("cores", "3layer-bn", "x")):(pick("cores", "3layer-bn", "y")) with linespoints pt 7 lc rgb blue title "3layer-bn", \
     csv using (pick("cores", "wide-bn", "x")):(pick("cores", "wide-bn", "y")) with linespoints pt 5 lc rgb green title "wide-bn", \
     csv using (pick("cores", "3layer-bn", "x")):(pick("cores", "3layer-bn", "x")) with lines dt 2 lc rgb grey title "as many times as cores"

eval(doubling); set yrange [0:*]
eval(highest("members", "float", "x")); set xrange [0.9:1.1 * VALUE_max]
eval(place(4)); eval(name("trainings of 3layer-bn side by side, all cores"))
set xlabel "members"; set ylabel "updates per second, together"
set key bottom right
plot csv using (pick("members", "float", "x")):(pick("members", "float", "y")) with linespoints pt 7 lc rgb blue title "float", \
     csv using (pick("members", "bf16", "x")):(pick("members", "bf16", "y")) with linespoints pt 5 lc rgb orange title "bf16 in the first layer"

eval(highest("ceiling", "float", "y")); float = VALUE_max
eval(highest("ceiling", "best", "y")); best = VALUE_max
eval(highest("ceiling", "L2", "y")); second = VALUE_max
eval(highest("ceiling", "memory", "y")); memory = VALUE_max
eval(decades); set xtics auto; set key top left; set xrange [0.05:200]; set yrange [0.5:12 * best]
eval(place(5)); eval(name("verbs under the roofline, one core"))
set xlabel "operations per byte"; set ylabel "G operations per second"
least(a, b) = a < b ? a : b
plot least(best, second * x) with lines lc rgb grey title sprintf("%.0f G/s at best, %.0f GB/s from L2", best, second), \
     least(float, memory * x) with lines dt 2 lc rgb grey title sprintf("%.0f G/s in float, %.0f GB/s from memory", float, memory), \
     csv using (pick("roofline", "3layer-bn", "x")):(pick("roofline", "3layer-bn", "y")) with points pt 7 lc rgb blue title "3layer-bn", \
     csv using (pick("roofline", "wide-bn", "x")):(pick("roofline", "wide-bn", "y")) with points pt 5 lc rgb green title "wide-bn"
unset multiplot
