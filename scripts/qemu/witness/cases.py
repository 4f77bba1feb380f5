# SPDX-License-Identifier: GPL-2.0
"""The rules about order. Each case leads the client through a few steps and then holds
what lies in the guest's memory against what selftests/RULES says."""

import time

from bench import at, expect, free_limit, used
from look import NODES

# Four objects in a slab of one page; the array holds one, so that the object before
# it went to its slab.
QUARTER = dict(size=1024, limit=1, batchcount=1, shared=0)
HALF = dict(size=2048, limit=1, batchcount=1, shared=0)
# The ninth free in a row flushes the oldest four; the shared array holds eight.
EIGHTS = dict(size=256, limit=8, batchcount=4, shared=2)


def R4_each_nodes_colours_advance_and_wrap(b):
    b.open(700, 1, 1, 0)
    line = 64
    colours = (b.seen.slab_bytes - b.seen.num * b.seen.size) // line
    expect("colours, enough to tell", colours > 2, True)
    for node in NODES:
        objects = b.take((colours + 2) * b.seen.num, node)
        lowest = [min(o for o in objects if b.slab(o) == s) - s for s in b.slabs_of(objects)]
        expect(f"node {node}: where objects begin", lowest,
               [(1 + k) % colours * line for k in range(colours + 2)])


def four_slabs(b):
    b.open(**QUARTER)
    o = b.take(16)
    expect("objects in a slab", b.seen.num, 4)
    slabs = b.slabs_of(o)
    expect("slabs", len(slabs), 4)
    expect("full", sorted(at(b.seen.node[0].full)), sorted(slabs))
    return o, slabs


def R12_partial_before_free_before_new(b):
    o, slabs = four_slabs(b)
    b.give(o[4], o[5], o[6], o[7], o[0], o[8])
    node = b.seen.node[0]
    expect("partial", at(node.partial), [slabs[0]])
    expect("free", at(node.free), [slabs[1]])
    expect("taken from the array, then partial, then free",
           [b.slab(obj) for obj in b.take(3)], [slabs[2], slabs[0], slabs[1]])
    expect("free", b.seen.node[0].free, [])
    b.take(3)
    expect("slabs", len(b.seen.slabs()), 4)
    b.take(1)
    expect("slabs once all are full", len(b.seen.slabs()), 5)


def R12_shared_gives_its_newest(b):
    b.open(**EIGHTS)
    o = b.take(20)
    b.give(*o[:17])
    expect("this CPU's array", b.seen.cpu[0].entry, o[12:17])
    expect("shared", b.seen.node[0].shared.entry, o[:8])
    expect("shared is touched", b.seen.node[0].shared.touched, 0)
    expect("five of the array", b.take(5), o[16:11:-1])
    expect("the next", b.take(1), [o[7]])
    expect("this CPU's array", b.seen.cpu[0].entry, o[4:7])
    expect("shared", b.seen.node[0].shared.entry, o[:4])
    expect("shared is touched", b.seen.node[0].shared.touched, 1)


def R13_taken_from_is_at_the_head_of_partial_then_full(b):
    o, slabs = four_slabs(b)
    b.give(o[0], o[4], o[1], o[5], o[8])
    expect("partial", at(b.seen.node[0].partial), slabs[:2])
    b.take(2)
    expect("partial", at(b.seen.node[0].partial), slabs[:2])
    expect("used in the first", b.seen.node[0].partial[0].used, 3)
    b.take(1)
    expect("partial", at(b.seen.node[0].partial), [slabs[1]])
    expect("used in the one that gave all", used(b.seen.node[0].full, slabs[0]), 4)


def R13_from_free_to_the_head_of_partial(b):
    o, slabs = four_slabs(b)
    b.give(o[4], o[5], o[6], o[7], o[8])
    expect("free", at(b.seen.node[0].free), [slabs[1]])
    b.take(2)
    expect("partial", at(b.seen.node[0].partial), [slabs[1]])
    expect("free", b.seen.node[0].free, [])


def R14_an_unused_new_slab_is_at_the_tail_of_free(b):
    b.open(ctor=True, **HALF)
    o = b.take(4)
    slabs = b.slabs_of(o)
    b.arm(*o[:3]) # in the growth: slab 0 is free, o[2] parked
    expect("the object", b.take(1), [o[2]])
    free = at(b.seen.node[0].free)
    expect("slabs free", len(free), 2)
    expect("the head of free", free[0], slabs[0])
    expect("its tail is new", free[1] in slabs, False)


def R14_a_new_slab_serves_before_it_is_linked(b):
    b.open(256, 6, 3, 0)
    got = b.take(1)
    slab = b.slab(got[0])
    expect("partial", at(b.seen.node[0].partial), [slab])
    expect("used", b.seen.node[0].partial[0].used, 3)
    expect("the array: ascending, the third handed out",
           b.seen.cpu[0].entry, [got[0] - 2 * b.seen.size, got[0] - b.seen.size])


def R11_sixteen_where_untouched_else_a_batch(b):
    b.open(32, 120, 60, 0)
    b.take(1)
    expect("the array after the first refill", len(b.seen.cpu[0].entry), 15)
    b.take(16)
    expect("and after the next", len(b.seen.cpu[0].entry), 59)


def R18_the_oldest_batch_leaves_for_shared(b):
    b.open(**EIGHTS)
    o = b.take(16)
    b.shrink()
    b.give(*o[:9])
    expect("shared", b.seen.node[0].shared.entry, o[:4])
    expect("this CPU's array", b.seen.cpu[0].entry, o[4:9])


def R18_as_many_as_shared_has_room_for(b):
    b.open(256, 40, 20, 1)
    o = b.take(100)
    b.shrink()
    b.give(*o[:41])
    expect("shared", b.seen.node[0].shared.entry, o[:20])
    b.on(1)
    expect("another CPU's first refill, newest first", b.take(16), o[19:3:-1])
    b.on(0)
    b.give(*o[41:61])
    expect("shared", b.seen.node[0].shared.entry, o[:4] + o[20:36])
    expect("this CPU's array", b.seen.cpu[0].entry, o[36:61])


def R18_to_the_slabs_where_shared_is_full(b):
    b.open(256, 4, 4, 1)
    o = b.take(16)
    b.shrink()
    b.give(*o[:8])
    expect("shared", b.seen.node[0].shared.entry, o[:4])
    before = {s.at: s.used for s in b.seen.slabs()}
    b.give(o[8])
    expect("shared", b.seen.node[0].shared.entry, o[:4])
    expect("this CPU's array", b.seen.cpu[0].entry, [o[8]])
    for obj in o[4:8]:
        before[b.slab(obj)] -= 1
    expect("used in each slab", {s.at: s.used for s in b.seen.slabs()}, before)


def R19_a_freed_to_slab_is_at_the_tail_of_partial(b):
    o, slabs = four_slabs(b)
    b.give(o[0], o[4], o[8], o[12])
    expect("partial", at(b.seen.node[0].partial), slabs[:3])
    b.give(o[1], o[13])
    expect("partial", at(b.seen.node[0].partial), [slabs[1], slabs[2], slabs[3], slabs[0]])


def R19_an_emptied_slab_is_at_the_head_of_free(b):
    b.open(**HALF)
    o = b.take(8)
    slabs = b.slabs_of(o)
    b.give(*o[:5])
    expect("free", at(b.seen.node[0].free), [slabs[1], slabs[0]])


def free_by_rule(slabs, objects, limit, num):
    """R18-R20 for an array of one: what is on free, and free in all, at the end."""
    free, emptied, count = dict.fromkeys(slabs, 0), [], 0
    for obj in objects[:-1]: # the last one stays parked
        slab = obj & ~(4096 - 1)
        free[slab] += 1
        count += 1
        if free[slab] == num:
            emptied.insert(0, slab)
        while count > limit and emptied:
            emptied.pop()
            count -= num
    return emptied, count


def check_free_limit(b, cpus, batchcount=1):
    node = b.seen.node[0]
    limit = free_limit(0, batchcount, b.seen.num, cpus)
    expect("free_limit", node.free_limit, limit)
    b.shrink()
    o = b.take(20)
    b.give(*o)
    emptied, count = free_by_rule(b.slabs_of(o), o, limit, b.seen.num)
    expect("free", at(b.seen.node[0].free), emptied)
    expect("objects free on the lists",
           sum(b.seen.num - s.used for s in b.seen.node[0].free + b.seen.node[0].partial), count)
    b.shrink()


def R9_R20_free_limit_and_the_tail_of_free(b):
    b.open(**HALF)
    check_free_limit(b, cpus=2)


def R9_R31_free_limit_follows_the_cpus(b):
    b.open(**HALF)
    try:
        b.online(1, False)
        check_free_limit(b, cpus=1)
    finally:
        b.online(1, True)
    check_free_limit(b, cpus=2)


def R20_the_tail_of_free_goes(b):
    b.open(**HALF)
    limit = free_limit(0, 1, b.seen.num)
    o = b.take(2 * limit)
    slabs = b.slabs_of(o)
    b.give(*o[:limit + 1])
    before = at(b.seen.node[0].free)
    expect("free, up to its limit", before, slabs[limit // 2 - 1::-1])
    b.give(o[limit + 1])
    expect("free, beyond it", at(b.seen.node[0].free), [slabs[limit // 2]] + before[:-1])


def R17_aliens_wait_then_go_home(b):
    b.open(1024, 8, 4, 1)
    b.need_alien(0, 1)
    o = b.take(13, 1)
    b.give(*o[:12])
    expect("alien array", b.seen.node[0].alien[1].entry, o[:12])
    expect("at home", b.seen.node[1].shared.entry, [])
    before = {s.at: s.used for part in b.seen.node[1].lists() for s in part}
    b.give(o[12])
    expect("alien array", b.seen.node[0].alien[1].entry, [o[12]])
    home = b.seen.node[1]
    # the shared array holds four
    expect("shared at home", home.shared.entry, o[8:12])
    for obj in o[:8]:
        before[b.slab(obj)] -= 1
    expect("used in each slab", {s.at: s.used for part in home.lists() for s in part}, before)


def R25_a_fifth_of_the_oldest_leaves(b):
    b.open(256, 20, 10, 0)
    o = b.take(18)
    b.shrink()
    b.give(o[0])
    expect("taken again", b.take(1), [o[0]])
    b.give(*o)
    expect("this CPU's array", b.seen.cpu[0].entry, o)
    expect("touched", b.seen.cpu[0].touched, 1)
    # the first turn only sees that it was used; then (20 + 4) / 5, then half of what is there
    for oldest in (0, 4, 8, 12, 16, 17, 18):
        b.reap()
        expect("this CPU's array", b.seen.cpu[0].entry, o[oldest:])
        expect("touched", b.seen.cpu[0].touched, 0)


def R25_one_foreign_node_a_turn(b):
    b.open(1024, 4, 2, 2)
    b.need_alien(0, 1)
    o = b.take(3, 1)
    b.give(*o)
    expect("alien array", b.seen.node[0].alien[1].entry, o)
    for _ in NODES:
        b.reap()
    expect("alien array", b.seen.node[0].alien[1].entry, [])


def R26_shared_by_the_same_rule(b):
    b.open(256, 4, 3, 7)
    o = b.take(32)
    b.shrink()
    b.give(*o[:20])
    expect("shared", b.seen.node[0].shared.entry, o[:18])
    # its limit is 21: (21 + 4) / 5 at a time, then half of what is there
    for oldest in (5, 10, 15, 17, 18):
        b.reap()
        expect("shared", b.seen.node[0].shared.entry, o[oldest:18])


def R26_a_fifth_of_free_from_its_tail(b):
    b.open(2048, 20, 20, 0)
    num, limit = b.seen.num, free_limit(0, 20, b.seen.num)
    expect("free_limit", b.seen.node[0].free_limit, limit)
    b.give(*b.take(60))
    b.tune(20, 20, 0)  # nothing is parked any more
    b.reap()  # the stock was needed since it was made: this clears the note
    share = -(-limit // (5 * num))
    before = at(b.seen.node[0].free)
    expect("enough are free to tell", len(before) > 2 * share, True)
    while before:
        before = before[:-share]
        b.reap()
        expect("free", at(b.seen.node[0].free), before)


def R12_R26_free_touched_saves_the_slabs_once(b):
    b.open(**HALF)
    o = b.take(4)
    slabs = b.slabs_of(o)
    b.give(*o)
    expect("free_touched", b.seen.node[0].free_touched, False)
    expect("free", at(b.seen.node[0].free), [slabs[0]])
    b.give(*b.take(3))  # the parked one, one of partial, one of free
    expect("free_touched", b.seen.node[0].free_touched, True)
    expect("free", at(b.seen.node[0].free), [slabs[1]])
    b.reap()
    expect("free_touched", b.seen.node[0].free_touched, False)
    expect("free, saved by the note", at(b.seen.node[0].free), [slabs[1]])
    b.reap()  # what was parked empties slab 0, and the tail goes
    expect("free", at(b.seen.node[0].free), [slabs[0]])


def R27_shrink_leaves_nothing(b):
    b.open(**EIGHTS)
    b.need_alien(0, 1)
    far = b.take(3, 1)
    b.give(*far)
    for cpu in range(4):
        b.on(cpu)
        b.give(*b.take(17))
    parked = sum(len(a.entry) for a in b.seen.arrays())
    expect("something is parked", parked > 20, True)
    b.shrink()
    expect("parked", [a.entry for a in b.seen.arrays() if a.entry], [])
    expect("slabs", b.seen.slabs(), [])


def R9_R30_tuning_renews_every_array_and_the_limit(b):
    b.open(256, 12, 6, 2)
    for cpu in range(4):
        b.on(cpu)
        b.give(*b.take(20))
    before = {a.at for a in b.seen.cpu} | {n.shared.at for n in b.seen.node}
    b.tune(5, 2, 1)
    expect("limits", [a.limit for a in b.seen.cpu], [5] * 4)
    expect("batches", [a.batchcount for a in b.seen.cpu], [2] * 4)
    expect("shared limits", [n.shared.limit for n in b.seen.node], [2] * 2)
    expect("arrays that stayed", [a.at for a in b.seen.arrays() if a.at in before], [])
    expect("parked", [a.entry for a in b.seen.arrays() if a.entry], [])
    expect("free_limit", [n.free_limit for n in b.seen.node],
           [free_limit(node, 2, b.seen.num) for node in NODES])


def R31_a_dead_cpus_array_went_to_the_slabs(b):
    b.open(**EIGHTS)
    o = b.take(8)
    b.on(1)
    b.give(*o)
    expect("its array", b.seen.cpu[1].entry, o)
    b.on(0)
    try:
        b.online(1, False)
        parked = {obj for a in b.seen.arrays() if a is not b.seen.cpu[1] for obj in a.entry}
        expect("parked elsewhere", parked & set(o), set())
        expect("in its own", b.seen.cpu[1].entry if b.seen.cpu[1] else [], [])
    finally:
        b.online(1, True)
    expect("its array, back", b.seen.cpu[1].limit, 8)


# The last ones: they load the module anew, with its reaper.


def R24_a_cpu_that_is_awake_reaps_by_itself(b):
    b.guest.do("reload reap=1")
    timers, _ = b.looker.reapers()
    expect("deferrable", [t.deferrable for t in timers], [True] * 4)
    expect("of the CPU", [t.cpu for t in timers], [0, 1, 2, 3])
    b.open(**EIGHTS)
    o = {}
    for cpu in (0, 2):
        b.on(cpu)
        o[cpu] = b.take(8)
        b.give(*o[cpu])
    b.guest.do("busy 0 2")
    for cpu in o:
        b.until(f"CPU {cpu} gave some back", lambda: len(b.look().cpu[cpu].entry) <= 6)
        left = b.seen.cpu[cpu].entry
        expect("those that stayed, the newest", left, o[cpu][8 - len(left):])


def held_for_long(b):
    _, owner = b.looker.reapers()
    time.sleep(0.3)
    return owner and b.looker.reapers()[1] == owner


def R24_a_turn_passes_while_caches_change(b):
    b.open(**EIGHTS)
    b.on(3)
    b.give(*b.take(8))
    b.guest.do("hog 3")
    try:
        b.on(0)
        b.guest.do("behind shrink")  # which waits for CPU 3, and holds the mutex
        b.until("the mutex is held, not just for a moment", lambda: held_for_long(b))
        b.guest.do("busy 0")
        timers, owner = b.looker.reapers()
        b.until("CPU 0 awaits its next turn", lambda: b.looker.reapers()[0][0].pending and
                b.looker.reapers()[0][0].expires != timers[0].expires)
        expect("who holds the mutex", b.looker.reapers()[1], owner)
    finally:
        b.guest.do("unhog")
        b.guest.do("busy")


CASES = [case for name, case in list(globals().items()) if name.startswith("R") and callable(case)]
