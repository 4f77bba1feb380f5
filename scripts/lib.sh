# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Shared by the host scripts: messages, where things are cached, how a long
# step stays visible. Sourced, never run.

# shellcheck disable=SC2034	# used by those who source this
MYSLAB_TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
MYSLAB_CACHE=${MYSLAB_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/myslab}

# The kernels that figures come from, -lean: see scripts/bench.
# shellcheck disable=SC2034	# used by those who source this
MYSLAB_BENCH_SERIES=(6.1-lean 6.12-lean 7.3-lean)

# The kernels that are tested: a series, -rt for its PREEMPT_RT build, -debug for one
# with the kernel's checkers. Where any would do, the last that is there is taken.
# shellcheck disable=SC2034	# used by those who source this
MYSLAB_SERIES=(7.3 7.3-debug 6.1 6.12-rt 6.12)

say()
{
	printf '%s\n' "myslab: $*"
}

warn()
{
	printf '%s\n' "myslab: $*" >&2
}

die()
{
	warn "$*"
	exit 1
}

have()
{
	command -v "$1" >/dev/null 2>&1
}

# kbuild splits paths at blanks and colons, so such a cache can never work.
cache_init()
{
	case $MYSLAB_CACHE in
	/*) ;;
	*) die "the cache path must be absolute: MYSLAB_CACHE=$MYSLAB_CACHE" ;;
	esac
	case $MYSLAB_CACHE in
	*[[:space:]:]*)
		die "no blank or colon may be in the cache path: MYSLAB_CACHE=$MYSLAB_CACHE" ;;
	esac
	mkdir -p "$MYSLAB_CACHE" || die "cannot create $MYSLAB_CACHE"
}

# One user of a cached thing makes it while the others wait: with_lock NAME CMD...
with_lock()
{
	local name=$1 fd rc=0
	shift
	mkdir -p "$MYSLAB_CACHE/lock"
	exec {fd}>"$MYSLAB_CACHE/lock/$name"
	if ! flock -n "$fd"; then
		warn "waiting for another run that makes $name"
		flock "$fd"
	fi
	"$@" || rc=$?
	exec {fd}>&-
	return $rc
}

# progress WHAT DIR CMD...: run CMD, its output to a log, and say every few
# seconds how long it has taken and how large DIR has grown. The log is shown
# where CMD failed.
progress()
{
	local what=$1 dir=$2 every=${PROGRESS_EVERY:-5}
	local log pid start=$SECONDS rc=0 next=$((SECONDS + every))
	shift 2
	log=$(mktemp)
	"$@" >"$log" 2>&1 </dev/null &
	pid=$!
	while kill -0 $pid 2>/dev/null; do
		sleep 0.2
		if [ $SECONDS -ge $next ]; then
			next=$((SECONDS + every))
			printf '%s\n' "  ... $what: $((SECONDS - start)) s${dir:+, $(du -sm "$dir" 2>/dev/null | cut -f1) MB}"
		fi
	done
	wait $pid || rc=$?
	if [ $rc -ne 0 ]; then
		cat "$log" >&2
	fi
	rm -f "$log"
	return $rc
}

# The directory of a cached kernel (vmlinuz, config, release, headers/), or
# nothing where setup has not fetched it.
kernel_dir()
{
	local dir=$MYSLAB_CACHE/kernel/$1/current
	[ -f "$dir/complete" ] && readlink -f "$dir"
}

kernel_release()
{
	cat "$(kernel_dir "$1")/release"
}

# What to give to make -C for building modules against a cached kernel.
kernel_headers()
{
	local dir
	dir=$(kernel_dir "$1") || return 1
	printf '%s\n' "$dir/headers/usr/src/linux-headers-$(cat "$dir/release")"
}

# 7.3 of 7.3-debug
kernel_base()
{
	printf '%s\n' "${1%%-*}"
}

# No package has it, so that setup builds it.
kernel_is_ours()
{
	case $1 in
	7.3|7.3-*|*-lean) ;;
	*) return 1 ;;
	esac
}

# The directory with the source of a kernel that setup builds: linux.tar.xz, version.
kernel_source()
{
	local dir
	dir=$MYSLAB_CACHE/source/$(kernel_base "$1")/current
	[ -f "$dir/complete" ] && readlink -f "$dir"
}

# The parts of the kernel's own selftests that setup took from its source.
kselftest_dir()
{
	local dir=$MYSLAB_CACHE/kselftest/current
	[ -f "$dir/complete" ] && readlink -f "$dir"
}

# Sources of clients of the kernel's object caches, of that kernel's own source.
clients_dir()
{
	local dir
	dir=$MYSLAB_CACHE/clients/$(kernel_base "$1")/current
	[ -f "$dir/complete" ] && readlink -f "$dir"
}

# Keep the newest N entries of a directory, and what another run may be using, which is
# whatever is of the last three hours: prune DIR N
prune()
{
	local dir=$1 keep=$2 entry
	[ -d "$dir" ] || return 0
	find "$dir" -mindepth 1 -maxdepth 1 ! -type l -printf '%T@ %p\n' |
		sort -rn | tail -n +$((keep + 1)) | cut -d' ' -f2- |
		while read -r entry; do
			[ -n "$(find "$entry" -maxdepth 0 -mmin -180)" ] || rm -rf "$entry"
		done
}
