# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# From a scenario to QEMU's command line. Sourced by run.

# A scenario sets what differs from these.
# shellcheck disable=SC2034	# run uses them
load_scenario()
{
	kernel='' smp=1 nodes=(1024M) accel=tcg,thread=multi cpu=max
	qemu_args=() boot_args='' one_insn_per_tb='' tests='test_*' timeout=600
	console_allow=''
	# shellcheck disable=SC1090	# chosen at run time
	. "$1"
}

mbytes()
{
	case $1 in
	*G) echo $((${1%G} * 1024)) ;;
	*) echo "${1%M}" ;;
	esac
}

# CPUs are dealt to the nodes in turn of sockets, one socket a node.
add_memory()
{
	local i total=0 cpus=${smp%%,*} per
	for i in "${nodes[@]}"; do
		total=$((total + $(mbytes "$i")))
	done
	args+=(-m "${total}M")
	[ ${#nodes[@]} -gt 1 ] || return 0
	per=$((cpus / ${#nodes[@]}))
	for i in "${!nodes[@]}"; do
		args+=(-object "memory-backend-ram,id=mem$i,size=${nodes[i]}"
			-numa "node,nodeid=$i,memdev=mem$i,cpus=$((i * per))-$((i * per + per - 1))")
	done
}

# Blocks of one instruction make a boot ten times as long, so they are asked
# for over QEMU's monitor, once the guest is up. QEMU renamed the command in 8.1.
one_insn_command()
{
	local version
	version=$(qemu-system-x86_64 --version | sed -n '1s/.*version \([0-9.]*\).*/\1/p')
	if [ "$(printf '%s\n' 8.1 "$version" | sort -V | head -n 1)" = 8.1 ]; then
		echo "one-insn-per-tb on"
	else
		echo "singlestep on"
	fi
}

add_monitor()
{
	rm -f "$1/monitor.in" "$1/monitor.out"
	mkfifo "$1/monitor.in" "$1/monitor.out"
	args+=(-chardev "pipe,id=monitor,path=$1/monitor"
		-mon "chardev=monitor,mode=readline")
}

# Faults end the guest at once: what follows one proves nothing. Emulated CPUs
# that share two real ones stall longer than the watchdogs' defaults allow.
kernel_args()
{
	printf '%s ' console=ttyS0 panic=-1 oops=panic ignore_loglevel \
		printk.devkmsg=on rcupdate.rcu_cpu_stall_timeout=60 \
		watchdog_thresh=30 softlockup_panic=1 "$boot_args"
}

# Sets args.
machine_args()
{
	local image=$1 out=$2 mode=$3 append
	append=$(kernel_args)
	args=(-nodefaults -no-reboot -display none -smp "$smp" -cpu "$cpu")
	[ -z "$one_insn_per_tb" ] || add_monitor "$out"
	args+=(-accel "$accel" "${qemu_args[@]}")
	add_memory
	if [ "$mode" = shell ]; then
		append="${append/ignore_loglevel/loglevel=4} quiet"
		args+=(-serial mon:stdio)
	else
		args+=(-serial "file:$out/console" -serial "file:$out/output")
	fi
	args+=(-kernel "$image/vmlinuz" -initrd "$out/initramfs" -append "$append")
}
