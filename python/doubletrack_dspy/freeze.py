"""Writes a Doubletrack program file from a DSPy module, or from a signature and a saved state.

    python -m doubletrack_dspy.freeze --module package.module:attribute -o program.json
    python -m doubletrack_dspy.freeze --signature signature.json --state state.json -o program.json

The file holds the very messages of DSPy's Chat and JSON adapters; from then on no Python is needed to send them.
`--module` imports and runs the module it names. Exit status: 0 written, 2 the input or usage is wrong.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path
from typing import Any

from .failure import Failure


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        program = _freeze(options)
        text = f"{json.dumps(program, indent=2)}\n"
        _write(options.output, text)
    except Failure as failure:
        print(f"freeze: {failure.message}", file=sys.stderr)
        return 2
    return 0


def freeze_module(
    module: Any, signature: dict[str, Any] | None, adapter: str = "chat", predictor_name: str | None = None,
    optimizer_name: str = "dspy", model: str | None = None,
) -> dict[str, Any]:
    """The program file of one predictor of a DSPy module; without a signature it is read from the predictor."""
    from .describe import describe
    from .program_file import program_file
    from .state import choose

    _, predictor = choose(dict(module.named_predictors()), predictor_name)
    outputs = predictor.signature.output_fields
    first = next(iter(outputs), None)
    own = signature is not None and any(field["name"] == "reasoning" for field in signature["outputs"])
    reasoning = first == "reasoning" and len(outputs) > 1 and not own
    described = describe(predictor.signature, "reasoning" if reasoning else None)
    if signature is not None:
        _same_names(signature, described)
    lm = getattr(predictor, "lm", None)
    return program_file(
        predictor, signature or described, adapter, reasoning, optimizer_name, model or getattr(lm, "model", "unknown")
    )


def freeze_state(
    signature: dict[str, Any], state: Any, adapter: str = "chat", predictor_name: str | None = None,
    optimizer_name: str = "dspy", model: str | None = None,
) -> dict[str, Any]:
    """The program file of one predictor of a saved state."""
    from .program_file import program_file
    from .state import choose, load_predictor, predictor_states

    _, chosen = choose(predictor_states(state), predictor_name)
    predictor, reasoning = load_predictor(signature, chosen)
    saved_model = (chosen.get("lm") or {}).get("model", "unknown")
    return program_file(predictor, signature, adapter, reasoning, optimizer_name, model or saved_model)


def _freeze(options: argparse.Namespace) -> dict[str, Any]:
    try:
        import doubletrack_dspy.frozen  # noqa: F401
    except ImportError as error:
        raise Failure("dspy_unavailable", f"DSPy cannot be imported here: {error}") from error
    common = (options.adapter, options.predictor, options.optimizer_name, options.model)
    signature = _read(options.signature) if options.signature else None
    if options.module:
        return freeze_module(_module(options.module), signature, *common)
    if signature is None or options.state is None:
        raise Failure("configuration", "give --module, or --signature and --state")
    return freeze_state(signature, _read(options.state), *common)


def _module(reference: str) -> Any:
    """The DSPy module at `package.module:attribute`; a class or function there is called without arguments."""
    import dspy

    name, _, path = reference.partition(":")
    if not name or not path:
        raise Failure("configuration", f"--module {reference!r} should read package.module:attribute")
    sys.path.insert(0, str(Path.cwd()))
    try:
        found: Any = importlib.import_module(name)
        for attribute in path.split("."):
            found = getattr(found, attribute)
        if isinstance(found, type) and issubclass(found, dspy.Signature):
            return dspy.Predict(found)
        found = found if isinstance(found, dspy.Module) else found()
    except Exception as error:  # the user's own code, which may raise anything
        raise Failure("configuration", f"--module {reference}: {type(error).__name__}: {error}") from error
    if not isinstance(found, dspy.Module):
        raise Failure("configuration", f"--module {reference} is a {type(found).__name__}, not a DSPy module")
    return found


def _same_names(signature: dict[str, Any], described: dict[str, Any]) -> None:
    for side in ("inputs", "outputs"):
        given, found = ([field["name"] for field in each[side]] for each in (signature, described))
        if given != found:
            raise Failure("configuration", f"the signature's {side} are {', '.join(given)}, the module's {', '.join(found)}")


def _read(path: str) -> Any:
    try:
        return json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Failure("invalid_data", f"{path} cannot be read as JSON: {error}") from error


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, "utf-8")
    except OSError as error:
        raise Failure("configuration", f"{path} cannot be written: {error}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="doubletrack_dspy.freeze", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--module", metavar="PACKAGE.MODULE:ATTRIBUTE", help="a DSPy module, or what makes one")
    parser.add_argument("--signature", metavar="FILE", help="Doubletrack's signature, JSON")
    parser.add_argument("--state", metavar="FILE", help="what program.save() wrote")
    parser.add_argument("--predictor", metavar="PATH", help="which predictor of a program with several")
    parser.add_argument("--adapter", choices=("chat", "json"), default="chat", help="which adapter serves the program")
    parser.add_argument("--optimizer-name", default="dspy", help="what compiled the program")
    parser.add_argument("--model", help="the model it was compiled with")
    parser.add_argument("-o", "--output", required=True, metavar="FILE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
