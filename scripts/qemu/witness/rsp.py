# SPDX-License-Identifier: GPL-2.0
"""A guest's memory, read through QEMU's gdbstub: the remote serial protocol, as much
of it as that takes."""

import socket

# Bytes of memory in one packet; QEMU takes packets of 4096 characters.
CHUNK = 1024


class Stopped:
    """The guest, all CPUs stopped, for as long as the with block lasts: QEMU stops it
    when somebody connects and lets it run when they detach."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        self.line = socket.socket(socket.AF_UNIX)
        self.line.settimeout(30)
        self.line.connect(self.path)
        self.input = b""
        self.command("?")
        return self

    def __exit__(self, *why):
        self.command("D")
        self.line.close()

    def byte(self):
        if not self.input:
            self.input = self.line.recv(65536)
            if not self.input:
                raise OSError("the gdbstub hung up")
        first, self.input = self.input[:1], self.input[1:]
        return first

    def packet(self):
        while self.byte() != b"$":
            pass
        body = b""
        while (byte := self.byte()) != b"#":
            body += byte
        self.byte()
        self.byte()
        self.line.sendall(b"+")
        return body.decode()

    def command(self, text):
        """One packet there, one back. That the guest has stopped is told once as the
        answer, and may be told once more when it happens."""
        body = text.encode()
        self.line.sendall(b"$%s#%02x" % (body, sum(body) & 0xff))
        while (answer := self.packet()).startswith("T") and text != "?":
            pass
        return answer

    def read(self, address, length):
        """Bytes at a kernel address, by the page tables of whichever CPU."""
        data = b""
        while len(data) < length:
            now = min(CHUNK, length - len(data))
            answer = self.command(f"m{address + len(data):x},{now:x}")
            if len(answer) != 2 * now:
                raise OSError(f"no memory at {address + len(data):#x}: {answer}")
            data += bytes.fromhex(answer)
        return data

    def number(self, address, size=8):
        return int.from_bytes(self.read(address, size), "little")

    def words(self, address, count):
        data = self.read(address, 8 * count)
        return [int.from_bytes(data[i:i + 8], "little") for i in range(0, len(data), 8)]
