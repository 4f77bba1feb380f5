# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2154	# args, out, name, nonce and others are run's
#
# Runs QEMU in the background and tells, line by line, what the guest reports.
# Sourced by run.

qemu_pid=
tail_pid=
witness_pid=

stop_qemu()
{
	[ -z "$tail_pid" ] || kill "$tail_pid" 2>/dev/null || :
	[ -z "$qemu_pid" ] || kill "$qemu_pid" 2>/dev/null || :
	[ -z "$witness_pid" ] || kill "$witness_pid" 2>/dev/null || :
	rm -rf "$out/initramfs" ${sockets:+"$sockets"}
}

# A test ends: how long it took, by the host's clock, is shown and kept in OUT/times.
test_started=0
time_of_test()
{
	took=$((SECONDS - test_started))
	printf '%4d %s\n' "$took" "${1##*: }" >>"$out/times"
}

# Which lines of the output a person wants to see while it runs.
show_line()
{
	local line=$1 took
	case $line in
	'# selftests: '*) test_started=$SECONDS ;;
	'not ok '*|'ok '*) time_of_test "$line" ;;
	esac
	if [ -n "$verbose" ] || [ "$mode" = command ]; then
		case $line in
		'# guest: '*) ;;
		*) printf '%s\n' "$line" ;;
		esac
		return
	fi
	case $line in
	'# guest: '*begin:*) printf '%s\n' "[$name] up: ${line#*begin: }" ;;
	'# selftests: '*) printf '%s\n' "[$name] ${line##*: } ..." ;;
	'# # progress'*) printf '%s\n' "[$name]   ${line#\# \# progress}" ;;
	'not ok '*|'ok '*) printf '%s\n' "[$name] ${line/selftests: myslab: /} ($took s)" ;;
	'# not ok '*) printf '%s\n' "[$name]   ${line#\# }" ;;
	esac
}

# A silent test still shows that it lives.
heartbeat()
{
	printf '%s\n' "[$name]   ... $((SECONDS - started)) s; last: $(tail -n 1 "$out/output" | tr -d '\r' | cut -c1-100)"
}

# The guest waits a moment after this line: see init.
switch_to_one_insn()
{
	one_insn_command >"$out/monitor.in"
	printf '%s\n' "[$name] from here each instruction is a translation block"
}

# plug ID NODE SIZE: a DIMM of so many MiB appears on a node
host_plug()
{
	printf '%s\n' "object_add memory-backend-ram,id=dimm-mem-$1,size=$3M" \
		"device_add pc-dimm,id=dimm-$1,memdev=dimm-mem-$1,node=$2" >"$out/monitor.in"
	printf '%s\n' "[$name] plugged $3 MiB into node $2"
}

# What a line of the guest may have the host do: these verbs, with arguments of these
# forms, and nothing of the line beyond them reaches QEMU's monitor.
host_does()
{
	local plug='# host: plug ([a-z0-9]{1,16}) ([0-9]) ([0-9]{2,4})$'
	if [ "$memory_slots" -gt 0 ] && [[ $1 =~ $plug ]]; then
		host_plug "${BASH_REMATCH[@]:1}"
	else
		warn "$name: the guest asks for what the host does not do: $1"
	fi
}

follow()
{
	local line rc
	while :; do
		rc=0
		IFS= read -r -t 20 line || rc=$?
		if [ $rc -eq 0 ]; then
			case $line in
			"# guest: $nonce begin:"*)
				[ -z "$one_insn_per_tb" ] || switch_to_one_insn ;;
			*'# host: '*) host_does "${line%$'\r'}" ;;
			esac
			show_line "${line%$'\r'}"
		elif [ $rc -gt 128 ]; then
			heartbeat
		else
			break
		fi
	done
}

# A command on a terminal may draw over its own line, so its output passes as it
# comes; the guest's own lines are not for people.
follow_terminal()
{
	local chunk rc
	shopt -s extglob
	while :; do
		rc=0
		IFS= read -r -d $'\r' -t 0.2 chunk || rc=$?
		[ $rc -ne 0 ] || chunk+=$'\r'
		printf '%s' "${chunk//'# guest: '*([!$'\n'])$'\n'/}"
		[ $rc -ne 1 ] || break
	done
}

# Emulated CPUs that rewrite their own code at boot trip over it once in some hundred
# boots. Such a guest dies before its init runs, so nothing of ours was in it.
died_at_boot()
{
	! grep -q "^# guest: $nonce begin:" "$out/output" &&
		grep -q 'Kernel panic' "$out/console" && [ ! -e "$out/timeout" ]
}

# Later the kernel rewrites its code too. What had failed by then has failed.
tripped()
{
	[ ! -e "$out/timeout" ] && ! grep -aq '^\(# \)*not ok ' "$out/output" && awk -f "$here/tripped.awk" "$out/console"
}

boot_and_watch()
{
	local again why
	watch_one_boot "$1"
	for again in 1 2; do
		if died_at_boot; then
			why='the kernel died before its init'
		elif tripped; then
			why="the emulator ran a breakpoint that is not in memory (see $here/tripped.awk)"
		else
			break
		fi
		cp "$out/console" "$out/console.died-$again"
		say "$name: $why: booting again ($again of 2)"
		watch_one_boot "$1"
	done
	rm -f "$out"/monitor.*
}

watch_one_boot()
{
	local limit=$1 deadline=$((SECONDS + $1)) fifo=$out/fifo
	: >"$out/output"
	: >"$out/times"
	trap 'stop_qemu; exit 130' INT TERM HUP
	trap stop_qemu EXIT
	qemu-system-x86_64 "${args[@]}" >"$out/qemu" 2>&1 </dev/null &
	qemu_pid=$!
	if [ -n "$sockets" ]; then
		python3 -B "$here/witness" "$sockets/line" "$sockets/gdb" "$ko" \
			>"$out/witness" 2>&1 &
		witness_pid=$!
	fi
	rm -f "$fifo"
	mkfifo "$fifo"
	# ends by itself, a little after QEMU
	tail -n +1 -s 0.3 -f "--pid=$qemu_pid" "$out/output" >"$fifo" &
	tail_pid=$!
	if [ -n "$terminal" ]; then
		follow_terminal <"$fifo" &
	else
		follow <"$fifo" &
	fi
	while kill -0 "$qemu_pid" 2>/dev/null; do
		if [ $SECONDS -ge $deadline ]; then
			warn "$name: no end after $limit s, stopping the guest"
			echo "timeout after $limit s" >"$out/timeout"
			kill "$qemu_pid"
		fi
		sleep 0.3
	done
	wait "$qemu_pid" || echo "qemu exited with $?" >>"$out/qemu"
	wait
	qemu_pid='' tail_pid='' witness_pid=''
	rm -f "$fifo"
	if [ -s "$out/qemu" ]; then
		cat "$out/qemu" >&2
	fi
}
