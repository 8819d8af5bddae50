# A confusion matrix: a row for each true class, a column for what its images were taken for, percent of the row. Strong colour is many; the
# diagonal is what was recognised.
eval(canvas(480, 480))
eval(scan('column("row")'))
last = high
eval(more('column("column")'))
last = larger(last, high)
set xrange [-0.5:last + 0.5]
set yrange [last + 0.5:-0.5]
set lmargin at screen 0.25
set rmargin at screen 0.985
set bmargin at screen 0.225
set tmargin at screen 0.985
unset key
unset grid
unset border
unset colorbox
set tics scale 0
set xtics rotate by 45 right offset 0.6,0
set xlabel "taken for" offset 0,0
set label "true class" at screen 0.025, 0.605 center rotate by 90 tc rgb ink
set cbrange [0:60]
set palette defined (0 "#ffffff", 0.15 "#d9e8f3", 0.5 "#5ba3cf", 1 "#08519c")
set style fill solid 1 noborder
shown(percent) = percent >= 0.5 ? sprintf("%.0f", percent) : ""
eval(scan('column("percent")'))
cells = 'csv using "column":"row":(0.47):(0.47):(column("percent")):xtic(shortened(name_of("guess"), 95)):ytic(shortened(name_of("truth"), 95)) \
    with boxxyerror fc palette' . also . '"column":"row":(shown(column("percent"))):(column("percent") > 30 ? 0xffffff : 0x222222) \
    with labels tc rgb variable font "' . (last < 12 ? ",11.5" : last < 18 ? ",9" : ",7.5") . '"'
eval(count > 0 ? "plot " . cells : sentence("no image was tested"))
