# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Packages: installing tools on the machine, and fetching kernel packages
# without installing them. Sourced by setup after lib.sh.

# Options that point apt at private lists; empty while the machine's own
# configuration offers what is wanted.
apt_private=()

apt_opts()
{
	if [ ${#apt_private[@]} -gt 0 ]; then
		printf '%s\n' "${apt_private[@]}"
	elif [ "$(id -u)" -ne 0 ]; then
		# apt keeps an index of its lists; without a place that we may
		# write it would make that anew for each question
		mkdir -p "$MYSLAB_CACHE/apt/index/archives/partial"
		printf '%s\n' -o "Dir::Cache=$MYSLAB_CACHE/apt/index"
	fi
	# Downloads go to a directory that apt's own user may not write.
	[ "$(id -u)" -ne 0 ] || printf '%s\n' -o APT::Sandbox::User=root
}

apt_run()
{
	local tool=$1 opts
	shift
	mapfile -t opts < <(apt_opts)
	"$tool" "${opts[@]}" "$@"
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif have sudo; then
		sudo "$@"
	else
		die "root is needed for: $* (no sudo here)"
	fi
}

apt_update()
{
	say "updating apt's package lists"
	as_root true
	progress "apt-get update" "" as_root apt-get update ||
		die "apt-get update failed"
}

apt_version()
{
	apt_run apt-cache show --no-all-versions "$1" 2>/dev/null |
		sed -n 's/^Version: //p' | head -n 1 || true
}

apt_updated=
apt_refresh_if_unknown()
{
	local package
	for package in "$@"; do
		if [ -z "$(apt_version "$package")" ] && [ -z "$apt_updated" ]; then
			apt_update
			apt_updated=1
		fi
	done
}

apt_install_once()
{
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y --no-install-recommends "$@"
}

# Old lists name packages that the mirror has dropped since.
apt_install()
{
	apt_install_once "$@" && return
	as_root apt-get update
	apt_install_once "$@"
}

# "linux-image-ABI VERSION" of the newest image of a series whose headers have
# the same version; nothing where there is none.
apt_newest_kernel()
{
	local series=${1%-rt} flavour=amd64 pattern image version
	[ "$series" = "$1" ] || flavour=rt-amd64
	pattern="^linux-image-${series//./\\.}\\.[0-9]+([.0-9]*\\+[a-z0-9]+|-[0-9]+)-$flavour\$"
	for image in $(apt_run apt-cache pkgnames "linux-image-$series." |
			grep -E "$pattern" | sort -rV); do
		version=$(apt_version "$image")
		[ -n "$version" ] || continue
		if [ "$(apt_version "linux-headers-${image#linux-image-}")" = "$version" ]; then
			printf '%s %s\n' "$image" "$version"
			return
		fi
	done
}

# The headers package of an ABI and those that it cannot build without.
apt_headers_closure()
{
	local release=$1 version=$2 name
	printf '%s\n' "linux-headers-$release=$version"
	apt_run apt-cache show --no-all-versions "linux-headers-$release" |
		sed -n 's/^Depends: //p' | tr ',|' '\n' | sed 's/(.*//' |
		grep -oE 'linux-(headers|kbuild)-[^ ]+' | sort -u |
		while read -r name; do
			printf '%s\n' "$name=$(apt_version "$name")"
		done
}

# The URI of a Debian archive as this machine's apt reaches it: apt_uri NAME,
# where NAME is debian or debian-security.
apt_uri()
{
	# shellcheck disable=SC2016	# apt expands it, not the shell
	apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' |
		sort -u | grep -E "/$1/?\$" | head -n 1
}

# Lists of our own in the cache, NAME for each choice of suites: nothing of the
# machine changes.
apt_private_lists()
{
	local dir=$MYSLAB_CACHE/apt/$1
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$dir/parts"
	apt_private=(-o "Dir::State::lists=$dir/lists"
		-o "Dir::Cache=$dir/cache"
		-o "Dir::Etc::sourcelist=$dir/sources.list"
		-o "Dir::Etc::sourceparts=$dir/parts")
}

# apt_read_private NAME "URI SUITE"...
apt_read_private()
{
	local name=$1
	shift
	printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s main\n' \
		"$@" >"$MYSLAB_CACHE/apt/$name/sources.list"
	progress "package lists" "$MYSLAB_CACHE/apt/$name" apt_run apt-get update
}

apt_main_uri()
{
	local main
	main=$(apt_uri debian)
	[ -n "$main" ] || die "this machine's apt has no Debian archive; the kernels come from there"
	printf '%s\n' "$main"
}

apt_use_bookworm()
{
	local main security
	main=$(apt_main_uri) || exit
	# mirrors keep both archives side by side
	security=$(apt_uri debian-security)
	security=${security:-${main%/}-security}
	apt_private_lists bookworm
	say "reading bookworm's package lists into the cache (the machine's apt stays as it is)"
	apt_read_private bookworm "$main bookworm" "$main bookworm-updates" \
		"$main bookworm-backports" "$security bookworm-security" ||
		apt_read_private bookworm "$main bookworm" "$main bookworm-backports" ||
		die "could not read bookworm's package lists"
}

# apt_use_suites NAME SUITE...: those that the archive still has
apt_use_suites()
{
	local name=$1 main suites
	shift
	main=$(apt_main_uri) || exit
	apt_private_lists "$name"
	say "reading the package lists of $* into the cache (the machine's apt stays as it is)"
	suites=("${@/#/$main }")
	apt_read_private "$name" "${suites[@]}" ||
		warn "not all of these lists could be read: $*"
}

# Make sure that a series is on offer: from the machine's apt as it is, else
# after an update, else from lists of our own.
apt_select()
{
	apt_private=()
	[ -z "$(apt_newest_kernel "$1")" ] || [ -n "${update:-}" ] || return 0
	if [ -z "$apt_updated" ]; then
		apt_update
		apt_updated=1
	fi
	[ -z "$(apt_newest_kernel "$1")" ] || return 0
	apt_use_bookworm
}

# apt_fetch DIR PACKAGE=VERSION...: the files of these packages, and no others,
# in DIR. What an interrupted run left half done is fetched again.
apt_fetch()
{
	local dir=$1 rc=0
	shift
	rm -rf "$dir"
	mkdir -p "$dir"
	progress "downloading" "$dir" apt_download "$dir" "$@" || rc=$?
	if [ $rc -ne 0 ] && [ -z "$apt_updated" ] && [ ${#apt_private[@]} -eq 0 ]; then
		# the list was older than the mirror
		apt_update
		apt_updated=1
		rc=0
		progress "downloading" "$dir" apt_download "$dir" "$@" || rc=$?
	fi
	[ $rc -eq 0 ] || die "could not download: $*"
}

apt_download()
{
	local dir=$1
	shift
	(cd "$dir" && apt_run apt-get download "$@")
}
