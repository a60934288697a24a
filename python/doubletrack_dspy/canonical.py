"""JSON text that Python and JavaScript agree on, and hashes over it."""

from __future__ import annotations

import hashlib
import json
import math
import re
import unicodedata
from decimal import Decimal
from typing import Any

_surrogate = re.compile("[\ud800-\udfff]")


def compact_json(value: Any) -> str:
    """What `JSON.stringify` writes, keys as they stand."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return _surrogate.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def canonical_json(value: Any) -> str:
    """Keys sorted by UTF-16 code units, no spaces, numbers as JavaScript writes them: `src/canonicalJson.ts`."""
    if isinstance(value, (str, bool)) or value is None:
        return compact_json(value)
    if isinstance(value, (int, float)):
        return javascript_number(value)
    if isinstance(value, (list, tuple)):
        return f"[{','.join(canonical_json(each) for each in value)}]"
    entries = sorted(value.items(), key=lambda entry: _code_units(entry[0]))
    return f"{{{','.join(f'{compact_json(key)}:{canonical_json(each)}' for key, each in entries)}}}"


def javascript_number(number: int | float) -> str:
    """A number as `JSON.stringify` writes it: no `.0`, exponents from 1e21 up and below 1e-6."""
    number = float(number)
    if not math.isfinite(number):
        return "null"
    if number == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    text, point = "".join(map(str, digits)), len(digits) + exponent
    if 0 < point <= 21:
        whole = text[:point].ljust(point, "0")
        text = whole + (f".{text[point:]}" if point < len(text) else "")
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{text}"
    else:
        text = f"{text[0]}{'.' if len(text) > 1 else ''}{text[1:]}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return f"-{text}" if sign else text


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def signature_hash(signature: dict[str, Any]) -> str:
    """The identity of a Doubletrack signature, as `src/signatureHash.ts` defines it."""
    meaning = {
        "instructions": signature["instructions"],
        "inputs": [_meaning(field) for field in signature["inputs"]],
        "outputs": [_meaning(field) for field in signature["outputs"]],
    }
    return sha256(_composed_json(meaning))


def _composed_json(value: Any) -> str:
    """As `canonical_json`, with text in Unicode NFC and keys in the order of their JSON."""
    if isinstance(value, str):
        return compact_json(unicodedata.normalize("NFC", value))
    if isinstance(value, (list, tuple)):
        return f"[{','.join(_composed_json(each) for each in value)}]"
    if not isinstance(value, dict):
        return canonical_json(value)
    entries = sorted(((_composed_json(key), each) for key, each in value.items()), key=lambda entry: _code_units(entry[0]))
    return f"{{{','.join(f'{key}:{_composed_json(each)}' for key, each in entries)}}}"


def _code_units(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")


def _meaning(field: dict[str, Any]) -> dict[str, Any]:
    kept = {key: field[key] for key in ("name", "type", "description", "values", "schema", "optional") if key in field}
    if kept.get("description") == "":
        del kept["description"]
    if kept.get("optional") is not True:
        kept.pop("optional", None)
    return kept
