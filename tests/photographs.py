"""Photos as telephones send them: with the place, the maker and remarks written beside the picture."""

import io

from PIL import Image

SECRETS = (b"GeheimMerk", b"geheime opmerking", b"geheime plek")
"""What the photo says beside its picture."""

GPS_INFO, ORIENTATION, MAKE = 0x8825, 0x0112, 0x010F
TURN_RIGHT = 6
"""The camera was held upright: the picture must be turned a quarter to the right."""


def take_photo(width: int = 800, height: int = 600, *, form: str = "JPEG") -> bytes:
    """A red picture with a blue strip along its upper side, as the camera saw it."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (0, 0, width, height // 4))
    exif = Image.Exif()
    exif[ORIENTATION] = TURN_RIGHT
    exif[MAKE] = "GeheimMerk"
    exif.get_ifd(GPS_INFO).update({1: "N", 2: (52.0, 5.0, 1.0)})
    out = io.BytesIO()
    remarks = {"comment": b"geheime opmerking"} if form == "JPEG" else {}
    picture.save(out, form, exif=exif, xmp=b"<x:xmpmeta>geheime plek</x:xmpmeta>", **remarks)
    return out.getvalue()
