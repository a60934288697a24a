"""The language model that DSPy sees."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import dspy
from dspy.utils.exceptions import ContextWindowExceededError, LMProviderError

from .endpoint import Endpoint, Refused

_passed_on = ("temperature", "max_tokens", "n", "rollout_id", "response_format", "stop")


class DoubletrackLM(dspy.BaseLM):
    """A model behind Doubletrack's endpoint, which holds keys, budget, cache and prices.

    Speaks the contract of `BaseLM.forward` that DSPy has had since 2.6: messages in, an answer in OpenAI's form out.
    """

    forward_contract = "legacy"

    def __init__(self, model: str, url: str, endpoint: Endpoint, **options: Any):
        super().__init__(model=model, cache=False, **options)
        self._url = f"{url}/chat/completions"
        self._endpoint = endpoint

    def forward(self, prompt: str | None = None, messages: list[dict[str, Any]] | None = None, **options: Any) -> Any:
        options = {**self.kwargs, **options}
        body = {
            "model": self.model,
            "messages": messages or [{"role": "user", "content": prompt or ""}],
            **{name: options[name] for name in _passed_on if options.get(name) is not None},
        }
        choices: list[str] = []
        usage = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
        wanted = body.get("n", 1)
        while len(choices) < wanted:
            again = {"rollout_id": 1000 * (body.get("rollout_id", 0) + 1) + len(choices)} if choices else {}
            answer = self._ask({**body, **again})
            choices += _texts(answer)
            for name in usage:
                usage[name] += int((answer.get("usage") or {}).get(name) or 0)
        completions = [SimpleNamespace(message=SimpleNamespace(content=text), finish_reason="stop") for text in choices]
        return SimpleNamespace(choices=completions[:wanted], usage=usage, model=self.model)

    async def aforward(self, prompt: str | None = None, messages: list[dict[str, Any]] | None = None, **options: Any) -> Any:
        import asyncio

        return await asyncio.to_thread(self.forward, prompt, messages, **options)

    def _ask(self, body: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._endpoint.post(self._url, body)
        except Refused as refusal:
            too_long = "context" in str(refusal).lower() and refusal.status in (400, 413)
            error = ContextWindowExceededError if too_long else LMProviderError
            raise error(str(refusal), model=self.model) from None


def _texts(answer: dict[str, Any]) -> list[str]:
    try:
        texts = [choice["message"]["content"] for choice in answer["choices"]]
    except (KeyError, TypeError) as error:
        raise LMProviderError("the endpoint answered without choices") from error
    if not texts or not all(isinstance(text, str) for text in texts):
        raise LMProviderError("the endpoint answered without text")
    return texts
