# SPDX-License-Identifier: GPL-2.0
#
# What a user types. The module is built by the kernel's own kbuild (see
# Kbuild and module/Kbuild); everything longer than a line is in scripts/.

.DEFAULT_GOAL := module

# The kernel to build for: KDIR=, else the running one's headers, else the
# newest that scripts/setup has cached. Expanded only where it is needed.
KDIR ?= $(shell scripts/kdir)

# For install; a packager sets DESTDIR, and nothing outside it is touched.
DESTDIR ?=

# BUSTED=n builds a module that is broken on purpose (see selftests/busted.list).
export BUSTED

.PHONY: module install uninstall clean help demo shell test test-long test-builds rules busted \
	bench bench-sweep bench-queues hotpath check setup need-kdir

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | \
		awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'
	@echo
	@echo "Variables: KDIR=headers  W=1  C=1  BUSTED=n  DESTDIR=dir  MYSLAB_CACHE=dir"

setup: ## install tools; fetch or build kernels, headers and kselftest into a cache
	scripts/setup

need-kdir:
	@test -e "$(KDIR)/Makefile" || { \
		echo "make: no kernel headers found: run scripts/setup, or give KDIR=" >&2; \
		exit 1; }

module: need-kdir ## module/myslab.ko, for KDIR= or this kernel or a cached one
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

install: module ## the module, its headers and Module.symvers (DESTDIR=)
	KDIR=$(KDIR) DESTDIR=$(DESTDIR) scripts/install

uninstall: need-kdir ## take away what install put there
	KDIR=$(KDIR) DESTDIR=$(DESTDIR) scripts/install --remove

clean: ## remove what a build left in this tree
	@if [ -e "$(KDIR)/Makefile" ]; then \
		$(MAKE) -s -C $(KDIR) M=$(CURDIR) clean; fi
	@$(MAKE) -s -C selftests clean >/dev/null 2>&1 || true
	@rm -f Module.symvers modules.order

demo: ## boot a 6.12 kernel under QEMU and compare both allocators
	scripts/demo

shell: ## a busybox shell in a 6.12 guest with the module loaded
	scripts/setup tools 6.12
	scripts/qemu/run --shell 6.12

test: ## every test: userspace simulation, guests, broken builds
	scripts/test

test-long: ## the same with more operations and rounds
	scripts/test --long

test-builds: ## the module for kernels that no guest runs, clang and arm64
	scripts/test-builds

rules: ## SLAB's rules R1 to R37 and A1 on, each with its verdict in the latest make test
	@scripts/rules

busted: ## only the broken builds: each must fail in the test named for it
	scripts/test --busted-only

bench: ## every case on both allocators, counted in instructions; ratios and targets
	scripts/setup bench 6.12 kselftest
	scripts/bench

bench-sweep: ## cost against burst, object size, live objects and CPUs
	scripts/setup bench 6.12 kselftest
	scripts/bench --sweep

bench-queues: ## what the arrays of caches take, on 4 to 64 CPUs of 1 to 8 nodes
	scripts/setup tools 6.12 kselftest
	scripts/bench queues

hotpath: ## the machine code of the hit path, held to a budget
	scripts/hotpath

check: ## warnings, sparse, checkpatch, kernel-doc, shellcheck, own rules
	scripts/check
