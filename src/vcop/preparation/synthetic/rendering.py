"""Rendering of the synthetic videos: objects that move in front of a background.

A video shows a *motion* (its class) in a *style* (colours, shape, texture, light, speed; shared by all videos of a group, of whatever
class). One object, the subject, performs the motion; only ``collide`` needs a second one. At half time the
subject is anywhere in the frame and has any size and proportion, so a frame of that time tells little of the class. All motions look
different backwards (gravity, friction, growth), so the order of frames can be learned.

Units: lengths in frame heights, y pointing down, the frame spans 0..1; angles in radians.

Shapes: T frames of H x W pixels, RGB.
"""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vcop.preparation.synthetic.motions import Trajectory, trajectories
from vcop.sampling.seeding import generator

Array = NDArray[np.float32]
SUBJECTS = ("disc", "square", "triangle", "cross", "capsule", "crescent")
TEXTURES = ("plain", "gradient")  # of moving subjects; finer ones flicker when the frames are made small


@dataclass(frozen=True)
class ObjectStyle:
    """Look of an object.

    Attributes:
        shape: One of ``SUBJECTS``.
        texture: One of ``TEXTURES``.
        colours: Two RGB colours in [0, 1]; the texture mixes them.
        size: Radius.
        period: Period of the texture; a radius holds 0.2 / period of them.
    """

    shape: str
    texture: str
    colours: tuple[Array, Array]
    size: float
    period: float


@dataclass(frozen=True)
class Background:
    """Background of a video.

    Attributes:
        colours: The two RGB colours of its gradient, in [0, 1].
        light: Brightness of the whole video.
    """

    colours: tuple[Array, Array]
    light: float


@dataclass(frozen=True)
class MovingObject:
    """Object on its trajectory; ``opacity``: 0 (invisible) to 1 in each frame, shape (T,); None: always 1."""

    style: ObjectStyle
    trajectory: Trajectory
    opacity: Array | None = None


@dataclass(frozen=True)
class GroupStyle:
    """What the videos of a group share: everything but the motion (``speed`` is a factor on the usual speed)."""

    subject: ObjectStyle
    second: ObjectStyle
    background: Background
    speed: float


def draw_colour(rng: np.random.Generator, low: float, high: float) -> Array:
    """Draw an RGB colour in [0, 1] whose value (of hue, saturation, value) lies in low..high."""
    return np.array(colorsys.hsv_to_rgb(rng.random(), rng.uniform(0.2, 0.95), rng.uniform(low, high)), np.float32)


def draw_style(*key: str | int) -> GroupStyle:
    """Draw the style of a group, which depends on nothing but ``key``."""
    rng = generator("look", *key)
    front, back = (0.7, 1.0), (0.05, 0.35)  # bright objects on dark backgrounds: visible, whatever the colours
    shape, texture = str(rng.choice(SUBJECTS)), str(rng.choice(TEXTURES))
    colours = draw_colour(rng, *front), draw_colour(rng, *front) * np.float32(0.75)
    other = draw_colour(rng, *front)
    size, period = rng.uniform(0.25, 0.33), rng.uniform(0.1, 0.16)
    return GroupStyle(
        subject=ObjectStyle(shape, texture, colours, size, period),
        second=ObjectStyle("square", "plain", (other, other), size * 0.55, period),
        background=Background((draw_colour(rng, *back), draw_colour(rng, *back)), light=rng.uniform(0.8, 1.1)),
        speed=rng.uniform(0.9, 1.1),
    )


def _object_coordinates(trajectory: Trajectory, size: float, x: Array, y: Array) -> tuple[Array, Array]:
    """Convert frame coordinates (H, W) to those of the object, whose radius is 1. Shape: (T, H, W) twice."""
    t = trajectory
    dx, dy = x[None] - t.x[:, None, None].astype(np.float32), y[None] - t.y[:, None, None].astype(np.float32)
    cos, sin = (f(t.angle)[:, None, None].astype(np.float32) for f in (np.cos, np.sin))
    width, height = ((size * s)[:, None, None].astype(np.float32) for s in (t.scale_x, t.scale_y))
    return np.asarray((dx * cos + dy * sin) / width, np.float32), np.asarray((dy * cos - dx * sin) / height, np.float32)


def _distance(shape: str, a: Array, b: Array) -> Array:
    """Return how far outside the shape a point (a, b) in object coordinates is; negative inside."""
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
    """Return the pattern of a texture over object coordinates, 0 for the first colour to 1 for the second."""
    k = np.float32(2 * np.pi * 0.2 / period)
    if texture == "stripes":
        return (np.sin(k * a) > 0).astype(np.float32)
    if texture == "checker":
        return (np.sin(k * a) * np.sin(k * b) > 0).astype(np.float32)
    if texture == "gradient":
        return np.clip((b + 1) / 2, 0, 1)
    return np.zeros_like(a)


def _render_background(background: Background, x: Array, y: Array, rng: np.random.Generator) -> Array:
    """Draw a gradient in a direction of its own. Shape: coordinates (H, W) to (H, W, 3)."""
    turn = rng.uniform(0, 2 * np.pi)
    blend = 0.5 + 0.5 * (np.cos(turn) * (x / x.max() * 2 - 1) + np.sin(turn) * (2 * y - 1)) / 1.42
    return np.asarray(background.colours[0] * blend[..., None] + background.colours[1] * (1 - blend[..., None]), np.float32)


def _draw_object(canvas: Array, item: MovingObject, part: slice, x: Array, y: Array) -> None:
    """Draw one object over ``canvas``, which holds the frames ``part``; its edges are one pixel soft. Shape: canvas (T, H, W, 3)."""
    style = item.style
    fields = ("x", "y", "scale_x", "scale_y", "angle")
    trajectory = Trajectory(*(getattr(item.trajectory, field)[part] for field in fields))
    # Only rows and columns that the object can reach: no shape extends further than 1.3 of its radii.
    reach = 1.3 * style.size * max(trajectory.scale_x.max(), trajectory.scale_y.max()) + 2 / len(x)
    rows = slice(*np.searchsorted(y[:, 0], (trajectory.y.min() - reach, trajectory.y.max() + reach)))
    columns = slice(*np.searchsorted(x[0], (trajectory.x.min() - reach, trajectory.x.max() + reach)))
    a, b = _object_coordinates(trajectory, style.size, x[rows, columns], y[rows, columns])
    cover = np.clip(0.5 - _distance(style.shape, a, b) * (style.size * len(x)), 0, 1)[..., None]
    if item.opacity is not None:
        cover *= item.opacity[part, None, None, None]
    colour: Array = style.colours[0]
    if style.texture != "plain":
        t = _texture(style.texture, a, b, style.period)[..., None]
        colour = style.colours[0] * (1 - t) + (style.colours[1] * np.float32(0.4)) * t
    canvas[:, rows, columns] += cover * (colour - canvas[:, rows, columns])


def render_scene(
    objects: Sequence[MovingObject], background: Background, frames: int, height: int, width: int, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Render objects in front of a background.

    Args:
        objects: Objects from back to front.
        background: Background and light.
        frames: Number of frames T.
        height: Height H in pixels.
        width: Width W in pixels.
        rng: Decides the direction of the background's gradient.

    Shape:
        Returns (T, H, W, 3), RGB.
    """
    y, x = (np.mgrid[:height, :width].astype(np.float32) + np.float32(0.5)) / np.float32(height)
    still = _render_background(background, x, y, rng)
    video = np.empty((frames, height, width, 3), np.uint8)
    block = max(1, 100_000 // (height * width))  # frames drawn at once: what fits the processor's cache is twice as fast
    for first in range(0, frames, block):
        part = slice(first, min(frames, first + block))
        canvas = np.repeat(still[None], part.stop - part.start, axis=0)
        for item in objects:
            _draw_object(canvas, item, part, x, y)
        video[part] = np.clip(canvas * (background.light * 255) + 0.5, 0, 255)
    return video


def render_motion(motion: str, style: GroupStyle, frames: int, height: int, width: int, *key: str | int) -> NDArray[np.uint8]:
    """Render a video of a motion, which depends on the arguments only (``key`` differs between the videos of a group).

    Shape:
        Returns (T, H, W, 3), RGB.
    """
    rng = generator("video", *key)
    second, subject = trajectories(motion, frames, width / height, style.speed, rng)
    objects = [MovingObject(style.second, second)] if motion == "collide" else []
    return render_scene([*objects, MovingObject(style.subject, subject)], style.background, frames, height, width, rng)
