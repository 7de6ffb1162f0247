"""What colours a picture holds."""

from io import BytesIO

import numpy as np
from PIL import Image

_LEAST = 60
"""Between the strongest and the weakest of red, green and blue; black, white and greys have less."""


def coloured(png: bytes) -> float:
    """Return the share of pixels, 0 to 1, that are neither black, white nor a grey."""
    image = np.asarray(Image.open(BytesIO(png)).convert("RGB"), dtype=int)
    return float((image.max(axis=2) - image.min(axis=2) >= _LEAST).mean())


def brightness(png: bytes) -> float:
    """Return how bright a picture is on the average: 0 is black, 1 is white."""
    return float(np.asarray(Image.open(BytesIO(png)).convert("L"), dtype=float).mean() / 255)
