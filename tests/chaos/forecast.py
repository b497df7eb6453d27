"""How bad a storm gets: how many talk in it, how often what fails."""

from dataclasses import dataclass, field

from channels import telegram_delivery, telegram_faults, twilio_delivery, twilio_faults


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many conversations, how many at once, and how bad it gets.

    So much is said (`strikes`, `shocks`) between two kills from outside, and between two blows to Postgres,
    Valkey or the way to a platform, but never more than `lull` seconds pass without a kill. `passages` is how
    often a server passes its seam at most before it dies there. `patience` is how many seconds a teller waits
    before asking again.
    """

    conversations: int = 1000
    at_once: int = 60
    seed: int = 1
    strikes: int = 200
    shocks: int = 150
    lull: float = 30.0
    passages: int = 200
    patience: float = 30.0
    telegram: telegram_faults.Chances = field(
        default_factory=lambda: telegram_faults.Chances(
            throttled=0.01,
            restarting=0.01,
            bad_gateway=0.01,
            before=0.01,
            after=0.01,
            hang=0.005,
            methods=frozenset({"sendmessage", "sendphoto"}),
        )
    )
    garbage: float = 0.005
    updates: telegram_delivery.Mischief = field(
        default_factory=lambda: telegram_delivery.Mischief(twice=0.05, late=0.05, before=0.02, after=0.02)
    )
    twilio: twilio_faults.Chances = field(
        default_factory=lambda: twilio_faults.Chances(
            throttled=0.01,
            unavailable=0.01,
            failed=0.01,
            failed_after=0.01,
            before=0.01,
            after=0.01,
            hang=0.005,
        )
    )
    forms: twilio_delivery.Mischief = field(
        default_factory=lambda: twilio_delivery.Mischief(
            refused=0.05, after=0.03, twice=0.05, shuffled=0.2, missing=0.7
        )
    )
