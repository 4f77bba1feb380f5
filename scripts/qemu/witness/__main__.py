# SPDX-License-Identifier: GPL-2.0
"""witness SERIAL GDB KO: leads the client in a guest (selftests/witness_lists.sh) through
the cases and tells the guest, which reports them as its results, how each ended.

SERIAL and GDB are sockets of QEMU's, KO the module that the guest runs."""

import sys
import traceback

from bench import Bench, Differs
from cases import CASES
from guest import Guest, Refused
from look import Broken, Looker
from shape import Shape

NEEDED = {"caches", "caches_mutex", "reapers", "witness_object", "witness_out", "witness_taken",
          "__per_cpu_offset", "page_offset_base", "vmemmap_base"}


def judge(bench, case):
    """What is wrong; nothing: None."""
    wrong = None
    try:
        case(bench)
    except (Differs, Broken, Refused) as why:
        wrong = str(why)
    try:
        bench.close()
    except Refused as why:
        wrong = wrong or str(why)
    return wrong


def run(guest, gdb, ko):
    """All cases, and how many failed."""
    guest.begin()
    guest.say(f"plan {len(CASES)}")
    if missing := NEEDED - guest.symbols.keys():
        raise Broken(f"no address of {' '.join(sorted(missing))}")
    bench, failed = Bench(guest, Looker(gdb, Shape(ko), guest.symbols)), 0
    for case in CASES:
        wrong = judge(bench, case)
        if wrong:
            failed += 1
            guest.say(f"note {wrong[:300]}")
        guest.say(f"{'not' if wrong else 'ok'} {case.__name__}")
        print(f"{'not ok' if wrong else 'ok'} {case.__name__}{': ' + wrong if wrong else ''}",
              flush=True)
    return failed


def main(serial, gdb, ko):
    guest = Guest(serial)
    try:
        failed = run(guest, gdb, ko)
    except EOFError as why:
        sys.exit(f"witness: {why}")
    except Exception as why:  # the guest waits: results that are missing are failures
        guest.say(f"note the witness ends: {str(why)[:200]}")
        traceback.print_exc()
        failed = 1
    guest.end()
    return failed > 0


sys.exit(main(*sys.argv[1:]))
