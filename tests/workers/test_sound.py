"""Opening voice notes: every form that phones send, and files made to break or fill a worker."""

import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from workers.sound import SAMPLE_RATE, Samples, TooLongSoundError, UnreadableSoundError, read_samples, sniff

Encode = Callable[[Samples, str, str, int], bytes]


def hum(seconds: float, rate: int) -> Samples:
    """Make a hum of 440 Hz at half strength."""
    return (np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * 440 / rate) / 2).astype(np.float32)


FORMS = [
    pytest.param("ogg", "libopus", 48_000, "audio/ogg", id="Telegram's OGG with Opus"),
    pytest.param("mp3", "libmp3lame", 44_100, "audio/mpeg", id="MP3"),
    pytest.param("mp4", "aac", 44_100, "audio/mp4", id="M4A of an iPhone"),
    pytest.param("fragments", "aac", 44_100, "audio/mp4", id="MP4 in fragments, as browsers record"),
    pytest.param("3gp", "aac", 44_100, "audio/mp4", id="3GP"),
    pytest.param("adts", "aac", 44_100, "audio/aac", id="bare AAC"),
    pytest.param("webm", "libopus", 48_000, "audio/webm", id="WebM of a browser"),
    pytest.param("matroska", "libopus", 48_000, "audio/x-matroska", id="Matroska"),
    pytest.param("wav", "pcm_s16le", 44_100, "audio/wav", id="WAV"),
    pytest.param("amr", "libopencore_amrnb", 8_000, "audio/amr", id="AMR of an old phone"),
]


@pytest.mark.parametrize(("container", "codec", "rate", "mime"), FORMS)
def test_every_form_of_voice_note_is_known_and_heard(
    encode: Encode, container: str, codec: str, rate: int, mime: str
) -> None:
    """Two seconds of hum come out as two seconds of 16 kHz mono that still hum at 440 Hz."""
    data = encode(hum(2, rate), container, codec, rate)

    samples = read_samples(data)

    assert sniff(data) == mime
    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert len(samples) == pytest.approx(2 * SAMPLE_RATE, rel=0.05)
    assert np.abs(samples).max() <= 1.0
    middle = samples[SAMPLE_RATE // 2 : SAMPLE_RATE * 3 // 2]
    assert np.abs(np.fft.rfft(middle)).argmax() == pytest.approx(440, abs=3)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"Dit is geen geluid maar tekst.", id="text named .ogg"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(500), id="a picture"),
        pytest.param(b"#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n", id="a playlist that names a file"),
        pytest.param(b"OggS", id="four bytes of OGG"),
        pytest.param(b"OggS" + bytes(100), id="an OGG page of zeros"),
        pytest.param(b"ID3" + bytes(100), id="tags of an MP3 without sound"),
        pytest.param(b"\xff\xfb" + bytes(300), id="one header of an MP3"),
        pytest.param(b"\xff\xf1" + bytes(300), id="one header of AAC"),
        pytest.param(b"#!AMR\n", id="AMR without frames"),
        pytest.param(b"RIFF\xff\xff\xff\xffWAVE", id="WAV without a format"),
        pytest.param(b"\x00\x00\x00\x10ftypM4A \x00\x00\x00\x00", id="M4A without sound"),
        pytest.param(b"\x1aE\xdf\xa3" + bytes(50), id="WebM without anything"),
    ],
)
def test_what_is_no_sound_is_refused_in_one_sentence(data: bytes) -> None:
    """Whatever FFmpeg makes of it, the caller sees one kind of error and one sentence."""
    with pytest.raises(UnreadableSoundError, match=r"^[A-Z][^.]+\.$"):
        read_samples(data)


@pytest.mark.parametrize("name", ["leeg.ogg", "kapot.ogg"])
def test_empty_and_broken_files_are_refused(voice: Path, name: str) -> None:
    """A file of no bytes, and one with a good first page and junk behind it."""
    with pytest.raises(UnreadableSoundError):
        read_samples((voice / name).read_bytes())


def test_a_video_without_sound_is_refused(encode: Encode) -> None:
    """PyAV's own answer to a file without an audio stream is a bare IndexError."""
    data = encode(hum(1, 44_100), "mp4", "aac", 44_100).replace(b"soun", b"vide")

    with pytest.raises(UnreadableSoundError, match="no sound in this file"):
        read_samples(data)


def test_a_file_that_breaks_off_gives_what_is_there(voice: Path) -> None:
    """Half a file is half a story, which is worth more than none."""
    data = (voice / "verhaal.ogg").read_bytes()

    whole, half = read_samples(data), read_samples(data[: len(data) // 2])

    assert len(half) == pytest.approx(len(whole) / 2, rel=0.2)


@pytest.mark.parametrize(("container", "codec", "rate", "mime"), FORMS)
def test_damage_never_raises_anything_else(
    encode: Encode, container: str, codec: str, rate: int, mime: str
) -> None:
    """Files with damage at fixed places are heard in part or refused, nothing else."""
    data = encode(hum(2, rate), container, codec, rate)
    assert sniff(data) == mime
    for seed in range(12):
        chance = np.random.default_rng(seed)
        damaged = bytearray(data)
        for place in chance.integers(12, len(data), 5 + seed * 10):
            damaged[place] = chance.integers(256)
        try:
            heard = read_samples(bytes(damaged))
        except (UnreadableSoundError, TooLongSoundError):
            continue
        assert np.isfinite(heard).all()


def test_a_damaged_middle_does_not_lose_the_rest(encode: Encode) -> None:
    """Junk in the middle of an AMR costs that moment and no more."""
    data = bytearray(encode(hum(10, 8_000), "amr", "libopencore_amrnb", 8_000))
    middle = len(data) // 2
    data[middle : middle + 40] = b"\xff" * 40

    assert len(read_samples(bytes(data))) > 9 * SAMPLE_RATE


def test_a_file_that_ends_in_half_a_frame_is_heard(encode: Encode) -> None:
    """The header of a last frame without that frame: FFmpeg gives up there, and so do we, with the rest."""
    data = encode(hum(2, 44_100), "adts", "aac", 44_100) + b"\xff\xf1\x50\x80\x00\x1f\xfc"

    assert len(read_samples(data)) == pytest.approx(2 * SAMPLE_RATE, rel=0.05)


def test_a_change_of_rate_halfway_is_followed(encode: Encode) -> None:
    """Two MP3 files behind each other, as some recorders join them, are both heard."""
    data = encode(hum(2, 44_100), "mp3", "libmp3lame", 44_100)
    data += encode(hum(2, 22_050), "mp3", "libmp3lame", 22_050)

    assert len(read_samples(data)) == pytest.approx(4 * SAMPLE_RATE, rel=0.05)


def test_an_hour_of_silence_is_refused(silence: Callable[[int], bytes]) -> None:
    """An hour fits in a megabyte; only a quarter of an hour is decoded."""
    data = silence(3600)

    assert len(data) < 2_000_000
    with pytest.raises(TooLongSoundError, match="longer than 15 minutes"):
        read_samples(data)


def test_a_long_file_costs_no_more_memory_than_what_may_be_heard(silence: Callable[[int], bytes]) -> None:
    """Ten minutes with a bound of ten seconds: the samples of ten seconds, not of ten minutes."""
    data = silence(600)
    tracemalloc.start()
    try:
        with pytest.raises(TooLongSoundError):
            read_samples(data, max_seconds=10.0)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < len(data) + 10 * SAMPLE_RATE * 2 * 4


def test_a_note_of_just_the_bound_is_heard(silence: Callable[[int], bytes]) -> None:
    """Six seconds are heard with a bound of six seconds."""
    assert len(read_samples(silence(6), max_seconds=6.0)) == pytest.approx(6 * SAMPLE_RATE, rel=0.01)


def test_an_index_that_claims_millions_of_samples_is_refused(encode: Encode) -> None:
    """FFmpeg would make room for all of them: 730 MB for this file of 1.5 kB."""
    data = bytearray(encode(hum(2, 44_100), "mp4", "aac", 44_100))
    struct.pack_into(">II", data, data.index(b"stsz") + 8, 10, 20_000_000)
    struct.pack_into(">I", data, data.index(b"stsc") + 16, 20_000_000)

    with pytest.raises(TooLongSoundError):
        read_samples(bytes(data))


@pytest.mark.parametrize("hidden", [False, True], ids=["in the open", "inside the sound"])
def test_a_fragment_that_claims_millions_of_samples_is_refused(encode: Encode, *, hidden: bool) -> None:
    """The same by the other kind of table, which an index may also send FFmpeg to."""
    data = bytearray(encode(hum(2, 44_100), "fragments", "aac", 44_100))
    struct.pack_into(">II", data, data.index(b"trun") + 4, 1, 20_000_000)
    if hidden:
        moof = data[data.index(b"moof") - 4 :]
        data = struct.pack(">I4s8x", 16, b"ftyp") + struct.pack(">I4s", len(moof) + 8, b"mdat") + moof

    with pytest.raises(TooLongSoundError):
        read_samples(bytes(data))


def test_a_compressed_header_is_refused(encode: Encode) -> None:
    """It could hide such a table, and no phone writes one."""
    data = encode(hum(1, 44_100), "mp4", "aac", 44_100)

    with pytest.raises(TooLongSoundError):
        read_samples(data + struct.pack(">I4sI4s", 16, b"moov", 8, b"cmvd"))


@pytest.mark.parametrize("rate", [1, 100, 2_000_000_000])
def test_a_rate_that_no_phone_has_is_refused(encode: Encode, rate: int) -> None:
    """At 1 Hz two seconds of sound would become a working day."""
    data = bytearray(encode(hum(2, 16_000), "wav", "pcm_s16le", 16_000))
    struct.pack_into("<I", data, 24, rate)

    with pytest.raises((UnreadableSoundError, TooLongSoundError)):
        read_samples(bytes(data))
