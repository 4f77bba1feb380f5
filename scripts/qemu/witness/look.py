# SPDX-License-Identifier: GPL-2.0
"""What a stopped guest has of one cache: every slab on every list, every entry of every
array, in order. Nothing here asks the module."""

from dataclasses import dataclass, field

from rsp import Stopped

NODES = (0, 1)
CPUS = (0, 1, 2, 3)
CPUS_A_NODE = 2
PAGE = 4096
# No list of these cases is longer: a loop in one would end here.
LONGEST = 10000
ACTIVE_MASK = 0xffff
# Of the kernel's own structures: timer_list.flags, and the low bits of mutex.owner.
TIMER_DEFERRABLE, TIMER_CPUMASK = 0x80000, 0x3ffff
MUTEX_FLAGS = 7


class Broken(Exception):
    """What was found cannot be: a list that is no list, an object in two places."""


@dataclass
class Array:
    at: int
    entry: list
    limit: int
    batchcount: int
    touched: int


@dataclass
class Slab:
    at: int  # address of its memory
    used: int  # objects that are not free in it


@dataclass
class Node:
    partial: list
    full: list
    free: list
    shared: Array
    alien: dict
    free_limit: int
    free_objects: int
    free_touched: bool

    def lists(self):
        return self.partial, self.full, self.free


@dataclass
class Snapshot:
    num: int
    size: int
    slab_bytes: int
    node: list
    cpu: list
    objects: list = field(default_factory=list) # the client's, as it took them
    out: set = field(default_factory=set) # those that it has not given back

    def homes(self):
        """Each array and the node that its objects are of."""
        for cpu, array in enumerate(self.cpu):
            if array:
                yield array, cpu // CPUS_A_NODE
        for n, node in enumerate(self.node):
            if node.shared:
                yield node.shared, n
            for home, array in node.alien.items():
                yield array, home

    def arrays(self):
        return [array for array, _ in self.homes()]

    def slabs(self):
        return [s for n in self.node for part in n.lists() for s in part]

    def validate(self):
        """R35, and that each object is in one place."""
        parked = [obj for a in self.arrays() for obj in a.entry]
        if len(set(parked)) != len(parked):
            raise Broken("an object is parked twice")
        if self.out.intersection(parked):
            raise Broken("an object is parked and with the client")
        for n, node in enumerate(self.node):
            for least, most, part in ((1, self.num - 1, node.partial),
                                      (self.num, self.num, node.full), (0, 0, node.free)):
                for slab in part:
                    if not least <= slab.used <= most:
                        raise Broken(f"node {n}: a slab with {slab.used} used on the wrong list")
            free = sum(self.num - s.used for s in node.partial + node.free)
            if free != node.free_objects:
                raise Broken(f"node {n}: {free} objects free, {node.free_objects} counted")
            slabs = {slab.at for part in node.lists() for slab in part}
            for array, home in self.homes():
                if home == n and any(obj & -self.slab_bytes not in slabs for obj in array.entry):
                    raise Broken(f"an array of node {n}'s objects holds one that is not")
        used = sum(s.used for s in self.slabs())
        if used != len(parked) + len(self.out):
            raise Broken(f"{used} objects used in slabs, {len(parked)} parked, {len(self.out)} out")


@dataclass
class Reaper:
    pending: bool
    deferrable: bool
    cpu: int
    expires: int


class Looker:
    def __init__(self, gdb_path, shape, symbols):
        self.gdb_path, self.shape, self.symbols = gdb_path, shape, symbols

    def field(self, g, struct, at, name, size=8):
        return g.number(at + self.shape.at(struct, name), size)

    def walk(self, g, head):
        """The addresses of a list's entries; each must point back."""
        entries, last, at = [], head, g.number(head)
        while at != head:
            if g.number(at + 8) != last or len(entries) == LONGEST:
                raise Broken(f"the list at {head:#x} is broken after {len(entries)} entries")
            entries.append(at)
            last, at = at, g.number(at)
        if g.number(head + 8) != last:
            raise Broken(f"the list at {head:#x} does not end at its end")
        return entries

    def memory_of(self, g, page):
        index = (page - g.number(self.symbols["vmemmap_base"])) // self.shape.sizes["page"]
        return g.number(self.symbols["page_offset_base"]) + index * PAGE

    def slabs(self, g, head):
        slabs = []
        for entry in self.walk(g, head):
            page = entry - self.shape.at("myslab_slab", "list")
            slabs.append(Slab(self.memory_of(g, page),
                              self.field(g, "myslab_slab", page, "state") & ACTIVE_MASK))
        return slabs

    def array(self, g, at):
        if not at:
            return None
        get = lambda name: self.field(g, "myslab_array", at, name, 4)
        entries = g.words(at + self.shape.at("myslab_array", "entry"), get("avail"))
        return Array(at, entries, get("limit"), get("batchcount"), int(get("low") != 0xffffffff))

    def aliens(self, g, at):
        pointers = g.words(self.field(g, "myslab_node", at, "alien"), len(NODES))
        return {home: self.array(g, p + self.shape.at("myslab_alien", "array"))
                for home, p in enumerate(pointers) if p}

    def node(self, g, at):
        head = lambda name: at + self.shape.at("myslab_node", name)
        return Node(partial=self.slabs(g, head("partial")), full=self.slabs(g, head("full")),
                    free=self.slabs(g, head("free")),
                    shared=self.array(g, self.field(g, "myslab_node", at, "shared")),
                    alien=self.aliens(g, at),
                    free_limit=self.field(g, "myslab_node", at, "free_limit"),
                    free_objects=self.field(g, "myslab_node", at, "free_objects"),
                    free_touched=bool(self.field(g, "myslab_node", at, "free_touched", 1)))

    def cpu_array(self, g, cache, cpu):
        base = g.number(self.symbols["__per_cpu_offset"] + 8 * cpu)
        at = base + self.field(g, "myslab_cache", cache, "cpu") & (1 << 64) - 1
        return self.array(g, self.field(g, "myslab_cpu", at, "array"))

    def find(self, g, name):
        for entry in self.walk(g, self.symbols["caches"]):
            cache = entry - self.shape.at("myslab_cache", "registered")
            text = g.read(cache + self.shape.at("myslab_cache", "name"), 128)
            if text.split(b"\0")[0] == name.encode():
                return cache
        raise Broken(f"there is no cache {name}")

    def client(self, g, snap):
        taken = g.number(self.symbols["witness_taken"], 4)
        snap.objects = g.words(self.symbols["witness_object"], taken)
        out = g.read(self.symbols["witness_out"], taken)
        snap.out = {obj for obj, flag in zip(snap.objects, out) if flag}

    def reaper(self, g, cpu):
        base = g.number(self.symbols["__per_cpu_offset"] + 8 * cpu)
        work = base + self.symbols["reapers"] + self.shape.at("reaper", "work") & (1 << 64) - 1
        timer = work + self.shape.at("delayed_work", "timer")
        flags = self.field(g, "timer_list", timer, "flags", 4)
        return Reaper(pending=g.number(timer + self.shape.at("timer_list", "entry") + 8) != 0,
                      deferrable=bool(flags & TIMER_DEFERRABLE), cpu=flags & TIMER_CPUMASK,
                      expires=self.field(g, "timer_list", timer, "expires"))

    def reapers(self):
        """The timer of each CPU's reaper, and who holds the caches' mutex: 0, nobody."""
        with Stopped(self.gdb_path) as g:
            owner = g.number(self.symbols["caches_mutex"]) & ~MUTEX_FLAGS
            return [self.reaper(g, cpu) for cpu in CPUS], owner

    def look(self, name):
        with Stopped(self.gdb_path) as g:
            cache = self.find(g, name)
            layout = cache + self.shape.at("myslab_cache", "layout")
            nodes = g.words(cache + self.shape.at("myslab_cache", "node"), len(NODES))
            order = self.field(g, "myslab_layout", layout, "order", 2)
            snap = Snapshot(num=self.field(g, "myslab_layout", layout, "num", 4),
                            size=self.field(g, "myslab_layout", layout, "size", 4),
                            slab_bytes=PAGE << order,
                            node=[self.node(g, at) for at in nodes],
                            cpu=[self.cpu_array(g, cache, cpu) for cpu in CPUS])
            self.client(g, snap)
        snap.validate()
        return snap
