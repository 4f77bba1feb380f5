# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Builds for tests, outside the tree and kept under a key of all that goes into
# them: a second run with nothing changed compiles nothing. Sourced after
# lib.sh. Each function prints a directory; messages go to stderr.

# Builds that no run has used lately make room: each is a few MB.
MYSLAB_KEEP_BUILDS=60

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
		cat "$log" >&2
		warn "a build failed; its log is $log"
		return 1
	fi
}

# The module alone, in tree/: build_module SERIES [BUSTED]
build_module()
{
	local series=$1 busted=${2:-} headers key dir
	headers=$(kernel_headers "$series") ||
		die "no kernel $series in the cache: run scripts/setup $series"
	key=$(key_of module "$(hash_files module include Kbuild)" \
		"$(cat "$(kernel_dir "$series")/version")" "$busted" \
		"$(gcc --version | head -n 1)")
	dir=$MYSLAB_CACHE/build/module-$series${busted:+-busted$busted}-$key
	if [ ! -f "$dir/complete" ]; then
		warn "building the module for $series${busted:+, BUSTED=$busted}"
		rm -rf "$dir"
		mkdir -p "$dir/tree" "$dir/ko"
		(cd "$MYSLAB_TOP" && tar -c --exclude='*.o' --exclude='*.ko' \
			--exclude='*.mod*' --exclude='.*.cmd' \
			Kbuild module include) | tar -x -C "$dir/tree" || return 1
		quiet_make "$dir/log" -C "$headers" M="$dir/tree" -j2 W=1 \
			${busted:+BUSTED=$busted} modules || return 1
		cp "$dir/tree/module/myslab.ko" "$dir/ko/" || return 1
		touch "$dir/complete"
		prune "$MYSLAB_CACHE/build" $MYSLAB_KEEP_BUILDS
	fi
	touch "$dir"
	printf '%s\n' "$dir"
}

# Test kernel modules, against the sound module's symbols: a broken build
# replaces myslab.ko alone.
build_test_modules()
{
	local series=$1 module key dir
	[ -e "$MYSLAB_TOP/selftests/modules/Kbuild" ] || return 0
	module=$(build_module "$series") || return 1
	key=$(key_of modules "$(hash_files selftests/modules)" "$module")
	dir=$MYSLAB_CACHE/build/test-modules-$series-$key
	if [ ! -f "$dir/complete" ]; then
		warn "building the test modules for $series"
		rm -rf "$dir"
		mkdir -p "$dir/tree/selftests" "$dir/ko"
		(cd "$MYSLAB_TOP" && tar -c --exclude='*.o' --exclude='*.ko' \
			--exclude='*.mod*' --exclude='.*.cmd' \
			include selftests/modules) | tar -x -C "$dir/tree" || return 1
		quiet_make "$dir/log" -C "$(kernel_headers "$series")" \
			M="$dir/tree/selftests/modules" -j2 W=1 \
			KBUILD_EXTRA_SYMBOLS="$module/tree/Module.symvers" \
			modules || return 1
		find "$dir/tree" -name '*.ko' -exec cp -t "$dir/ko" {} +
		touch "$dir/complete"
	fi
	touch "$dir"
	printf '%s\n' "$dir"
}

# The test programs and scripts, installed with kselftest's runner. They are
# the same for every kernel: static, and free of kernel internals.
build_selftests()
{
	local kselftest key dir
	kselftest=$(kselftest_dir) ||
		die "no kselftest in the cache: run scripts/setup kselftest"
	key=$(key_of "$(hash_files selftests include/uapi)" "$kselftest" \
		"$(gcc --version | head -n 1)")
	dir=$MYSLAB_CACHE/build/selftests-$key
	if [ ! -f "$dir/complete" ]; then
		warn "building the test programs"
		rm -rf "$dir"
		mkdir -p "$dir/tree"
		(cd "$MYSLAB_TOP" && tar -c --exclude=selftests/modules \
			--exclude=selftests/sim include selftests) |
			tar -x -C "$dir/tree" || return 1
		quiet_make "$dir/log" -C "$dir/tree/selftests" -j2 \
			KSELFTEST="$kselftest" USERLDFLAGS=-static \
			INSTALL_DIR="$dir/install" install-runner || return 1
		touch "$dir/complete"
	fi
	touch "$dir"
	printf '%s\n' "$dir/install"
}
