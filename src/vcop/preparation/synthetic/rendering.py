"""The embedded study's moving pictures: what a synthetic video shows.

A video is a *motion* (its class) performed by a *look* (shared within a group, independent of the class). One subject moves; a
prop, which only ``collide`` touches, stands in every video; both lie anywhere and have any size and proportion, so that a single
frame does not tell the motion. Most motions have a direction in time (gravity, friction, growth); ``orbit`` has none.

Units: lengths in frame heights (y down, the frame spans 0..1), angles in radians, ``u`` the phase 0..1 of the video.
"""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vcop.preparation.synthetic.motions import Trajectory, trajectories
from vcop.sampling.seeding import generator

Array = NDArray[np.float32]
SUBJECTS = ("disc", "square", "triangle", "cross", "capsule", "crescent")
TEXTURES = ("plain", "stripes", "checker", "dots", "gradient")


@dataclass(frozen=True)
class Thing:
    """What an object looks like. ``size``: its radius; ``period``: of the texture, 0.2 / period times over a radius."""

    shape: str
    texture: str
    colours: tuple[Array, Array]
    size: float
    period: float


@dataclass(frozen=True)
class Backdrop:
    """What all objects stand before, and how it is filmed."""

    colours: tuple[Array, Array]
    grain: float
    grain_scale: float
    light: float
    shake: float


@dataclass(frozen=True)
class Actor:
    """A thing on its course; ``seen`` is how much of it there is, 0..1, in each frame (None: it is there)."""

    thing: Thing
    path: Trajectory
    seen: Array | None = None


@dataclass(frozen=True)
class Look:
    """What a group's videos share: all that is not motion."""

    subject: Thing
    prop: Thing
    backdrop: Backdrop
    pace: float


def draw_colour(rng: np.random.Generator, low: float, high: float) -> Array:
    """A random RGB colour in [0, 1] whose value (HSV) lies in low..high."""
    return np.array(colorsys.hsv_to_rgb(rng.random(), rng.uniform(0.2, 0.95), rng.uniform(low, high)), np.float32)


def draw_look(*key: str | int) -> Look:
    """The look of a group, a function of ``key`` alone."""
    rng = generator("look", *key)
    bright = rng.random() < 0.5  # a bright subject on a dark ground, or the other way round: it must be seen
    front, back = ((0.7, 1.0), (0.05, 0.45)) if bright else ((0.05, 0.4), (0.65, 1.0))
    shape, texture = str(rng.choice(SUBJECTS)), str(rng.choice(TEXTURES))
    colours = draw_colour(rng, *front), draw_colour(rng, *front) * np.float32(0.75)
    other = draw_colour(rng, *front)
    size, period = rng.uniform(0.21, 0.27), rng.uniform(0.1, 0.16)
    return Look(
        subject=Thing(shape, texture, colours, size, period),
        prop=Thing("square", "plain", (other, other), size * 0.65, period),
        backdrop=Backdrop(
            colours=(draw_colour(rng, *back), draw_colour(rng, *back)),
            grain=rng.uniform(0.0, 0.06),
            grain_scale=rng.uniform(0.05, 0.3),
            light=rng.uniform(0.8, 1.1),
            shake=rng.uniform(0.0, 0.005),
        ),
        pace=rng.uniform(0.8, 1.2),
    )


def _local(path: Trajectory, size: float, x: Array, y: Array) -> tuple[Array, Array]:
    """Frame coordinates (H, W) as the object's own, one object radius = 1. Shape: (T, H, W) twice."""
    dx, dy = x[None] - path.x[:, None, None].astype(np.float32), y[None] - path.y[:, None, None].astype(np.float32)
    cos, sin = (f(path.angle)[:, None, None].astype(np.float32) for f in (np.cos, np.sin))
    wide, high = ((size * s)[:, None, None].astype(np.float32) for s in (path.wide, path.high))
    return np.asarray((dx * cos + dy * sin) / wide, np.float32), np.asarray((dy * cos - dx * sin) / high, np.float32)


def _distance(shape: str, a: Array, b: Array) -> Array:
    """How far outside the shape (negative: inside) a point of the object's own coordinates lies."""
    if shape == "disc":
        return np.hypot(a, b) - 1
    if shape == "square":
        return np.maximum(np.abs(a), np.abs(b)) - np.float32(0.85)
    if shape == "triangle":
        return np.maximum(np.abs(a) * np.float32(0.87) + b * np.float32(0.5), -b) - np.float32(0.6)
    if shape == "cross":
        return np.minimum(
            np.maximum(np.abs(a) - 1, np.abs(b) - np.float32(0.4)), np.maximum(np.abs(b) - 1, np.abs(a) - np.float32(0.4))
        )
    if shape == "capsule":
        return np.hypot(np.maximum(np.abs(a) - np.float32(0.55), 0), b) - np.float32(0.5)
    return np.maximum(np.hypot(a, b) - 1, np.float32(0.6) - np.hypot(a - np.float32(0.5), b))  # crescent


def _texture(texture: str, a: Array, b: Array, period: float) -> Array:
    """A pattern in 0..1 over the object's own coordinates."""
    k = np.float32(2 * np.pi * 0.2 / period)
    if texture == "stripes":
        return (np.sin(k * a) > 0).astype(np.float32)
    if texture == "checker":
        return (np.sin(k * a) * np.sin(k * b) > 0).astype(np.float32)
    if texture == "dots":
        return (np.sin(k * a) * np.sin(k * b) > np.float32(0.5)).astype(np.float32)
    if texture == "gradient":
        return np.clip((b + 1) / 2, 0, 1)
    return np.zeros_like(a)


def _background(backdrop: Backdrop, x: Array, y: Array, rng: np.random.Generator) -> Array:
    """A gradient with smooth grain. Shape: (H, W) coordinates -> (H, W, 3)."""
    turn = rng.uniform(0, 2 * np.pi)
    blend = 0.5 + 0.5 * (np.cos(turn) * (x / x.max() * 2 - 1) + np.sin(turn) * (2 * y - 1)) / 1.42
    waves = np.zeros_like(x)
    for _ in range(6):
        angle, phase = rng.uniform(0, 2 * np.pi), rng.uniform(0, 2 * np.pi)
        waves += np.cos(2 * np.pi / backdrop.grain_scale * (x * np.cos(angle) + y * np.sin(angle)) + phase).astype(np.float32)
    ground = backdrop.colours[0] * blend[..., None] + backdrop.colours[1] * (1 - blend[..., None])
    return np.asarray(ground + (backdrop.grain / 2.5) * waves[..., None], np.float32)


def _shake(backdrop: Backdrop, frames: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """How far right and down the picture is shaken. Shape: (2, frames)."""
    shake = backdrop.shake * np.cumsum(rng.standard_normal((2, frames)), axis=1)
    # It ends where it began: no drift that tells the time.
    return shake - np.linspace(shake[:, 0], shake[:, -1], frames, axis=1)


def _paint(canvas: Array, actor: Actor, part: slice, x: Array, y: Array) -> None:
    """Draw one object over ``canvas`` (T, H, W, 3), which is the frames ``part``; edges one pixel soft."""
    thing, path = actor.thing, Trajectory(*(getattr(actor.path, n)[part] for n in ("x", "y", "wide", "high", "angle")))
    # Only the rows and columns it can reach: no shape is larger than 1.3 of its radii.
    reach = 1.3 * thing.size * max(path.wide.max(), path.high.max()) + 2 / len(x)
    rows = slice(*np.searchsorted(y[:, 0], (path.y.min() - reach, path.y.max() + reach)))
    columns = slice(*np.searchsorted(x[0], (path.x.min() - reach, path.x.max() + reach)))
    a, b = _local(path, thing.size, x[rows, columns], y[rows, columns])
    cover = np.clip(0.5 - _distance(thing.shape, a, b) * (thing.size * len(x)), 0, 1)[..., None]
    if actor.seen is not None:
        cover *= actor.seen[part, None, None, None]
    paint: Array = thing.colours[0]
    if thing.texture != "plain":
        t = _texture(thing.texture, a, b, thing.period)[..., None]
        paint = thing.colours[0] * (1 - t) + (thing.colours[1] * np.float32(0.4)) * t
    canvas[:, rows, columns] += cover * (paint - canvas[:, rows, columns])


def film_scene(
    cast: Sequence[Actor], backdrop: Backdrop, frames: int, height: int, width: int, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """The cast before the backdrop, the last in front, by a shaking camera. Shape: (frames, height, width, 3), RGB."""
    grid = (np.mgrid[:height, :width].astype(np.float32) + np.float32(0.5)) / np.float32(height)
    y, x = grid[0], grid[1]
    shake = _shake(backdrop, frames, rng)
    cast = [replace(a, path=replace(a.path, x=a.path.x + shake[0], y=a.path.y + shake[1])) for a in cast]
    margin = int(np.ceil(np.abs(shake).max() * height)) + 1
    tall = np.arange(-margin, height + margin, dtype=np.float32)
    broad = np.arange(-margin, width + margin, dtype=np.float32)
    by, bx = np.meshgrid((tall + 0.5) / height, (broad + 0.5) / height, indexing="ij")
    ground = _background(backdrop, bx.astype(np.float32), by.astype(np.float32), rng)
    top, left = (np.round(margin - s * height).astype(int) for s in (shake[1], shake[0]))
    video = np.empty((frames, height, width, 3), np.uint8)
    block = max(1, 100_000 // (height * width))  # frames drawn at a time: what fits the cache is twice as fast
    for first in range(0, frames, block):
        part = slice(first, min(frames, first + block))
        canvas = np.stack([ground[t : t + height, s : s + width] for t, s in zip(top[part], left[part], strict=True)])
        for actor in cast:
            _paint(canvas, actor, part, x, y)
        video[part] = np.clip(canvas * (backdrop.light * 255) + 0.5, 0, 255)
    return video


def render_motion(motion: str, look: Look, frames: int, height: int, width: int, *key: str | int) -> NDArray[np.uint8]:
    """A video, a function of its arguments alone. Shape: (frames, height, width, 3), RGB."""
    rng = generator("video", *key)
    prop, subject = trajectories(motion, frames, width / height, look.pace, rng)
    return film_scene([Actor(look.prop, prop), Actor(look.subject, subject)], look.backdrop, frames, height, width, rng)
