"""The messages of Arrow's FlightSql.proto that the proofs need, written and read by hand.

A message is given as {field number: value}: an int or bool is a varint, a str, bytes or message is
length-delimited, a list repeats its field, and None leaves it out.
"""

TYPE = "type.googleapis.com/arrow.flight.protocol.sql."


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def encode(fields):
    out = b""
    for number, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            if one is None:
                continue
            if isinstance(one, int):
                out += varint(number << 3) + varint(int(one))
            else:
                data = one.encode() if isinstance(one, str) else bytes(one)
                out += varint(number << 3 | 2) + varint(len(data)) + data
    return out


def decode(data):
    """{field number: the last value}: an int for a varint, bytes for what is length-delimited."""
    data, at, fields = bytes(data), 0, {}

    def number():
        nonlocal at
        result = shift = 0
        while True:
            byte = data[at]
            at += 1
            result |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return result

    while at < len(data):
        tag = number()
        if tag & 7 == 0:
            fields[tag >> 3] = number()
        elif tag & 7 == 2:
            length = number()
            fields[tag >> 3] = data[at : at + length]
            at += length
        else:
            raise ValueError(f"wire type {tag & 7}")
    return fields


def packed(name, fields):
    """The message in a google.protobuf.Any, as commands and actions travel."""
    return encode({1: TYPE + name, 2: encode(fields)})


def unpacked(data, name):
    fields = decode(data)
    if fields[1].decode() != TYPE + name:
        raise ValueError(f"{fields[1]} is not {name}")
    return decode(fields.get(2, b""))
