"""Links that restore a screen: the page as path, and one parameter with the state's document, packed and checked."""

from __future__ import annotations

import base64
import binascii
import zlib
from functools import lru_cache

from models.documents import DOCUMENT, measure
from models.errors import Refused
from ui.menu import path
from ui.state.document import Restored, from_toml, to_toml
from ui.state.state import FIRST_PAGE, State, with_page

PARAMETER = "s"
LARGEST = DOCUMENT.size  # bytes of a document; a link that unpacks to more is not one of ours
DAMAGED = "the link is damaged: a part is missing or was changed; copy it again, whole"
LONGEST = 48_000  # characters of the parameter: servers and browsers take addresses of about 64,000


@lru_cache(maxsize=32)
def pack(state: State) -> str:
    """The parameter's value: a checksum and the compressed document, in letters that need no escaping in a link.

    The page is left out: it is the link's path. Raises `Refused` for a screen that holds more than a link can.
    """
    document = to_toml(with_page(state, FIRST_PAGE))
    measure(document)
    text = sealed(document.encode())
    if len(text) > LONGEST:
        raise Refused(
            f"a screen whose link has {len(text):,} characters is refused: at most {LONGEST:,} can be opened again; "
            "drop a kept run or a list of values"
        )
    return text


def linked(state: State) -> State:
    """The state, once a link can hold it. Raises `Refused`."""
    pack(state)
    return state


def sealed(document: bytes) -> str:
    """Compressed behind a checksum, in letters that need no escaping in a link."""
    packed = zlib.compress(document, 9, wbits=-15)
    return _letters(zlib.crc32(packed).to_bytes(4, "big") + packed)


def _letters(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def opened(text: str) -> bytes:
    """The compressed document in a parameter's value, once it is whole. Raises `Refused` where it is damaged."""
    if len(text) > LONGEST:
        raise Refused(f"a link of {len(text):,} characters is refused: at most {LONGEST:,} are read")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Refused(DAMAGED) from None
    check, packed = raw[:4], raw[4:]
    if _letters(raw) != text or len(check) < 4 or zlib.crc32(packed).to_bytes(4, "big") != check:
        raise Refused(DAMAGED)
    return packed


def unpack(text: str) -> Restored:
    """The state of a parameter's value. Raises `Refused` where the link is damaged."""
    try:
        restored = from_toml(unsealed(text).decode())
    except UnicodeDecodeError:
        raise Refused(DAMAGED) from None
    linked(restored.state)
    return restored


def unsealed(text: str) -> bytes:
    """What `sealed` was given. Raises `Refused` where it is damaged or larger than is read."""
    opener = zlib.decompressobj(wbits=-15)
    try:
        document = opener.decompress(opened(text), LARGEST)
    except zlib.error:
        raise Refused(DAMAGED) from None
    if not opener.eof:
        raise Refused(DAMAGED)
    return document


def link(state: State, base: str = "") -> str:
    """The whole link under a base address that ends in a slash."""
    return f"{base}{path(state.view.page)}?{PARAMETER}={pack(state)}"
