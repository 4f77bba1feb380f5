# SPDX-License-Identifier: GPL-2.0
# Cost against burst, object size, live objects and CPUs; a row of panels a kernel.
n = words(kernels)
set terminal svg size 1300, 330 * n font "sans,10" background "white"
set output out
set grid
set yrange [0:*]
set key below
set multiplot layout n, 4
do for [i = 1:n] {
	k = word(kernels, i)
	do for [what in "burst size live cpus"] {
		set title k . ": instructions a pair, by " . what
		set logscale x 2
		set format x "%g"
		set autoscale x
		if (what eq "cpus") { set xrange [0.9:17] }
		if (what eq "live") { set logscale x 10; set format x "10^{%L}" }
		plot dir . "/" . k . "." . what . ".dat" using 1:2 with linespoints title "myslab" \
			linecolor rgb "#3465a4", \
		     "" using 1:3 with linespoints title "SLUB" linecolor rgb "#cc7832"
	}
}
unset multiplot
