"""Damage done to the bytes of a file: what a broken transfer, an editor or a bad export leaves."""

from __future__ import annotations

from properties.treated import Chance

PIECES = (
    *(b"~", b"*", b":", b"^", b"\n", b"\r", b"~~", b"\xb2", b"\x00", b"ISA", b"CLM~", b"LX*1~", b"GS*HC*"),
    *(b"CLM*X*1~", b"HL*1**20*1~", b"HL*9*1*22*0~", b"SV1*HC:97110*1*UN*1~", b"ST*837*0001~"),
    *(b"SE*1*0001~", b"GE*1*1~", b"IEA*1*000000101~"),
)
LENGTHS = (1, 1, 1, 2, 5, 40, 300)


def damaged(chance: Chance, source: bytes) -> bytes:
    """The source with one to eight pieces of it deleted, replaced, doubled, moved or cut off."""
    data = bytearray(source)
    for _ in range(chance.one((1, 1, 1, 2, 3, 8))):
        if not data:
            break
        at = chance.number(len(data))
        until = min(len(data), at + chance.one(LENGTHS))
        match chance.number(7):
            case 0:
                del data[at:until]
            case 1:
                data[at:at] = chance.one(PIECES)
            case 2:
                data[at : at + 1] = bytes([chance.number(256)])
            case 3:
                data[at:at] = data[at:until]
            case 4:
                to = chance.number(len(data))
                data[to:to] = data[at:until]
            case 5:
                data[at:until] = chance.one(PIECES)
            case _:
                data[at:] = chance.one((b"", b"IEA*1*000000101~"))
    return bytes(data)
