# SPDX-License-Identifier: GPL-2.0
"""Where the fields of the module's structures lie: asked of the debug information of
the very myslab.ko that the guest loads."""

import re
import subprocess

STRUCTS = ("myslab_cache", "myslab_node", "myslab_cpu", "myslab_array", "myslab_alien",
           "myslab_layout", "myslab_slab", "reaper", "delayed_work", "timer_list", "page")

# "	unsigned int   name[4];   /*   120     8 */"
FIELD = re.compile(r"\W(\w+)(?:\[\d*\])*;\s+/\*\s+(\d+)\s+\d+\s+\*/")
SIZE = re.compile(r"/\* size: (\d+)")


class Shape:
    def __init__(self, ko):
        self.offsets, self.sizes = {}, {}
        for struct in STRUCTS:
            text = subprocess.run(["pahole", "-F", "dwarf", "-C", struct, ko], check=True,
                                  capture_output=True, text=True).stdout
            self.offsets[struct] = {m[1]: int(m[2]) for m in FIELD.finditer(text)}
            self.sizes[struct] = int(SIZE.search(text)[1])

    def at(self, struct, field):
        return self.offsets[struct][field]
