"""Motions of the embedded study: position, size and angle of an object over time. They are the classes of the videos.

A motion function takes an object that stands still and lets it move around the point where it stood. Whatever the motion, at half
time the object is near that point, so its position in the central frame tells little of the class.

Units: lengths in frame heights, y pointing down; angles in radians; ``u`` is the time, from 0 at the first frame to 1 at the last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass
class Trajectory:
    """Position, size and angle of an object in every frame.

    Attributes:
        x, y: Centre.
        scale_x, scale_y: Size factors along the two axes of the object.
        angle: Angle by which the object is turned.

    Shape:
        Each (T,), one value per frame.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    scale_x: NDArray[np.float64]
    scale_y: NDArray[np.float64]
    angle: NDArray[np.float64]

    @classmethod
    def at(cls, u: NDArray[np.float64], x: float, y: float, angle: float) -> Trajectory:
        """Return the trajectory of an object that does not move."""
        one = np.ones_like(u)
        return cls(x=x * one, y=y * one, scale_x=one.copy(), scale_y=one.copy(), angle=angle * one)


Motion = Callable[[Trajectory, NDArray[np.float64], float, np.random.Generator], None]


def fall(p: Trajectory, u: NDArray[np.float64], speed: float, rng: np.random.Generator) -> None:
    """Fall faster and faster, as by gravity."""
    p.y += 1.1 * speed * (u**2.5 - rng.uniform(0.45, 0.72) ** 2.5)


def rise(p: Trajectory, u: NDArray[np.float64], speed: float, rng: np.random.Generator) -> None:
    """Rise slower and slower, like something that was thrown."""
    p.y -= 1.1 * speed * (rng.uniform(0.45, 0.72) ** 2.5 - (1 - u) ** 2.5)


def bounce(p: Trajectory, u: NDArray[np.float64], speed: float, rng: np.random.Generator) -> None:
    """Bounce like a ball, lower every time."""
    phase = 5.6 * speed * u + rng.uniform(0, 1)
    height = 0.8 * np.exp(-2.4 * u)
    p.y += 0.2 - height * (1 - (2 * (phase % 1.0) - 1) ** 2)


def swing(p: Trajectory, u: NDArray[np.float64], speed: float, rng: np.random.Generator) -> None:
    """Swing like a damped pendulum."""
    angle = 1.2 * np.exp(-2.0 * u) * np.cos(2 * np.pi * 3.5 * speed * u + rng.uniform(0, 2 * np.pi))
    length = rng.uniform(0.5, 0.7)
    p.x += length * np.sin(angle)
    p.y += length * (np.cos(angle) - 1)
    p.angle -= angle


def slide(p: Trajectory, u: NDArray[np.float64], speed: float, rng: np.random.Generator) -> None:
    """Slide sideways after a push, stopped by friction."""
    p.x += rng.choice([-1.0, 1.0]) * 1.5 * speed * (rng.uniform(0.45, 0.72) ** 2.5 - (1 - u) ** 2.5)


def grow(p: Trajectory, u: NDArray[np.float64], speed: float, rng: np.random.Generator) -> None:
    """Grow, like something that comes nearer."""
    factor = 0.45 * (3.6 * speed) ** u
    p.scale_x *= factor
    p.scale_y *= factor


def pulse(p: Trajectory, u: NDArray[np.float64], speed: float, rng: np.random.Generator) -> None:
    """Swell and shrink in turns, less and less."""
    factor = 1 + _damped_wave(u, speed, rng)
    p.scale_x *= factor
    p.scale_y *= factor


def wobble(p: Trajectory, u: NDArray[np.float64], speed: float, rng: np.random.Generator) -> None:
    """Wobble like jelly: squeezed and stretched, less and less."""
    wave = _damped_wave(u, speed, rng)
    p.scale_x *= 1 + wave
    p.scale_y *= 1 - wave


def _damped_wave(u: NDArray[np.float64], speed: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw a wave that begins at an amplitude of 0.7 and fades. Shape: (T,) -> (T,)."""
    return np.asarray(0.7 * np.exp(-2.0 * u) * np.cos(2 * np.pi * 4.2 * speed * u + rng.uniform(0, 2 * np.pi)))


def spin(p: Trajectory, u: NDArray[np.float64], speed: float, rng: np.random.Generator) -> None:
    """Spin like a top: slower and slower, leaning over."""
    p.angle += rng.choice([-1.0, 1.0]) * 2 * np.pi * 3.5 * speed * (1 - np.exp(-2.5 * u)) / 2.5
    p.scale_y *= 1 - 0.65 * u


def spiral(p: Trajectory, u: NDArray[np.float64], speed: float, rng: np.random.Generator) -> None:
    """Circle around a drain, nearer and nearer."""
    _circle(p, 2.8 * speed * u, 0.5 * (1 - 0.95 * u), rng)


def whirl(p: Trajectory, u: NDArray[np.float64], speed: float, rng: np.random.Generator) -> None:
    """Circle slower and slower, like something on a string that nobody pulls any more."""
    _circle(p, 4.2 * speed * (1 - np.exp(-2.0 * u)) / 2.0, rng.uniform(0.25, 0.35), rng)


def _circle(p: Trajectory, turns: NDArray[np.float64], radius: NDArray[np.float64] | float, rng: np.random.Generator) -> None:
    """Circle in either direction: ``turns`` rounds so far in each frame, (T,), from anywhere on the circle."""
    angle = rng.choice([-1.0, 1.0]) * 2 * np.pi * turns + rng.uniform(0, 2 * np.pi)
    p.x += radius * np.cos(angle)
    p.y += radius * np.sin(angle)


def roll(p: Trajectory, u: NDArray[np.float64], speed: float, rng: np.random.Generator) -> None:
    """Roll sideways, faster and faster."""
    direction, way = rng.choice([-1.0, 1.0]), 1.5 * speed * (u**2.5 - rng.uniform(0.45, 0.72) ** 2.5)
    p.x += direction * way
    p.angle += direction * 4.0 * way


def collide(p: Trajectory, u: NDArray[np.float64], speed: float, rng: np.random.Generator) -> None:
    """Run into the second object and stop; that one moves on (``trajectories`` adds it)."""
    hit = rng.uniform(0.4, 0.6) / speed
    p.x[:] = np.interp(u, [0, hit, 1], [-0.35, 0.45, 0.5])


MOTIONS: dict[str, Motion] = {
    f.__name__: f for f in (bounce, collide, fall, grow, pulse, rise, roll, slide, spin, spiral, swing, whirl, wobble)
}


def _stand_still(u: NDArray[np.float64], aspect: float, rng: np.random.Generator) -> Trajectory:
    """Return an object that does not move, somewhere in the frame, with a size, a proportion and an angle of its own."""
    still = Trajectory.at(u, aspect / 2 + rng.uniform(-0.3, 0.3), rng.uniform(0.28, 0.72), rng.uniform(-np.pi, np.pi))
    size, proportion = rng.uniform(0.8, 1.2), rng.uniform(0.7, 1.0)
    still.scale_x *= size
    still.scale_y *= size * proportion
    return still


def trajectories(
    motion: str, frames: int, aspect: float, speed: float, rng: np.random.Generator
) -> tuple[Trajectory, Trajectory]:
    """Draw the trajectories of the two objects of a video.

    Args:
        motion: One of ``MOTIONS``.
        frames: Number of frames T.
        aspect: Width of the frame in frame heights.
        speed: Factor on the usual speed.
        rng: Decides everything else.

    Returns:
        Trajectories of the second object, which stands still except in ``collide``, and of the subject, which performs the motion.
    """
    u = np.linspace(0.0, 1.0, frames)
    second, subject = _stand_still(u, aspect, rng), _stand_still(u, aspect, rng)
    x0, y0 = subject.x[0], subject.y[0]
    MOTIONS[motion](subject, u, speed, rng)
    if motion == "collide":
        # Both move on one line: the subject comes along it, the second object is pushed away and slows down.
        slope, direction = rng.uniform(-0.5, 0.5), rng.choice([-1.0, 1.0])
        along = subject.x.copy()
        since_hit = np.maximum(0.0, u - u[np.argmax(along >= 0.25)])
        for trajectory, s in ((subject, along), (second, 0.55 + 0.5 * (1 - np.exp(-4 * since_hit)))):
            trajectory.x[:] = x0 + direction * (s - 0.4) * np.cos(slope)
            trajectory.y[:] = y0 + (s - 0.4) * np.sin(slope)
    return second, subject
