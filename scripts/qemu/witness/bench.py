# SPDX-License-Identifier: GPL-2.0
"""What a case works with: the client in the guest, one cache, and what is found when
one looks. CPUs 0 and 1 are of node 0, the two others of node 1."""

import time

CACHE = "witnessed"
CPUS_OF = {0: (0, 1), 1: (2, 3)}


class Differs(Exception):
    """What was found is not what the rule says."""


def expect(what, found, wanted):
    if found != wanted:
        raise Differs(f"{what} is {show(found)}, should be {show(wanted)}")


def show(value):
    if isinstance(value, (list, tuple)):
        return "[" + " ".join(show(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{" + " ".join(f"{show(k)}:{show(v)}" for k, v in value.items()) + "}"
    if isinstance(value, int) and value > 1 << 32:
        return f"{value:#x}"
    return str(value)


class Bench:
    def __init__(self, guest, looker):
        self.guest, self.looker = guest, looker
        self.seen = None
        self.numbers = {} # of an object that is out: as what it was taken

    def open(self, size, limit, batchcount, shared, ctor=False):
        self.on(0)
        for name, value in (("limit", limit), ("batchcount", batchcount), ("shared", shared)):
            self.guest.do(f"parameter {name} {value}")
        self.guest.do(f"open {size}{' ctor' if ctor else ''}")
        self.numbers = {}
        self.look()

    def close(self):
        self.guest.do("close")

    def on(self, cpu):
        self.guest.do(f"cpu {cpu}")

    def look(self):
        self.seen = self.looker.look(CACHE)
        return self.seen

    def take(self, count, node=None):
        """The addresses of so many new objects."""
        before = len(self.seen.objects)
        self.guest.do(f"take {count}" + (f" {node}" if node is not None else ""))
        new = self.look().objects[before:]
        self.numbers.update((obj, before + i) for i, obj in enumerate(new))
        return new

    def give(self, *objects):
        """Back they go, in this order."""
        numbers = [self.numbers.pop(obj) for obj in objects]
        while numbers:
            run = 1
            while run < len(numbers) and numbers[run] == numbers[0] + run:
                run += 1
            self.guest.do(f"give {numbers[0]} {run}")
            numbers = numbers[run:]
        return self.look()

    def arm(self, *objects):
        """These, taken one after the other, go back in the middle of the next growth."""
        numbers = [self.numbers.pop(obj) for obj in objects]
        self.guest.do(f"arm {numbers[0]} {len(numbers)}")

    def slab(self, obj):
        return obj & ~(self.seen.slab_bytes - 1)

    def slabs_of(self, objects):
        """Each slab once, in the order in which it first comes up."""
        return list(dict.fromkeys(self.slab(obj) for obj in objects))

    def shrink(self):
        self.guest.do("shrink")
        return self.look()

    def reap(self, turns=1):
        self.guest.do(f"reap {turns}")
        return self.look()

    def tune(self, limit, batchcount, shared):
        self.guest.do(f"tune {CACHE} {limit} {batchcount} {shared}")
        return self.look()

    def online(self, cpu, up):
        self.guest.do(f"online {cpu} {int(up)}")
        return self.look()

    def need_alien(self, node, home):
        """Objects of @home, freed on @node, find an alien array, which is empty."""
        self.on(CPUS_OF[node][0])
        for _ in range(200):
            self.give(*self.take(1, home))
            if home in self.seen.node[node].alien:
                break
        else:
            raise Differs("no alien array was made")
        self.shrink()
        expect("the alien array", self.seen.node[node].alien[home].entry, [])


    def until(self, what, condition):
        """Look again and again until it holds."""
        for _ in range(600):
            if condition():
                return
            time.sleep(0.1)
        raise Differs(f"never so: {what}")


def at(slabs):
    return [s.at for s in slabs]


def used(slabs, address):
    """How many objects of the slab at @address are in use; None: it is not listed."""
    return next((s.used for s in slabs if s.at == address), None)


def free_limit(node, batchcount, num, cpus=None):
    """R9."""
    return (1 + (len(CPUS_OF[node]) if cpus is None else cpus)) * batchcount + num
