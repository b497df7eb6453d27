"""Opens an encoded voice note: what kind of sound it is, and its samples, within bounds."""

import gc
import io
import itertools
import math
import re
import struct
from collections.abc import Iterator

import av
import av.error
import numpy as np
import numpy.typing as npt
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

Samples = npt.NDArray[np.float32]
"""Sound as Whisper wants it: one channel, 16,000 samples a second, each between -1 and 1."""

SAMPLE_RATE = 16_000

LONGEST_SECONDS = 900.0
"""How long a voice note may be; an hour would keep a worker busy for minutes."""

_DEMUXERS = {
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/mp4": "mov",
    "audio/aac": "aac",
    "audio/webm": "matroska",
    "audio/x-matroska": "matroska",
    "audio/wav": "wav",
    "audio/amr": "amr",
    "audio/flac": "flac",
}

_TRUE_LENGTHS = frozenset({"ogg", "mov", "matroska", "flac"})
"""Demuxers that read how long the sound is; the others guess it by the size."""

_MAGIC = tuple(
    (re.compile(pattern, re.DOTALL), mime)
    for pattern, mime in (
        (rb"OggS", "audio/ogg"),
        (rb"RIFF.{4}WAVE", "audio/wav"),
        (rb"\x1aE\xdf\xa3.{0,60}webm", "audio/webm"),
        (rb"\x1aE\xdf\xa3", "audio/x-matroska"),
        (rb"#!AMR(-WB)?\n", "audio/amr"),
        (rb"fLaC", "audio/flac"),
        (rb".{4}ftyp", "audio/mp4"),
        (rb"ID3", "audio/mpeg"),
        # Bare frames: eleven bits set, then version and layer. ADTS always says layer 0, MP3 says layer III.
        (rb"\xff[\xf0\xf1\xf8\xf9]", "audio/aac"),
        (rb"\xff[\xe2\xe3\xea\xeb\xf2\xf3\xfa\xfb]", "audio/mpeg"),
    )
)

# Outside these bounds no phone records; a rate of 1 Hz would make one byte into seconds of samples.
_SLOWEST, _FASTEST = 4_000, 192_000
_MOST_CHANNELS = 8
# Ten hours of AAC. FFmpeg builds an index of all samples that an MP4 *claims* to have: 1.5 kB took 730 MB.
_MOST_INDEXED = 1_000_000
_BOX_HEAD = 8
# Resampling one second at a time halves the time that 20 ms frames cost one by one.
_GROUP_SECONDS = 1.0


class SoundError(Exception):
    """A voice note cannot be used; the message is one sentence, without anything from the note."""


class UnreadableSoundError(SoundError):
    """These bytes are no sound, or too broken to hear."""


class TooLongSoundError(SoundError):
    """The voice note goes on for longer than we listen."""


def sniff(data: bytes) -> str | None:
    """Tell the MIME type from the first bytes, or None when it is no sound that we know.

    Names and declared types are not asked: platforms leave them out and senders choose them.
    """
    return next((mime for pattern, mime in _MAGIC if pattern.match(data)), None)


def read_samples(
    data: bytes, *, max_seconds: float = LONGEST_SECONDS, starts: float = 0.0, ends: float | None = None
) -> Samples:
    """Decode a voice note to 16 kHz mono; of it, what lies between `starts` and `ends` (seconds).

    A file that says to be longer than `max_seconds` is not decoded, and decoding stops as soon as they are
    passed: an hour of silence in a megabyte costs no memory. A file that breaks off gives the sound up to
    there.

    Raises UnreadableSoundError or TooLongSoundError.
    """
    demuxer = _DEMUXERS.get(sniff(data) or "")
    if demuxer is None:
        raise UnreadableSoundError("This file holds no sound of a kind that we know.")
    if demuxer == "mov" and _count_claimed(data) > _MOST_INDEXED:
        raise TooLongSoundError("This sound file claims more pieces of sound than a voice note has.")
    try:
        pcm = _decode(data, demuxer, max_seconds, (starts, math.inf if ends is None else ends))
    except (av.error.FFmpegError, ValueError, LookupError, EOFError, ArithmeticError) as error:
        # Deep in the file anything can be wrong: PyAV passes on FFmpeg's errors, and some bare ones.
        raise UnreadableSoundError("This sound file is broken and cannot be read.") from error
    finally:
        # PyAV's resampler sits in a reference cycle; a worker would grow note by note (faster-whisper #390).
        gc.collect()
    if not pcm:
        raise UnreadableSoundError("There is no sound in this file.")
    samples = np.frombuffer(pcm, np.int16).astype(np.float32)
    samples /= 32768.0
    return samples


def _decode(data: bytes, demuxer: str, max_seconds: float, wanted: tuple[float, float]) -> bytearray:
    """Give 16-bit samples of the first audio stream, of the seconds `wanted`.

    The demuxer is forced: left to guess, FFmpeg takes text for a playlist and opens what it names.
    The container's own duration is believed when it is too long, and never when it is not.
    16 bits instead of floats, because that leaves no way for NaN and infinity to reach the model.
    """
    pcm = bytearray()
    with av.open(io.BytesIO(data), "r", format=demuxer, metadata_errors="ignore") as container:
        if not container.streams.audio:
            raise UnreadableSoundError("There is no sound in this file.")
        claimed = (container.duration or 0) / av.time_base if demuxer in _TRUE_LENGTHS else 0.0
        if claimed > max_seconds + 1:
            raise TooLongSoundError(_say_too_long(max_seconds))
        frames = _frames(container.demux(container.streams.audio[0]), max_seconds)
        for stretch in _stretches(_within(frames, *wanted)):
            resampler = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
            for group in stretch:
                for piece in resampler.resample(group):
                    pcm += piece.to_ndarray().tobytes()
    return pcm


def _frames(packets: Iterator["av.Packet[AudioStream]"], max_seconds: float) -> Iterator[AudioFrame]:
    """Decode packet by packet, passing over broken ones, until more than `max_seconds` have been heard."""
    seconds = 0.0
    for packet in _until_broken(packets):
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            continue
        for frame in frames:
            if not _SLOWEST <= frame.sample_rate <= _FASTEST or frame.layout.nb_channels > _MOST_CHANNELS:
                raise UnreadableSoundError("This sound file was not recorded by a phone or a computer.")
            seconds += frame.samples / frame.sample_rate
            if seconds > max_seconds:
                raise TooLongSoundError(_say_too_long(max_seconds))
            frame.pts = None  # gaps and jumps in time stamps would make the resampler stop
            yield frame


def _say_too_long(seconds: float) -> str:
    return f"This voice note is longer than {seconds / 60:g} minutes."


def _within(frames: Iterator[AudioFrame], starts: float, ends: float) -> Iterator[AudioFrame]:
    """Pass on the frames that begin between two moments; a frame lasts some hundredths of a second."""
    seconds = 0.0
    for frame in frames:
        if seconds >= ends:
            return
        if seconds >= starts:
            yield frame
        seconds += frame.samples / frame.sample_rate


def _until_broken(packets: Iterator["av.Packet[AudioStream]"]) -> Iterator["av.Packet[AudioStream]"]:
    """Pass packets on until the file breaks off; what came before it is worth hearing."""
    try:
        yield from packets
    except av.error.FFmpegError:
        return


def _stretches(frames: Iterator[AudioFrame]) -> Iterator[Iterator[AudioFrame | None]]:
    """Cut where rate, channels or form of the samples change, as a damaged header can do."""
    for _, stretch in itertools.groupby(
        frames, key=lambda frame: (frame.sample_rate, frame.layout.name, frame.format.name)
    ):
        yield _group(stretch)


def _group(frames: Iterator[AudioFrame]) -> Iterator[AudioFrame | None]:
    """Join frames to a second each; the None at the end flushes the resampler."""
    fifo = AudioFifo()
    for frame in frames:
        fifo.write(frame)
        if fifo.samples >= frame.sample_rate * _GROUP_SECONDS:
            yield fifo.read()
    if fifo.samples:
        yield fifo.read()
    yield None


def _count_claimed(data: bytes) -> int:
    """Add up how many samples the tables of an MP4 claim, wherever those tables stand outside the sound.

    `stsz` and `stz2` hold their count after 8 bytes, `trun` after 4; a compressed header (`cmvd`) would hide
    them and counts as endless. ISO/IEC 14496-12, 8.7.3 and 8.8.8.
    """
    claimed = 0
    for start, end in _header_boxes(data):
        if data.find(b"cmvd", start, end) >= 0:
            return _MOST_INDEXED + 1
        for tag, skip in ((b"stsz", 12), (b"stz2", 12), (b"trun", 8)):
            at = data.find(tag, start, end)
            while at >= 0 and at + skip + 4 <= len(data):
                claimed += struct.unpack_from(">I", data, at + skip)[0]
                at = data.find(tag, at + 4, end)
    return claimed


def _header_boxes(data: bytes) -> Iterator[tuple[int, int]]:
    """Walk the outermost boxes and give where each begins and ends, except the sound itself (`mdat`).

    An `mdat` that names a header box inside is given as well: an index may send FFmpeg there.
    """
    at = 0
    while at + _BOX_HEAD <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if size == 1 and at + 2 * _BOX_HEAD <= len(data):
            size = struct.unpack_from(">Q", data, at + _BOX_HEAD)[0]
        end = min(at + size, len(data)) if size >= _BOX_HEAD else len(data)
        if kind != b"mdat" or data.find(b"moof", at, end) >= 0 or data.find(b"moov", at, end) >= 0:
            yield at, end
        at = end
