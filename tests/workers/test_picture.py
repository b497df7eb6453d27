"""Our own picture of a photo: upright, no larger than needed, and silent about all but what is seen."""

import io
import struct
import zlib

import pytest
from PIL import Image

from photographs import SECRETS, take_photo
from workers.picture import LONGEST_SIDE, PictureError, clean_picture


def _open(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_only_the_pixels_are_taken_over(form: str) -> None:
    """Place, maker and remarks are in what was sent, and in nothing of ours."""
    sent = take_photo(form=form)
    picture = clean_picture(sent)

    said = [secret for secret in SECRETS if secret in sent]
    assert said == list(SECRETS if form == "JPEG" else (SECRETS[0], SECRETS[2]))
    assert [secret for secret in SECRETS if secret in picture.data] == []
    with _open(picture.data) as ours:
        assert ours.format == "JPEG"
        assert len(ours.getexif()) == 0
        assert set(ours.info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_a_photo_is_turned_upright() -> None:
    """The strip that was at the top of the sensor is at the right once the picture is turned."""
    picture = clean_picture(take_photo(800, 600))

    assert (picture.width, picture.height) == (600, 800)
    with _open(picture.data) as ours:
        right, left = ours.getpixel((590, 400)), ours.getpixel((10, 400))
    assert isinstance(right, tuple)
    assert isinstance(left, tuple)
    assert [value > 128 for value in right] == [False, False, True]
    assert [value > 128 for value in left] == [True, False, False]


def test_a_large_photo_becomes_smaller_and_a_small_one_stays() -> None:
    """The longest side is bounded; nothing is blown up."""
    large, small = clean_picture(take_photo(4000, 3000)), clean_picture(take_photo(40, 30))

    assert (large.width, large.height) == (LONGEST_SIDE * 3 // 4, LONGEST_SIDE)
    assert (small.width, small.height) == (30, 40)


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "1", "I;16", "CMYK", "LA"])
def test_every_kind_of_pixel(mode: str) -> None:
    """Grey, palette, transparent, printed: all become plain pictures; what is seen through is white."""
    out = io.BytesIO()
    drawn = Image.new(mode, (20, 20))
    drawn.save(out, "JPEG" if mode == "CMYK" else "PNG")
    picture = clean_picture(out.getvalue())

    with _open(picture.data) as ours:
        assert (ours.mode, ours.size) == ("RGB", (20, 20))
        if mode in ("RGBA", "LA"):
            assert ours.getpixel((5, 5)) == (255, 255, 255)


def test_broken_remarks_do_not_break_the_picture() -> None:
    """A photo whose EXIF is garbage is still a photo."""
    sent = take_photo()
    start = sent.index(b"Exif\0\0") + 6
    picture = clean_picture(sent[:start] + b"MM\0*" + b"\xff" * 40 + sent[start + 44 :])

    assert (picture.width, picture.height) == (800, 600)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"OggS" + bytes(1000), id="sound"),
        pytest.param(b"GIF89a" + bytes(1000), id="a kind we do not read"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="a drawing"),
        pytest.param(b"\xff\xd8\xff\xe0" + bytes(1000), id="only a beginning"),
        pytest.param(take_photo()[:3000], id="cut short"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", b"x"), id="a broken head"),
    ],
)
def test_what_is_no_photo_is_said_so(data: bytes) -> None:
    """One error for all, in a sentence that repeats nothing."""
    with pytest.raises(PictureError, match=r"^This photo cannot be read \(\w+\)\.$"):
        clean_picture(data)


def test_a_bomb_is_not_opened() -> None:
    """Some bytes that claim to be billions of pixels are refused before anything is decoded."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(10_000))
    bomb = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")

    with pytest.raises(PictureError, match="more than 50 million pixels"):
        clean_picture(bomb)
