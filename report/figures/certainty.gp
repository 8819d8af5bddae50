# How sure nets are of the true class: a panel for each, side by side on one scale. Bars upwards are test images whose guess is right, bars
# downwards those whose guess is wrong, in 20 bins of the probability that the net gives to the true class.
eval(scan('column("panel")'))
panels = count > 0 ? int(high) : 0
columns = panels > 1 ? 2 : 1
rows = (panels + columns - 1) / columns
tall = rows > 20 ? 6000 / rows : 250
height = 84 + tall * larger(rows, 1)
eval(canvas(480, height))
percent = 100.0
above(pixels) = 1 - pixels / (1.0 * height) # a height of the screen, from its top
array name[larger(panels, 1)]
if (panels > 0) { stats [*:*][*:*] csv using (name[int(column("panel"))] = name_of("name"), 1) nooutput }
eval(scan('percent * column("correct")'))
up = count > 0 ? high : 0
eval(scan('percent * column("wrong")'))
down = count > 0 ? high : 0
if (up + down <= 0) { up = 1 }
step = tic_step(up + down)
middle(n) = column("panel") == n ? 0.5 * (column("low") + column("high")) : NaN
edge = 0.1 * (up + down)
set yrange [-down - edge : up + edge]
set xrange [0:1]
set xtics 0, 0.2, 1
set boxwidth 0.042
set style fill solid 0.75 noborder
set border 1
unset key
left = larger(48, tic_room(0, up + down)) / 480.0
wide = (0.975 - left - 0.05 * (columns - 1)) / columns # of a panel
set label 20 "test images, %" at screen left, above(12) left tc rgb ink
set label 2 "right" at graph 0.03, graph 0.97 left tc rgb blue
set label 3 "wrong" at graph 0.97, graph 0.04 right tc rgb orange
set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead front lc rgb ink lw 0.9
if (panels == 0) { eval(sentence("no net was asked")) } else {
set multiplot
do for [n = 1:panels] {
    row = (n - 1) / columns
    from = left + ((n - 1) % columns) * (wide + 0.05)
    set lmargin at screen from
    set rmargin at screen from + wide
    set tmargin at screen panel_top(row, rows, 56.0 / height, above(50), 40.0 / height)
    set bmargin at screen panel_bottom(row, rows, 56.0 / height, above(50), 40.0 / height)
    set ytics scale 0 (0)
    do for [k = -int(down / step):int(up / step)] { set ytics add ((n - 1) % columns == 0 ? sprintf("%g", abs(k * step)) : "" k * step) }
    set label 1 shortened(name[n], 480 * wide) at graph 0, graph 1 offset 0,0.6 left tc rgb ink
    if (n > panels - columns) { set xlabel "probability of the true class" } else { unset xlabel }
    plot csv using (middle(n)):(percent * column("correct")) with boxes lc rgb blue, \
        csv using (middle(n)):(-percent * column("wrong")) with boxes lc rgb orange
    unset label 20
}
unset multiplot
}
