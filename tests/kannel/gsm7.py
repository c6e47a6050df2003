"""The default alphabet of 3GPP TS 23.038 and its extension, written down a second time."""

TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]",
    0x40: "|", 0x65: "€",
}  # fmt: skip
ESCAPE = 0x1B


def decode(octets: bytes) -> str:
    """One septet an octet, as SMPP carries them."""
    text, escaped = [], False
    for octet in octets:
        if escaped:
            text.append(EXTENSION[octet])
        elif octet != ESCAPE:
            text.append(TABLE[octet])
        escaped = octet == ESCAPE and not escaped
    return "".join(text)
