"""Makes our own picture of a photo as it was sent: upright, smaller, and without all that it said beside it.

A photo of a telephone says where and when it was taken, with what, and sometimes by whom (EXIF, XMP, IPTC,
comments). Only the pixels are taken over, into a new picture.
"""

import io
import struct
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps

MOST_PIXELS = 50_000_000
"""Pixels a photo may claim to have: those of the largest telephones; decoded some 150 MB."""

LONGEST_SIDE = 1600
"""Pixels of the longest side of what is kept: enough to look at on a screen, and to print as a postcard."""

MIME = "image/jpeg"

_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 85

Image.MAX_IMAGE_PIXELS = None  # Pillow's own limit only warns; ours is looked at before anything is decoded


class PictureError(Exception):
    """A photo cannot be used; the message is one sentence, without anything from the photo."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of our own making: JPEG, its sides in pixels."""

    data: bytes
    width: int
    height: int


def clean_picture(data: bytes) -> Picture:
    """Take over the pixels of a JPEG, PNG or WebP, and nothing else. Raises PictureError."""
    try:
        # Of broken EXIF Pillow warns, and reads what it can.
        with (
            warnings.catch_warnings(action="ignore"),
            Image.open(io.BytesIO(data), formats=_FORMATS) as sent,
        ):
            _check_size(sent)
            sent.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded at no more than it needs
            return _redraw(sent)
    except PictureError:
        raise
    except Exception as error:  # noqa: BLE001 - decoders of broken files raise whatever they stumble over
        raise PictureError(f"This photo cannot be read ({type(error).__name__}).") from None


def _check_size(sent: Image.Image) -> None:
    """Refuse what a small file only claims to be; nothing is decoded yet."""
    if sent.width * sent.height > MOST_PIXELS:
        raise PictureError(f"This photo has more than {MOST_PIXELS // 1_000_000} million pixels.")


def _redraw(sent: Image.Image) -> Picture:
    upright = _turn_upright(sent)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn = Image.new("RGB", upright.size, "white")  # a new picture holds nothing but what is pasted
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        drawn.paste(upright, mask=upright.getchannel("A"))
    else:
        drawn.paste(upright.convert("RGB"))
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return Picture(out.getvalue(), drawn.width, drawn.height)


def _turn_upright(sent: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(sent)
    except (ValueError, TypeError, KeyError, SyntaxError, struct.error):
        sent.load()  # pixels that cannot be read are another matter: this raises again
        return sent  # what the camera wrote beside the picture is broken, not the picture
