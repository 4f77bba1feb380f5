# SPDX-License-Identifier: GPL-2.0
# Instructions per allocation and free of 256 bytes, a panel a kernel.
n = words(kernels)
set terminal svg size 1000, 320 * n font "sans,11" background "white"
set output out
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.8 border -1
set xtics rotate by -35 nomirror
set ytics nomirror
set grid ytics
set yrange [0:*]
set key top left
set multiplot layout n, 1
do for [i = 1:n] {
	k = word(kernels, i)
	set title k . ": instructions per allocation and free, 256 bytes"
	plot dir . "/" . k . ".dat" using 2:xtic(1) title "myslab" linecolor rgb "#3465a4", \
	     "" using 3 title "SLUB" linecolor rgb "#cc7832"
}
unset multiplot
