"""JSON as data only: no key twice, no NaN, and in its one canonical form (RFC 8785) where digests hang on it."""

import json
from typing import Any

import rfc8785


def strict(content: bytes) -> Any:
    """What a JSON text says.

    Raises: ValueError when it is not UTF-8 or not JSON, names a key twice, or writes what is no number.
    """
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise ValueError(f"byte {error.start} is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("nested too deeply to be read") from None


def canonical(content: bytes) -> Any:
    """What a JSON text in canonical form says: the same data always are the same bytes.

    Raises: ValueError as `strict`, and when the bytes are not those of RFC 8785.
    """
    data = strict(content)
    try:
        form = rfc8785.dumps(data)
    except RecursionError:
        raise ValueError("nested too deeply to be read") from None
    if form != content:
        raise ValueError("not canonical JSON (RFC 8785): keys in order, no blanks, each text and number in one form")
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} stands twice; keep one")
        found[key] = value
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no number")
