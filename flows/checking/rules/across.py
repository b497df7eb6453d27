"""Rules over several files: one code, one keyword, and flows that follow and exist."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, cast

from flows.checking.rules.codes import fold_keyword
from flows.checking.rules.outline import Fault, list_values


def find_faults(
    files: Sequence[tuple[str, Mapping[str, Any]]], known: Collection[str]
) -> Iterator[tuple[int, Fault]]:
    """Faults between files (name, body), each with the index of its file; `known` flows exist beside them."""
    flows: dict[str, str] = {}
    keywords: dict[str, str] = {}
    codes = {body.get("flow") for _, body in files}
    for index, (name, body) in enumerate(files):
        code = body.get("flow")
        if isinstance(code, str):
            if code in flows:
                message = f"flow: the code '{code}' is that of {flows[code]} already; give each its own"
                yield index, (("flow",), message.removeprefix("flow: "))
            flows.setdefault(code, name)
        for place, keyword in enumerate(list_values(body.get("keywords"))):
            folded = fold_keyword(keyword) if isinstance(keyword, str) else ""
            if folded and keywords.get(folded, name) != name:
                message = f"'{keyword}' starts {keywords[folded]} already; use another word"
                yield index, (("keywords", place), message)
            keywords.setdefault(folded, name)
        follow = body.get("follow_up")
        following = cast(Mapping[str, Any], follow).get("flow") if isinstance(follow, dict) else None
        if isinstance(following, str) and following not in codes and following not in known:
            message = f"there is no flow '{following}' here or in the catalogue; look at its spelling"
            yield index, (("follow_up", "flow"), message)
