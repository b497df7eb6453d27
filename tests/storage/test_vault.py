"""The vault and the media store: sealed with a key outside the database, and opened again after rotation."""

from pathlib import Path

import pytest

from storage.errors import SealError, SettingsError, StorageError
from storage.media import MediaStore
from storage.settings import read_setting, read_storage_settings
from storage.vault import Vault

OLD, NEW = "an-old-secret-of-thirty-two-letters", "a-new-secret-of-thirty-two-letters!"


def test_what_is_sealed_is_opened_again() -> None:
    """Bytes and JSON come back as they were, also with halves of surrogate pairs in them."""
    vault = Vault([NEW])
    body = {"text": "Łukasz \ud83d zei \0 niets", "n": [1, None]}

    assert vault.open(vault.seal(b"geheim")) == b"geheim"
    assert vault.open_json(vault.seal_json(body)) == body
    assert b"geheim" not in vault.seal(b"geheim")


def test_a_new_secret_opens_what_the_old_one_sealed() -> None:
    """Rotation: the new secret in front seals, the old one behind it still opens."""
    sealed = Vault([OLD]).seal(b"geheim")

    assert Vault([NEW, OLD]).open(sealed) == b"geheim"
    with pytest.raises(SealError):
        Vault([NEW]).open(sealed)


def test_addresses_are_found_after_rotation() -> None:
    """A person who comes back is the same one, although a newer secret seals: both of their tokens count."""
    old, new = (Vault([secret]).find_token("web", "iemand") for secret in (OLD, NEW))
    assert Vault([NEW, OLD]).list_tokens("web", "iemand") == [new, old]
    assert Vault([NEW, OLD]).find_token("web", "iemand") == new
    assert Vault([OLD]).find_token("web", "iemand") != Vault([OLD]).find_token("telegram", "iemand")


def test_what_is_sealed_anew_needs_the_old_secret_no_more(tmp_path: Path) -> None:
    """Data and files sealed by the old secret are opened by the new one alone; its signatures hold on."""
    both, old = Vault([NEW, OLD]), Vault([OLD])
    sealed, signature = old.seal(b"geheim"), old.sign("link", b"x")
    media = MediaStore(tmp_path, old).write(b"OggS een stem")
    store = MediaStore(tmp_path, both)
    before = (both.is_newest(sealed), store.is_newest(media))
    store.reseal(media)

    assert before == (False, False)
    assert store.is_newest(media)
    assert Vault([NEW]).open(both.reseal(sealed)) == b"geheim"
    assert MediaStore(tmp_path, Vault([NEW])).read(media) == b"OggS een stem"
    assert both.is_signed("link", b"x", signature)
    store.delete(media)
    store.reseal(media)
    assert list(tmp_path.rglob("*.*")) == []


def test_what_was_tampered_with_is_refused() -> None:
    """A changed byte is noticed."""
    vault = Vault([NEW])
    sealed = bytearray(vault.seal(b"geheim"))
    sealed[-5] ^= 1

    with pytest.raises(SealError):
        vault.open(bytes(sealed))


def test_recordings_lie_sealed_in_their_folder(tmp_path: Path) -> None:
    """Nothing of the sound can be read from the folder; what is deleted is gone."""
    store = MediaStore(tmp_path / "media", Vault([NEW]))
    media = store.write(b"OggS een stem")
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert store.read(media) == b"OggS een stem"
    assert b"OggS" not in file.read_bytes()
    store.delete(media)
    store.delete(media)
    with pytest.raises(StorageError):
        store.read(media)


@pytest.mark.parametrize("media", ["../../etc/passwd", "", "abc", "g" * 32])
def test_an_id_is_no_path(media: str, tmp_path: Path) -> None:
    """What is no id is refused before any file is looked at."""
    with pytest.raises(StorageError):
        MediaStore(tmp_path, Vault([NEW])).read(media)


def test_a_setting_can_stand_in_a_file(tmp_path: Path) -> None:
    """NAME_FILE names a file; both at once, or a file that is not there, is refused."""
    file = tmp_path / "secret"
    file.write_text("waarde\n", encoding="utf-8")

    assert read_setting("NAME", {"NAME_FILE": str(file)}) == "waarde"
    assert read_setting("NAME", {"NAME": ""}) is None
    with pytest.raises(SettingsError):
        read_setting("NAME", {"NAME": "x", "NAME_FILE": str(file)})
    with pytest.raises(SettingsError):
        read_setting("NAME", {"NAME_FILE": str(tmp_path / "weg")})


def test_plain_database_addresses_are_understood() -> None:
    """Hosting services hand out `postgres://` and `postgresql://`."""
    environ = {"REDIS_URL": "redis://x", "VERTELBOT_SECRET_KEY": NEW}

    for url in ("postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"):
        settings = read_storage_settings({**environ, "DATABASE_URL": url})
        assert settings.database_url == "postgresql+psycopg://u@h/d"
