"""The strings of sections 6.5 to 6.23, after Markus Kuhn's "UTF-8 decoder capability and stress test"."""
KOSME = "κόσμε".encode()


def hexes(text):
    return [bytes.fromhex(item) for item in text.split()]


def lonely(first, end):
    return b"".join(bytes((byte, 0x20)) for byte in range(first, end))


def non_characters():
    points = [0xfffe, 0xffff]
    points += [plane << 16 | low for plane in range(1, 0x11) for low in (0xfffe, 0xffff)]
    return [chr(point).encode() for point in points]


CUT = hexes("c0 e080 f08080 f8808080 fc80808080 df efbf f7bfbf fbbfbfbf fdbfbfbfbf")
HALVES = (("eda080", "edadbf", "edae80", "edafbf"), ("edb080", "edbfbf"))

# Section, what it is about, strings.
STRINGS = (
    (5, "some valid text", [("hello%sworld" % c).encode() for c in ("$", "¢", "€", "\U00024b62")] + [KOSME]),
    (6, "every prefix of a valid text", [KOSME[:size] for size in range(1, len(KOSME) + 1)]),
    (7, "first sequence of a length", hexes("00 c280 e0a080 f0908080")),
    (8, "first sequence of five and six bytes", hexes("f888808080 fc8480808080")),
    (9, "last sequence of a length", hexes("7f dfbf efbfbf f48fbfbf")),
    (10, "last sequence of four to six bytes of the old form", hexes("f7bfbfbf fbbfbfbfbf fdbfbfbfbfbf")),
    (11, "other boundaries", hexes("ed9fbf ee8080 efbfbd f48fbfbf f4908080")),
    (12, "unexpected continuation bytes",
     hexes("80 bf 80bf 80bf80 80bf80bf 80bf80bf80 80bf80bf80bf") + [bytes(range(0x80, 0xbf))]),
    (13, "lonely start bytes",
     [lonely(*ends) for ends in ((0xc0, 0xdf), (0xe0, 0xef), (0xf0, 0xf7), (0xf8, 0xfb), (0xfc, 0xfd))]),
    (14, "last continuation byte missing", CUT),
    (15, "incomplete sequences joined", [b"".join(CUT)]),
    (16, "impossible bytes", hexes("fe ff fefeffff")),
    (17, "overlong slash", hexes("c0af e080af f08080af f8808080af fc80808080af")),
    (18, "greatest overlong", hexes("c1bf e09fbf f08fbfbf f887bfbfbf fc83bfbfbfbf")),
    (19, "overlong NUL", hexes("c080 e08080 f0808080 f880808080 fc8080808080")),
    (20, "single surrogates", hexes("eda080 edadbf edae80 edafbf edb080 edbe80 edbfbf")),
    (21, "surrogate pairs", hexes(" ".join(high + low for high in HALVES[0] for low in HALVES[1]))),
    (22, "non-characters, which are well-formed", non_characters()),
    (23, "specials", hexes("efbfb9 efbfba efbfbb efbfbc efbfbd efbfbe efbfbf")),
)


def valid(data):
    try:
        data.decode("utf-8", "strict")
    except UnicodeDecodeError:
        return False
    return True
