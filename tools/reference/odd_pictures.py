"""Picture files that Pillow reads but does not write, for images.py and random_images.py."""

import struct
import zlib

import numpy as np

ADAM7 = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]


def png(path, values, depth, interlaced):
    """A PNG as Pillow writes none: any depth of grey, 16-bit colour, interlaced."""
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[values.shape[2]]

    def lines(pixels):
        for row in pixels:
            if depth == 16:
                packed = row.astype(">u2").tobytes()
            else:
                bits = np.unpackbits(row.astype(np.uint8)[:, :, None], axis=2)[:, :, 8 - depth:]
                packed = np.packbits(bits.ravel()).tobytes()
            yield b"\0" + packed

    passes = [values[y::down, x::right] for y, x, down, right in ADAM7] if interlaced else [values]
    data = b"".join(b"".join(lines(part)) for part in passes if part.size)
    height, width = values.shape[:2]

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(
            ">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
                     + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))


def bmp16(path, values, green):
    """A BMP of 16 bits a pixel, five of them green, or six."""
    height, width = values.shape[:2]
    red, greens, blue = (values[:, :, c].astype(int) for c in range(3))
    words = (red >> 3) << (5 + green) | greens >> (8 - green) << 5 | blue >> 3
    rows = np.zeros((height, (width + 1) // 2 * 2), "<u2")
    rows[:, :width] = words[::-1]
    masks = struct.pack("<III", 31 << (5 + green), (1 << green) - 1 << 5, 31)
    data = rows.tobytes()
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 16, 3, len(data), 0, 0, 0, 0)
    start = 14 + len(header) + len(masks)
    path.write_bytes(b"BM" + struct.pack("<IHHI", start + len(data), 0, 0, start) + header + masks + data)


def segments(jpeg):
    """The segments before the scan, each with its marker, and the rest."""
    at, found = 2, []
    while jpeg[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(jpeg[at + 2:at + 4], "big")
        found.append((jpeg[at + 1], bytearray(jpeg[at:end])))
        at = end
    return found, jpeg[at:]


def put_on_screen(path, wider, higher, left, top):
    """Makes the screen of a GIF larger than its first image, which lies somewhere on it."""
    content = bytearray(path.read_bytes())
    width, height = struct.unpack("<HH", content[6:10])
    content[6:10] = struct.pack("<HH", width + wider, height + higher)
    at = content.find(b"\x2c" + bytes(4) + struct.pack("<HH", width, height))
    content[at + 1:at + 5] = struct.pack("<HH", left, top)
    path.write_bytes(bytes(content))
