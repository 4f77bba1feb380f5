# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# From a scenario to QEMU's command line. Sourced by run.

# A scenario sets what differs from these.
# shellcheck disable=SC2034	# run uses them
load_scenario()
{
	kernel='' smp=1 quiet='' nodes=(1024M) accel=tcg,thread=multi cpu=max
	qemu_args=() boot_args='' one_insn_per_tb='' cpuless_node='' bare_nodes=0 memory_slots=0 distances=() tests='test_*' timeout=600
	console_allow='' witness='' sockets='' taint=0
	# shellcheck disable=SC1090	# chosen at run time
	. "$1"
	# The kernel forgets what the first CPU can for a moment when it boots (identify_cpu()):
	# an interrupt then, and KASAN takes each address of five-level tables for wild.
	[[ $kernel != *-debug ]] || cpu+=,-la57
}

mbytes()
{
	case $1 in
	*G) echo $((${1%G} * 1024)) ;;
	*) echo "${1%M}" ;;
	esac
}

# CPUs are dealt to the nodes in turn of sockets, one socket a node, as far as they go; a
# node of 0M has no memory. After those, one that has memory and no CPU; then bare nodes, which have
# neither until the host plugs memory.
# Distances, "FROM:TO:DISTANCE" for each pair of nodes, where not all are alike.
add_memory()
{
	local i total=0 cpus=${smp%%,*} per slots='' node next=${#nodes[@]} from to distance
	for i in "${nodes[@]}" ${cpuless_node:+"$cpuless_node"}; do
		total=$((total + $(mbytes "$i")))
	done
	[ "$memory_slots" -eq 0 ] ||
		slots=",slots=$memory_slots,maxmem=$((total * 8))M"
	args+=(-m "${total}M$slots")
	[ ${#nodes[@]} -gt 1 ] || return 0
	per=$((cpus < ${#nodes[@]} ? 1 : cpus / ${#nodes[@]}))
	for i in "${!nodes[@]}"; do
		node="node,nodeid=$i"
		[ $((i * per)) -ge "$cpus" ] || node+=",cpus=$((i * per))-$((i * per + per - 1))"
		if [ "$(mbytes "${nodes[i]}")" -gt 0 ]; then
			args+=(-object "memory-backend-ram,id=mem$i,size=${nodes[i]}")
			node+=",memdev=mem$i"
		fi
		args+=(-numa "$node")
	done
	if [ -n "$cpuless_node" ]; then
		args+=(-object "memory-backend-ram,id=mem$next,size=$cpuless_node"
			-numa "node,nodeid=$next,memdev=mem$next")
		next=$((next + 1))
	fi
	for ((i = next; i < next + bare_nodes; i++)); do
		args+=(-numa "node,nodeid=$i")
	done
	for i in "${distances[@]}"; do
		IFS=: read -r from to distance <<<"$i"
		args+=(-numa "dist,src=$from,dst=$to,val=$distance")
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
	args+=(-chardev "pipe,id=monitor,path=$1/monitor,logfile=$1/monitor.log"
		-mon "chardev=monitor,mode=readline")
}

# A line to talk over, and the gdbstub, for a host that looks into the guest: see
# witness/. The names of sockets are short.
add_witness()
{
	args+=(-chardev "socket,id=witness,path=$1/line,server=on,wait=off"
		-device "isa-serial,chardev=witness,index=2,irq=5"
		-gdb "unix:$1/gdb,server=on,wait=off")
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
	if [ -n "$one_insn_per_tb" ] || [ "$memory_slots" -gt 0 ]; then
		add_monitor "$out"
	fi
	args+=(-accel "$accel" "${qemu_args[@]}")
	add_memory
	if [ "$mode" = shell ]; then
		append="${append/ignore_loglevel/loglevel=4} quiet"
		args+=(-serial mon:stdio)
	else
		args+=(-serial "file:$out/console" -serial "file:$out/output")
	fi
	[ -z "$sockets" ] || add_witness "$sockets"
	args+=(-kernel "$image/vmlinuz" -initrd "$out/initramfs" -append "$append")
}
