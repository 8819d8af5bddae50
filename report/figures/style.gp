# The look of every figure, and how one is drawn:
#
#     gnuplot -c style.gp CSV OUTFILE FORMAT TITLE SCRIPT         FORMAT: svg, png or pdf
#
# A script finds here: `csv` (its data, with named columns), `title`, the colours, canvas(width, height) for another size than 480 x 340,
# panel_top, panel_bottom for figures of several panels, and axes that follow the data (axes.gp). It draws no title: that is the caption's.
# Colours are those of Okabe and Ito, which colour-blind readers tell apart; the page inverts figures in dark mode, so the background stays
# transparent, the ink dark. All text is literal (noenhanced): in a name, _ and ^ are letters like others.
if (ARGC != 5) { exit error "usage: gnuplot -c style.gp CSV OUTFILE svg|png|pdf TITLE SCRIPT" }
# A name that starts with < is a command to gnuplot, one with | a pipe, one with ~ somebody's home.
plain(path) = path[1:1] eq "/" ? path : "./" . path
csv = plain(ARG1)
outfile = plain(ARG2)
kind = ARG3
title = ARG4
script = plain(ARG5)
# Another file of this folder.
slash(path) = strlen(path) == 0 || path[strlen(path):] eq "/" ? path : slash(path[1:strlen(path) - 1])
beside(file) = slash(plain(ARG0)) . file

# ---- the medium -------------------------------------------------------------------------------------------------------------------------

# Sizes and fonts are given in pixels of the page, 96 of them an inch. PNG: 300 dots an inch, for print.
svg_of(w, h) = sprintf('set terminal svg size %d,%d font "sans-serif,13" rounded noenhanced', w, h)
png_of(w, h) = sprintf('set terminal pngcairo size %d,%d font "sans-serif,13" \
    fontscale 2.5 linewidth 3.125 pointscale 4.2 rounded noenhanced', 3.125 * w, 3.125 * h)
pdf_of(w, h) = sprintf('set terminal pdfcairo size %.4fin,%.4fin font "sans-serif,13" \
    fontscale 0.53 linewidth 1.7 pointscale 1.1 rounded noenhanced', w / 96.0, h / 96.0)
terminal_of(w, h) = kind eq "svg" ? svg_of(w, h) : kind eq "png" ? png_of(w, h) : pdf_of(w, h)
canvas(w, h) = terminal_of(w, h) . "; set output outfile"
if (kind ne "svg" && kind ne "png" && kind ne "pdf") { exit error "the format is svg, png or pdf" }

# ---- the data ---------------------------------------------------------------------------------------------------------------------------

set encoding utf8
set datafile separator ","
set datafile columnheaders
set datafile commentschars ""

# Some columns may be wholly empty, and gnuplot complains of a series without a point. So eval(has("report")) sets `present` to 1 when some
# row has something in that column (not the last one: gnuplot takes the end of the line for part of it), else to 0, and a figure gathers
# its series as words, plots = plots . also . '(...) with points', for eval("plot " . plots).
has(what) = sprintf('stats [*:*][*:*] csv using (1 + strlen(stringcolumn("%s"))) name "LENGTH" nooutput; present = LENGTH_max > 1', what)
also = ", csv using "

# ---- the ink ----------------------------------------------------------------------------------------------------------------------------

ink = "#222222"
grey = "#777777"
faint = "#dddddd"
blue = "#0072B2"
orange = "#D55E00"
green = "#009E73"
purple = "#CC79A7"
yellow = "#E69F00"

set border 3 lc rgb grey lw 0.8
set tics nomirror scale 0.6 textcolor rgb ink
set grid lc rgb faint lt 1 lw 0.6
set xlabel textcolor rgb ink offset 0,0.3
set ylabel textcolor rgb ink offset 0.5,0
set key noautotitle textcolor rgb ink samplen 1.6 spacing 1.05
set style fill transparent solid 0.18 noborder
set pointsize 0.6
set format "%g"
set minussign

# Panel `row` of `rows` under each other, counted from the top, between the screen's heights `bottom` and `top`; `gap` is for labels.
panel_top(row, rows, bottom, top, gap) = top - row * (top - bottom + gap) / rows
panel_bottom(row, rows, bottom, top, gap) = panel_top(row + 1, rows, bottom, top, gap) + gap

load beside("axes.gp")
eval(canvas(480, 340))
load script
