"""Utterances sent whole through a channel, part by part, as delivery does when nothing goes wrong."""

from bot.channels.channel import Channel, Parcel
from flows.outbound import Utterance


async def send_all(
    channel: Channel,
    address: str,
    utterance: Utterance,
    *,
    reference: str = "r1",
    plain: bool = False,
    canvas: str | None = None,
) -> str | None:
    """Send every part; answers the platform's id of the last. Raises DeliveryError."""
    parcel = Parcel(address, utterance, reference, plain=plain, canvas=canvas)
    number = None
    for part in range(channel.count_parts(parcel)):
        number = await channel.send(Parcel(address, utterance, reference, part, plain=plain, canvas=canvas))
    return number
