# An experiment that varies two settings: a cell for each pair of values, with its mean accuracy in %. Strong colour is the best; a cell without a
# number says why.
eval(scan('column("column")'))
columns = high
eval(scan('column("row")'))
rows = high
widest = 0
tallest = 0
stats [*:*][*:*] csv using (widest = larger(widest, text_width(shortened(name_of("value down"), 150))), \
    tallest = larger(tallest, text_width(shortened(name_of("value across"), 110))), part = stringcolumn("part"), things = stringcolumn("things"), across = name_of("across"), \
    down = name_of("down"), 1) nooutput
left = 46 + widest
wide = (465 - left) / columns # of a cell, in pixels
turned = tallest > wide - 6
tall = rows > 12 ? 26 : 40
foot = 40 + (turned ? tallest : 18)
height = 40 + tall * rows + foot
eval(canvas(480, height))
percent = 100.0
set xrange [0.5:columns + 0.5]
set yrange [rows + 0.5:0.5]
set lmargin at screen left / 480.0
set rmargin at screen 465 / 480.0
set bmargin at screen foot / height
set tmargin at screen 1 - 36.0 / height
unset key
unset grid
unset border
unset colorbox
set tics scale 0
if (turned) { set xtics rotate by 90 right }
set xlabel across offset 0,0.2
set label 1 down at screen 16 / 480.0, graph 0.5 center rotate by 90 tc rgb ink
set label 2 "mean accuracy on the " . part . " " . things . ", %" at screen 465 / 480.0, screen 1 - 16.0 / height right tc rgb ink
eval(scan('percent * column("mean")'))
middle = 0.5 * (low + high)
set cbrange [low:high > low ? high : low + 1]
set palette defined (0 "#f2f7fb", 0.3 "#c3dcee", 0.65 "#5ba3cf", 1 "#08519c")
set style fill solid 1 noborder
font_of = wide < 34 ? ",9" : wide < 46 ? ",10.5" : ",12"
dark(v) = v > low + 0.62 * (high - low) ? 0xffffff : 0x222222
shown(v) = v == v ? sprintf(wide < 46 ? "%.0f" : "%.2f", v) : column("diverged") > 0 ? "div." : "–"
ink_of(v) = v == v && high > low ? dark(v) : 0x222222
plot csv using "column":"row":(0.48):(0.46):(percent * column("mean")):xtic(shortened(name_of("value across"), 110)):ytic(shortened(name_of("value down"), 150)) \
    with boxxyerror fc palette, \
    csv using "column":"row":(shown(percent * column("mean"))):(ink_of(percent * column("mean"))) with labels tc rgb variable font font_of
