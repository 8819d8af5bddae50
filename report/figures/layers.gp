# A diagnostic of every layer over the updates, one panel for each network under the other, on one scale. The colour goes from
# the first layer, at the images, to the last. A value of exactly 0 has a place of its own at the foot of a logarithmic scale.
eval(scan('column("panel")'))
panels = int(high)
tall = panels > 40 ? 8000 / panels : 215
height = 76 + tall * panels
eval(canvas(480, height))
eval(scan('column("update")'))
last = high
earliest = low
eval(scan('column("layer")'))
layers = high
eval(scan('column("scale")'))
scale = high
eval(scan('column("logarithmic")'))
logarithmic = high
array name[panels]
stats [*:*][*:*] csv using (name[int(column("panel"))] = name_of("experiment"), quantity = stringcolumn("quantity"), 1) nooutput
line(panel, layer, what) = column("panel") == panel && column("layer") == layer ? column(what) : NaN
above(pixels) = 1 - pixels / (1.0 * height) # a height of the screen, from its top

set palette defined (0 "#440154", 0.25 "#31688e", 0.5 "#1f9e89", 0.75 "#4da52f", 1 "#b58900")
set cbrange [1:layers > 1 ? layers : 2]
set colorbox horizontal user origin screen 0.72, above(19) size screen 0.2, 7.0 / height
set style fill solid 1 noborder
set cbtics scale 0 format ""
set label 20 "layer 1" at screen 0.71, above(15.5) right tc rgb ink font ",12"
set label 21 sprintf("%.0f", layers) at screen 0.93, above(15.5) left tc rgb ink font ",12"
set xrange [0:last > 0 ? last : 1]
set xtics tic_step(last)
eval(scan('scale * column("value")'))
drawn(v) = v
set lmargin at screen larger(60, tic_room(low, high)) / 480.0
if (logarithmic == 1) {
    eval(log_axis("y", 0.04))
    drawn(v) = place(v)
} else {
    eval(sprintf("set yrange %s", span(low, high, 0.05)))
    set ytics tic_step(width_of(low, high))
    set format y tic_format(low, high)
}
look = earliest < last ? "lines lw 1.8" : "points pt 7"
set rmargin at screen 0.965
set format x ""
unset key
set multiplot
do for [n = 1:panels] {
    set tmargin at screen panel_top(n - 1, panels, 52.0 / height, above(46), 37.0 / height)
    set bmargin at screen panel_bottom(n - 1, panels, 52.0 / height, above(46), 37.0 / height)
    words = ": " . quantity . (scale == 100 ? ", %" : "")
    set label 1 shortened(name[n], 425 - text_width(words)) . words at graph 0, graph 1 offset 0,0.7 left tc rgb ink
    if (n == panels) {
        set format x "%.0f"
        set xlabel "updates" offset 0,0.4
    }
    if (n == 2) {
        unset colorbox
        unset label 20
        unset label 21
    }
    eval('plot for [l = 1:int(layers)] csv using (line(n, l, "update")):(drawn(scale * line(n, l, "value"))):(l) with ' . look . ' lc palette')
}
unset multiplot
