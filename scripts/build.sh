# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builds for tests, outside the tree and kept under a key of all that goes into
# them: a second run with nothing changed compiles nothing. Sourced after
# lib.sh. Each function prints a directory; messages go to stderr.

# Builds that no run has used lately make room: each is a few MB.
MYSLAB_KEEP_BUILDS=200

# hash_files PATH...: one hash over names and contents, below the top.
hash_files()
{
	(cd "$MYSLAB_TOP" && find "$@" -type f \
		\( -name '*.[chS]' -o -name '*.sh' -o -name 'Kbuild*' \
		-o -name 'Makefile*' -o -name '*.list' -o -name settings \) \
		! -name '*.mod.c' ! -path '*/sim/*' 2>/dev/null | LC_ALL=C sort |
		tr '\n' '\0' | xargs -0 sha256sum) | sha256sum | cut -c1-16
}

key_of()
{
	printf '%s\n' "$@" | sha256sum | cut -c1-16
}

# make with the output hidden unless it fails
quiet_make()
{
	local log=$1
	shift
	# what a calling make exported is not meant for this one
	if ! env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u BUSTED \
			make "$@" >"$log" 2>&1 </dev/null; then
		grep -vE '^ +(CC|LD|AR|MODPOST|BTF)|^make.*(Entering|Leaving)' "$log" |
			tail -n 40 >&2
		warn "a build failed; its log is $log"
		return 1
	fi
}

# made KEY FUNCTION ARGUMENT...: the directory of a build; FUNCTION DIR ARGUMENT...
# makes it where it is not there yet.
made()
{
	local dir=$MYSLAB_CACHE/build/$1
	with_lock "build-${1%-*}" make_once "$dir" "${@:2}" || return 1
	touch "$dir"
	printf '%s\n' "$dir"
}

make_once()
{
	local dir=$1 function=$2
	[ ! -f "$dir/complete" ] || return 0
	rm -rf "$dir"
	mkdir -p "$dir/tree" "$dir/ko"
	"$function" "$dir" "${@:3}" || return 1
	touch "$dir/complete"
	prune "$MYSLAB_CACHE/build" $MYSLAB_KEEP_BUILDS
}

# copy_sources DIR PATH...: of the tree, without what an earlier build left
copy_sources()
{
	local dir=$1
	shift
	(cd "$MYSLAB_TOP" && tar -c --exclude='*.o' --exclude='*.ko' \
		--exclude='*.mod*' --exclude='.*.cmd' "$@") | tar -x -C "$dir"
}

compiler_id()
{
	gcc --version | head -n 1
}

need_kernel()
{
	kernel_dir "$1" >/dev/null ||
		die "no kernel $1 in the cache: run scripts/setup $1"
}

# The module alone: build_module SERIES [BUSTED]
build_module()
{
	local series=$1 busted=${2:-} key
	need_kernel "$series"
	key=$(key_of "$(hash_files module include Kbuild)" "$(kernel_dir "$series")" \
		"$busted" "$(compiler_id)")
	if [ -n "$busted" ]; then
		made "module-$series-busted$busted-$key" make_broken_module "$series" "$busted"
	else
		made "module-$series-$key" make_module "$series"
	fi
}

make_module()
{
	local dir=$1 series=$2
	warn "building the module for $series"
	copy_module "$dir" || return 1
	quiet_make "$dir/log" -C "$(kernel_headers "$series")" M="$dir/tree" \
		-j2 W=1 modules || return 1
	cp "$dir/tree/module/myslab.ko" "$dir/ko/"
}

copy_module()
{
	copy_sources "$1/tree" Kbuild module include
}

# All broken builds of a kernel are made in one tree, one after the other: they differ
# in one file.
make_broken_module()
{
	local dir=$1 series=$2 busted=$3 tree
	tree=$(made "breakable-$series-$(key_of "$(hash_files module include Kbuild)" \
		"$(kernel_dir "$series")" "$(compiler_id)")" copy_module) || return 1
	warn "building the module for $series, BUSTED=$busted"
	with_lock "breakable-$series" make_broken_in "$tree/tree" "$dir" "$series" "$busted"
}

make_broken_in()
{
	local tree=$1 dir=$2 series=$3 busted=$4
	quiet_make "$dir/log" -C "$(kernel_headers "$series")" M="$tree" \
		-j2 W=1 "BUSTED=$busted" modules || return 1
	cp "$tree/module/myslab.ko" "$dir/ko/"
}

# Test kernel modules, against the sound module's symbols: a broken build
# replaces myslab.ko alone.
build_test_modules()
{
	local series=$1 module key
	[ -e "$MYSLAB_TOP/selftests/modules/Kbuild" ] || return 0
	module=$(build_module "$series") || return 1
	key=$(key_of "$(hash_files selftests/modules)" "$module")
	made "test-modules-$series-$key" make_test_modules "$series" "$module"
}

make_test_modules()
{
	local dir=$1 series=$2 module=$3
	warn "building the test modules for $series"
	copy_sources "$dir/tree" include module/compat selftests/modules || return 1
	quiet_make "$dir/log" -C "$(kernel_headers "$series")" \
		M="$dir/tree/selftests/modules" -j2 W=1 \
		KBUILD_EXTRA_SYMBOLS="$module/tree/Module.symvers" modules || return 1
	find "$dir/tree" -name '*.ko' -exec cp -t "$dir/ko" {} +
	# as if its headers were of another version: see test_inline.sh
	objcopy --redefine-sym myslab_inline_v1=myslab_inline_v0 \
		"$dir/ko/myslab_test.ko" "$dir/ko/myslab_test_stale.ko"
}

# Unmodified clients of the kernel's object caches, compiled to be clients of ours:
# build_clients SERIES. Nothing where setup has not fetched their sources.
build_clients()
{
	local series=$1 module sources key
	sources=$(clients_dir "$series") || return 0
	module=$(build_module "$series") || return 1
	key=$(key_of "$(hash_files selftests/clients)" "$module" "$sources")
	made "clients-$series-$key" make_clients "$series" "$module" "$sources"
}

make_clients()
{
	local dir=$1 series=$2 module=$3 sources=$4 tree=$1/tree/selftests/clients
	warn "building unmodified clients for $series"
	copy_sources "$dir/tree" include selftests/clients || return 1
	cp "$sources"/fs/minix/*.[ch] "$sources/lib/test_meminit.c" \
		"$sources/drivers/block/brd.c" "$tree/" || return 1
	quiet_make "$dir/log" -C "$(kernel_headers "$series")" M="$tree" -j2 \
		KBUILD_EXTRA_SYMBOLS="$module/tree/Module.symvers" modules || return 1
	only_ours "$tree/minix.ko" "$tree/meminit.ko" || return 1
	cp "$tree"/*.ko "$dir/ko/"
}

# No call of theirs may reach the kernel's object caches.
only_ours()
{
	local ko undefined
	for ko in "$@"; do
		undefined=$(nm -u "$ko") || return 1
		if grep 'kmem_cache' >&2 <<<"$undefined"; then
			warn "$ko calls the kernel's object caches"
			return 1
		fi
		grep -q myslab_client_alloc <<<"$undefined" ||
			{ warn "$ko calls no cache of ours"; return 1; }
	done
}

# The test programs and scripts, installed with kselftest's runner. They are
# the same for every kernel: static, and free of kernel internals.
build_selftests()
{
	local kselftest key dir
	kselftest=$(kselftest_dir) ||
		die "no kselftest in the cache: run scripts/setup kselftest"
	key=$(key_of "$(hash_files selftests include/uapi)" "$kselftest" "$(compiler_id)")
	dir=$(made "selftests-$key" make_selftests "$kselftest") || return 1
	printf '%s\n' "$dir/install"
}

make_selftests()
{
	local dir=$1 kselftest=$2
	warn "building the test programs"
	copy_sources "$dir/tree" --exclude=selftests/modules \
		--exclude=selftests/sim include selftests || return 1
	quiet_make "$dir/log" -C "$dir/tree/selftests" -j2 KSELFTEST="$kselftest" \
		USERLDFLAGS=-static INSTALL_DIR="$dir/install" install-runner
}

# The tools alone, laid out as the tests are: for a guest that runs no tests,
# without the download that kselftest comes from.
build_tools()
{
	local key dir
	key=$(key_of tools "$(hash_files selftests include/uapi)" "$(compiler_id)")
	dir=$(made "tools-$key" make_tools) || return 1
	printf '%s\n' "$dir/install"
}

make_tools()
{
	local dir=$1
	warn "building the tools"
	copy_sources "$dir/tree" --exclude=selftests/modules \
		--exclude=selftests/sim include selftests || return 1
	mkdir -p "$dir/install/myslab"
	quiet_make "$dir/log" -C "$dir/tree/selftests" KSELFTEST=none \
		USERLDFLAGS=-static TOOLS_DIR="$dir/install/myslab" install-tools
}
