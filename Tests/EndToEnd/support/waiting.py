"""Waiting for something with a deadline, instead of sleeping and hoping."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Value = TypeVar("Value")

INTERVAL = 0.1


def wait_until(what: str, condition: Callable[[], Value], timeout: float = 10, interval: float = INTERVAL) -> Value:
    """Asks again and again until the answer is truthy, and gives it."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"after {timeout} s still not: {what} (last answer: {value!r:.300})")
        time.sleep(interval)


async def eventually(
    what: str,
    condition: Callable[[], Value | Awaitable[Value]],
    timeout: float = 10,
    interval: float = INTERVAL,
) -> Value:
    """The same for async tests; the condition may be either kind of function."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if inspect.isawaitable(value):
            value = await value
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"after {timeout} s still not: {what} (last answer: {value!r:.300})")
        await asyncio.sleep(interval)
