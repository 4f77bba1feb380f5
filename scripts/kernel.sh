# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Kernels that no package has: built from Debian's linux-source package with a
# configuration of our own, once for each version, configuration and compiler.
# Sourced by setup after lib.sh and apt.sh.

# What each is made of: fragments in qemu/configs, over tinyconfig.
kernel_fragments()
{
	local name
	case $1 in
	*-debug) set -- small debug ;;
	6.1-lean) set -- small lean voluntary slub ;;
	6.*-lean) set -- small lean voluntary ;;
	*-lean) set -- small lean ;;
	*) set -- small ;;
	esac
	for name in "$@"; do
		printf '%s\n' "$MYSLAB_TOP/scripts/qemu/configs/$name.config"
	done
}

# A comment in a fragment is no reason to build again.
fragment_options()
{
	sed -nE '/^CONFIG_|^# CONFIG_[A-Z0-9_]+ is not set$/p' "$@"
}

# The directory of a series' build: a hash of all that goes into it.
kernel_build_name()
{
	local series=$1 version=$2 fragments
	mapfile -t fragments < <(kernel_fragments "$series")
	printf '%s-%s\n' "$version" "$({
		printf '%s\n' "$version"
		fragment_options "${fragments[@]}"
		gcc --version | head -n 1
	} | sha256sum | cut -c1-12)"
}

# A newer suite offers the source of a series: the machine's own lists are asked
# first, then backports, then what Debian has not released.
source_package()
{
	local package=linux-source-$1
	# shellcheck disable=SC2034	# apt.sh's
	apt_private=()
	if [ -z "$(apt_version "$package")" ]; then
		apt_use_suites backports bookworm-backports trixie-backports
	fi
	if [ -z "$(apt_version "$package")" ]; then
		apt_use_suites newer bookworm-backports trixie-backports forky sid
	fi
	if [ -z "$(apt_version "$package")" ]; then
		package=$(apt_run apt-cache pkgnames linux-source- |
			grep -E '^linux-source-[0-9]+\.[0-9]+$' | sort -V | tail -n 1)
		warn "no linux-source-$1 is offered any more; taking ${package:-none}"
	fi
	source_name=$package
}

fetch_source()
{
	local base=$1 version final new downloads source_name
	say "kernel $base: looking for its source"
	source_package "$base"
	version=$(apt_version "${source_name:?no linux-source package is offered}")
	[ -n "$version" ] || die "apt does not offer $source_name"
	final=$MYSLAB_CACHE/source/$base/$version
	if [ ! -f "$final/complete" ]; then
		say "kernel $base: fetching $source_name $version"
		downloads=$MYSLAB_CACHE/download/$source_name-newer
		new=$MYSLAB_CACHE/source/$base/.new
		rm -rf "$new"
		mkdir -p "$new"
		apt_fetch "$downloads" "$source_name=$version"
		dpkg-deb --fsys-tarfile "$(echo "$downloads"/*.deb)" |
			tar -xO --wildcards './usr/src/linux-source-*.tar.xz' \
				>"$new/linux.tar.xz" ||
			die "could not unpack the package in $downloads"
		printf '%s\n' "$version" >"$new/version"
		touch "$new/complete"
		rm -rf "$final" "$downloads"
		mv "$new" "$final"
	fi
	ln -sfn "$version" "$MYSLAB_CACHE/source/$base/current"
}

# Options that were asked for and did not stick are worth an error: a kernel that
# lacks a checker passes too easily.
config_sticks()
{
	local config=$1 option want lost=0
	shift
	# the last fragment that names an option decides
	while read -r option want; do
		if [ "$want" = "# $option is not set" ]; then
			! grep -q "^$option=" "$config" || { warn "did not stick: $want"; lost=1; }
		elif ! grep -qxF -- "$want" "$config"; then
			warn "did not stick: $want"
			lost=1
		fi
	done < <(fragment_options "$@" | awk '
		{ option = $1 == "#" ? $2 : substr($1, 1, index($1, "=") - 1) }
		!(option in want) { order[++n] = option }
		{ want[option] = $0 }
		END { for (i = 1; i <= n; i++) print order[i], want[order[i]] }')
	return $lost
}

kernel_make()
{
	local work=$1
	shift
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -C "$work/src" O="$work/obj" \
		KBUILD_BUILD_USER=myslab KBUILD_BUILD_HOST=myslab "$@"
}

configure_kernel()
{
	local work=$1 fragments
	mapfile -t fragments < <(kernel_fragments "$2")
	mkdir -p "$work/obj"
	kernel_make "$work" tinyconfig || return 1
	(cd "$work/obj" && "$work/src/scripts/kconfig/merge_config.sh" \
		-m .config "${fragments[@]}") || return 1
	kernel_make "$work" olddefconfig || return 1
	config_sticks "$work/obj/.config" "${fragments[@]}"
}

unpack_source()
{
	mkdir -p "$2/src"
	tar -xf "$1/linux.tar.xz" -C "$2/src" --strip-components=1
}

# What a module is built with: the kernel says what that is, but for 6.1 only within
# the scripts of its packages.
install_headers()
{
	local work=$1 headers=$2
	if [ -e "$work/src/scripts/package/install-extmod-build" ]; then
		# shellcheck disable=SC2016	# make expands it, not the shell
		kernel_make "$work" run-command KBUILD_RUN_COMMAND='$(srctree)/scripts/package/install-extmod-build '"$headers"
		return
	fi
	(cd "$work/src" && find Makefile Kbuild include scripts arch/x86/include \
		arch/x86/Makefile* arch/x86/Kbuild tools/objtool/Makefile ! -type d -print0 |
		cpio -0pdm --quiet "$headers") || return 1
	(cd "$work/obj" && find Module.symvers include scripts arch/x86/include tools/objtool/objtool \
		! -type d ! -name '*.o' ! -name '.*.cmd' -print0 2>/dev/null |
		cpio -0pdmu --quiet "$headers")
}

# The same places as a packaged kernel has, and besides the modules that were
# built along and vmlinux, for its symbols.
install_kernel()
{
	local work=$1 new=$2 release headers
	release=$(cat "$work/obj/include/config/kernel.release") || return 1
	headers=$new/headers/usr/src/linux-headers-$release
	mkdir -p "$headers" "$new/ko"
	cp "$work/obj/arch/x86/boot/bzImage" "$new/vmlinuz" || return 1
	cp "$work/obj/vmlinux" "$new/vmlinux" || return 1
	cp "$work/obj/.config" "$new/config" || return 1
	find "$work/obj" -name '*.ko' -exec cp -t "$new/ko" {} +
	install_headers "$work" "$headers" || return 1
	cp "$work/obj/.config" "$headers/.config"
	printf '%s\n' "$release" >"$new/release"
}

build_kernel()
{
	local series=$1 source=$2 name=$3
	local new=$MYSLAB_CACHE/kernel/$series/.new work=$MYSLAB_CACHE/kernel/$series/.work
	rm -rf "$new" "$work"
	mkdir -p "$new" "$work"
	progress "unpacking" "$work" unpack_source "$source" "$work" ||
		die "could not unpack $source/linux.tar.xz"
	progress "configuring" "" configure_kernel "$work" "$series" ||
		die "kernel $series: the source does not take our configuration"
	say "kernel $series: building it, once; some ten minutes on two CPUs"
	PROGRESS_EVERY=30 progress "building $series" "$work/obj" \
		kernel_make "$work" -j"$(nproc)" bzImage modules ||
		die "kernel $series: could not build it"
	install_kernel "$work" "$new" >"$work/install.log" 2>&1 ||
		die "kernel $series: could not take it over; see $work/install.log"
	printf '%s\n' "$name" >"$new/version"
	touch "$new/complete"
	rm -rf "$work" "${MYSLAB_CACHE:?}/kernel/$series/$name"
	mv "$new" "$MYSLAB_CACHE/kernel/$series/$name"
}

make_kernel()
{
	local series=$1 base name source
	base=$(kernel_base "$series")
	if [ -n "${update:-}" ] || ! kernel_source "$base" >/dev/null; then
		with_lock "source-$base" fetch_source "$base"
	fi
	source=$(kernel_source "$base")
	name=$(kernel_build_name "$series" "$(cat "$source/version")")
	[ -f "$MYSLAB_CACHE/kernel/$series/$name/complete" ] ||
		build_kernel "$series" "$source" "$name"
	ln -sfn "$name" "$MYSLAB_CACHE/kernel/$series/current"
	prune "$MYSLAB_CACHE/kernel/$series" 3
}

# Whether the kernel that is in the cache is the one that would be built now.
kernel_is_built()
{
	local dir source
	dir=$(kernel_dir "$1") && source=$(kernel_source "$1") &&
		[ "$(basename "$dir")" = \
			"$(kernel_build_name "$1" "$(cat "$source/version")")" ]
}

setup_built_kernel()
{
	if [ -n "${update:-}" ] || ! kernel_is_built "$1"; then
		setup_tools
		with_lock "kernel-$1" make_kernel "$1"
	fi
	say "kernel $1: $(kernel_release "$1") ready"
}
