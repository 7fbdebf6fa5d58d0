"""Numbered pictures for peers in Python: the code of Web/studio/frame-code.js in the luma of planar pictures."""

import time

import numpy as np

BLOCKS = 32
BITS = 28


def _values(number: int) -> list[int]:
    bits = [number >> (BITS - 1 - index) & 1 for index in range(BITS)]
    odd = sum(bits) % 2
    return [1, 0, *bits, odd, 1 - odd]


def _edges(width: int) -> list[int]:
    return [round(block * width / BLOCKS) for block in range(BLOCKS + 1)]


def write_code(luma: np.ndarray, number: int) -> None:
    """Writes into the upper 18th of a picture's luma."""
    height, width = luma.shape
    edges = _edges(width)
    for left, right, value in zip(edges, edges[1:], _values(number)):
        luma[: round(height / 18), left:right] = 235 if value else 16


def read_code(luma: np.ndarray) -> int | None:
    """The number in a picture's luma; `None` if it does not add up."""
    height, width = luma.shape
    row = luma[round(height / 72) : round(height / 24)]
    side = width / BLOCKS
    light = [row[:, int((block + 0.25) * side) : int((block + 0.75) * side)].mean() for block in range(BLOCKS)]
    if light[0] - light[1] < 60:
        return None
    values = [int(value > (light[0] + light[1]) / 2) for value in light]
    number = int("".join(map(str, values[2:-2])), 2)
    return number if values == _values(number) else None


class Pictures:
    """A moving ramp with numbers, its lower part noise, as planar YUV 4:2:0 of height * 3 / 2 rows."""

    def __init__(self, width: int, height: int, noise: float = 0):
        self.width, self.height = width, height
        ramp = np.arange(width)[None, :] + np.arange(height)[:, None]
        dice = np.random.default_rng(3)
        self._pictures = []
        for index in range(30):
            picture = np.full((height * 3 // 2, width), 128, np.uint8)
            picture[:height] = (ramp + index * 8) & 255
            if rows := int(height * noise):
                picture[height - rows : height] = dice.integers(0, 256, (rows, width), np.uint8)
            self._pictures.append(picture)

    def make(self, number: int) -> np.ndarray:
        picture = self._pictures[number % len(self._pictures)]
        write_code(picture[: self.height], number)
        return picture


class Ticker:
    """Says how long to sleep until the next tick, without drift."""

    def __init__(self, rate: float):
        self._interval = 1 / rate
        self._next = time.monotonic()

    def pause(self) -> float:
        self._next = max(self._next + self._interval, time.monotonic() - 1)
        return max(0, self._next - time.monotonic())
