# What every figure shares about its data and its axes, loaded by style.gp: a look at the numbers, ranges and tics that follow them, a place
# for 0 on a logarithmic axis, and names that stay within the picture.

# ---- the numbers ------------------------------------------------------------------------------------------------------------------------

# eval(scan('column("eta")')) looks at the numbers of all rows, whatever the ranges are: afterwards `count` says how many there are, `low`,
# `high` and `least` (above 0) which, `zeros` how many are 0. What is empty or no number does not count, and infinities neither.
huge = 1e300
take(v) = v == v && abs(v) < huge ? (count = count + 1, low = v < low ? v : low, high = v > high ? v : high, zeros = zeros + (v == 0), \
    least = v > 0 && v < least ? v : least, 1) : 0
none = 'count = 0; zeros = 0; low = huge; high = -huge; least = huge'
more(what) = sprintf('stats [*:*][*:*] csv using (1 + 0 * take(%s)) name "SCAN" nooutput', what)
scan(what) = none . '; ' . more(what)

# Words in place of a drawing; gnuplot fails where nothing can be drawn, and the figure would be missing.
sentence(words) = sprintf('unset border; unset tics; unset key; unset grid; unset xlabel; unset arrow; unset object; unset label; \
    set label 1 "%s" at screen 0.5, 0.5 center tc rgb grey; plot [0:1] [0:1] -9', words)

# ---- linear axes ------------------------------------------------------------------------------------------------------------------------

# A range about all numbers that is never empty: `air` of it on both sides; equal numbers stand in the middle.
larger(a, b) = a > b ? a : b
smaller(a, b) = a < b ? a : b
size_of(low, high) = larger(abs(low), abs(high))
width_of(low, high) = high - low > 1e-9 * size_of(low, high) ? high - low : size_of(low, high) > 0 ? 0.2 * size_of(low, high) : 1
span(low, high, air) = sprintf("[%.15g:%.15g]", 0.5 * (low + high) - (0.5 + air) * width_of(low, high), \
    0.5 * (low + high) + (0.5 + air) * width_of(low, high))

# A round distance between tics, for about five of them from 0 to `top`.
decade(x) = 10.0 ** floor(log10(x))
ratio_step(r) = r < 1.5 ? 0.25 : r < 3 ? 0.5 : r < 7 ? 1 : 2
tic_step(top) = top <= 0 ? 1 : ratio_step(top / decade(top)) * decade(top)

# Their format, and room for them left of the axis, in pixels: as many digits as tell neighbours apart.
digits(low, high) = larger(6, smaller(15, ceil(log10(size_of(low, high) / tic_step(width_of(low, high)) + 1e-9)) + 3))
tic_format(low, high) = size_of(low, high) > 0 ? sprintf("%%.%dg", digits(low, high)) : "%g"
tic_at(x, step) = step * ceil(x / step - 1e-9)
tic_text(low, high, n) = sprintf(tic_format(low, high), tic_at(low, tic_step(width_of(low, high))) + n * tic_step(width_of(low, high)))
tic_length(low, high) = larger(larger(strlen(tic_text(low, high, 0)), strlen(tic_text(low, high, 1))), strlen(tic_text(low, high, 3)))
tic_room(low, high) = 14 + 7.9 * tic_length(low, high)

# ---- logarithmic axes -------------------------------------------------------------------------------------------------------------------

# Text is literal, so exponents and indices are letters of their own.
letter_of(list, c) = strstrt("0123456789", c) > 0 ? substr(list, strstrt("0123456789", c), strstrt("0123456789", c)) : c eq "-" ? "⁻" : c
raised(s) = strlen(s) == 0 ? "" : letter_of("⁰¹²³⁴⁵⁶⁷⁸⁹", s[1:1]) . raised(s[2:])
lowered(s) = strlen(s) == 0 ? "" : letter_of("₀₁₂₃₄₅₆₇₈₉", s[1:1]) . lowered(s[2:])
power(e) = "10" . raised(sprintf("%d", e))

# Tics from `from` to `to`, both above 0, gathered in `tics` for set xtics: decades where there are many, else 1, 2, 5, else round steps. At
# least two of them lie within, whatever the range is.
decades_in(low, high) = log10(high / low)
decade_tic(e) = sprintf(', "%s" 1e%d', power(e), e)
minor_tics(e) = sprintf(', "" 2e%d 1, "" 3e%d 1, "" 4e%d 1, "" 5e%d 1, "" 6e%d 1, "" 7e%d 1, "" 8e%d 1, "" 9e%d 1', e, e, e, e, e, e, e, e)
round_tics(e) = sprintf(', "%g" 1e%d, "%g" 2e%d, "%g" 5e%d', 10.0 ** e, e, 2 * 10.0 ** e, e, 5 * 10.0 ** e, e)
zero_tic(at) = sprintf(', "0" %.12g', at)
even_tic(at) = sprintf(', "%g" %.15g', at, at)
log_tics = 'first = int(floor(log10(from))); final = int(ceil(log10(to))); by = int(ceil(decades_in(from, to) / 9)); \
    even = tic_step(to - from); \
    if (decades_in(from, to) >= 2.3) { \
        do for [e = first:final:by] { tics = tics . decade_tic(e) . (by == 1 ? minor_tics(e) : "") } \
    } else { if (decades_in(from, to) >= 0.7) { \
        do for [e = first:final] { tics = tics . round_tics(e) } \
    } else { \
        do for [n = 0:12] { tics = tics . even_tic(tic_at(from, even) + n * even) } \
    } }'

# eval(log_axis("x", 0.06)) after a scan (several `more` may follow it): range and tics of a logarithmic axis for what was scanned, with
# `air` at its ends. Zeros have no place there, so they get one: place(v) is v, or for 0 a place before the axis's first number, with its own
# tic, and two strokes between them. Numbers below 0 have none.
place(v) = v > 0 ? v : v == 0 ? zero_at : NaN
ends = 'if (least >= huge) { least = 1; high = 1 }; \
    wide = larger(decades_in(least, high), 0.3); \
    from = least < high ? least : least / 2.0; to = least < high ? high : high * 2.0; \
    zero_at = from / 10.0 ** (0.12 * wide + 0.05); break_at = from / 10.0 ** (0.06 * wide + 0.02); \
    tics = zeros > 0 ? zero_tic(zero_at) : ""'
stroke(axis, n, at, side) = axis eq "x" \
    ? sprintf('set arrow %d from first %.12g, graph -0.015 to first %.12g, graph 0.015 nohead front lc rgb ink lw 1', n, at / side, at * side) \
    : sprintf('set arrow %d from graph -0.012, first %.12g to graph 0.012, first %.12g nohead front lc rgb ink lw 1', n, at / side, at * side)
log_range(axis, air) = sprintf('set logscale %s 10; set %srange [%.12g:%.12g]; set %stics (%s)', axis, axis, \
    (zeros > 0 ? zero_at : from) / 10.0 ** (air * wide), to * 10.0 ** (air * wide), axis, substr(tics, 3, strlen(tics)))
strokes(axis) = stroke(axis, 91, break_at / 10.0 ** (0.008 * wide), 10.0 ** (0.006 * wide)) . '; ' \
    . stroke(axis, 92, break_at * 10.0 ** (0.008 * wide), 10.0 ** (0.006 * wide))
log_axis(axis, air) = ends . '; ' . log_tics . sprintf('; eval(log_range("%s", %g)); if (zeros > 0) { eval(strokes("%s")) }', \
    axis, air, axis)
# How far two series step aside so that their points do not hide each other: a factor.
aside(share) = 10.0 ** (share * wide)

# ---- names ------------------------------------------------------------------------------------------------------------------------------

# A cell as it was in the store: the CSV keeps spreadsheets from computing with an apostrophe. The middle of endless names goes at once.
literal(s) = strlen(s) > 1 && s[1:1] eq "'" && strstrt("=+-@", s[2:2]) > 0 ? s[2:] : s
name_of(column) = cut(literal(stringcolumn(column)))
cut(s) = strlen(s) > 90 ? substr(s, 1, 60) . "…" . substr(s, strlen(s) - 20, strlen(s)) : s

# About how many pixels a text is wide at 13 pixels, in a wide font; the viewer's may be narrower.
one_of(list, c) = strstrt(list, c) > 0
letter_width(c) = one_of("ijlItfr.,:;'|!()[]{}- ", c) ? 5.3 : one_of("mwMW@%", c) ? 12.9 : one_of("abcdeghknopqsuvxyz0123456789_=+?/", c) ? 8.4 \
    : one_of("ABCDEFGHJKLNOPQRSTUVXYZ&#~^<>", c) ? 10.3 : 13.2
text_width(s) = strlen(s) == 0 ? 0 : letter_width(substr(s, 1, 1)) + text_width(substr(s, 2, strlen(s)))
fitting(s, room) = strlen(s) == 0 || room < letter_width(substr(s, 1, 1)) ? 0 \
    : 1 + fitting(substr(s, 2, strlen(s)), room - letter_width(substr(s, 1, 1)))
last_of(s) = substr(s, strlen(s), strlen(s))
fitting_end(s, room) = strlen(s) == 0 || room < letter_width(last_of(s)) ? 0 \
    : 1 + fitting_end(substr(s, 1, strlen(s) - 1), room - letter_width(last_of(s)))

# A name within so many pixels: without its middle, or over two lines, of which the first ends at a blank if it can. The table below the figure has it whole.
shortened(s, room) = text_width(s) <= room ? s \
    : substr(s, 1, fitting(s, 0.55 * room - 7)) . "…" . substr(s, strlen(s) - fitting_end(s, 0.45 * room - 7) + 1, strlen(s))
blank_before(s, n) = n < 1 || substr(s, n, n) eq " " ? n : blank_before(s, n - 1)
break_of(s, n) = blank_before(s, n) > n / 2 ? blank_before(s, n) : n
fold_at(s, n, room) = substr(s, 1, n) . "\n" . shortened(substr(s, n + 1, strlen(s)), room)
folded(s, room) = text_width(s) <= room ? s : fold_at(s, break_of(s, fitting(s, room)), room)
