# SPDX-License-Identifier: GPL-2.0
"""The guest's side of the talk: lines over a serial port, one answer to each command."""

import socket
import time


class Refused(Exception):
    """The guest could not do what it was told."""


class Guest:
    def __init__(self, path):
        self.line = socket.socket(socket.AF_UNIX)
        for _ in range(300): # QEMU makes the socket a moment after it is started
            try:
                self.line.connect(path)
                break
            except OSError:
                time.sleep(0.1)
        self.symbols = {}  # kernel addresses by name, as the guest sends them
        self.file = self.line.makefile("r", encoding="ascii", errors="replace")

    def hear(self):
        text = self.file.readline()
        if not text:
            raise EOFError("the guest is gone")
        return text.strip()

    def say(self, text):
        self.line.sendall(text.encode() + b"\n")

    def answer(self):
        """The next line that is not an address, of which each is noted."""
        while (words := (text := self.hear()).split())[:1] == ["symbol"]:
            self.symbols[words[1]] = int(words[2], 16)
        return text

    def begin(self):
        while self.answer() != "begin":
            pass

    def do(self, command):
        self.say(command)
        answer = self.answer()
        if answer != "done":
            raise Refused(f"{command}: {answer}")

    def end(self):
        """What QEMU has not passed on is lost when we hang up: wait for an answer."""
        self.say("end")
        try:
            self.hear()
        except EOFError:
            pass
