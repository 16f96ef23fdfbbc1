"""The classes of the embedded study: where a subject is, how large and how turned, over time.

Units: lengths in frame heights (y down), angles in radians, ``u`` the phase 0..1 of the video. A motion changes a path that
stands still; what it does is laid round where the subject stood, at half time anywhere near it, so that the place tells no
motion.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass
class Trajectory:
    """A subject's course: centre, size factors along its two axes and angle, each one value a frame."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    wide: NDArray[np.float64]
    high: NDArray[np.float64]
    angle: NDArray[np.float64]

    @classmethod
    def at(cls, u: NDArray[np.float64], x: float, y: float, angle: float) -> Trajectory:
        """A path that stays where it is."""
        one = np.ones_like(u)
        return cls(x=x * one, y=y * one, wide=one.copy(), high=one.copy(), angle=angle * one)


Motion = Callable[[Trajectory, NDArray[np.float64], float, np.random.Generator], None]


def fall(p: Trajectory, u: NDArray[np.float64], pace: float, rng: np.random.Generator) -> None:
    """Gravity: from above, ever faster, downwards."""
    p.y += 0.65 * pace * (u**1.6 - rng.uniform(0.25, 0.75) ** 1.6)


def rise(p: Trajectory, u: NDArray[np.float64], pace: float, rng: np.random.Generator) -> None:
    """Buoyancy: from below, ever slower, upwards."""
    p.y -= 0.65 * pace * (rng.uniform(0.25, 0.75) ** 2 - (1 - u) ** 2)


def bounce(p: Trajectory, u: NDArray[np.float64], pace: float, rng: np.random.Generator) -> None:
    """A ball that loses height at every bounce."""
    phase = 8 * pace * u + rng.uniform(0, 1)
    height = 0.8 * np.exp(-2.4 * u)
    p.y += 0.2 - height * (1 - (2 * (phase % 1.0) - 1) ** 2)


def swing(p: Trajectory, u: NDArray[np.float64], pace: float, rng: np.random.Generator) -> None:
    """A damped pendulum."""
    angle = 1.1 * np.exp(-2.5 * u) * np.cos(2 * np.pi * 8 * pace * u + rng.uniform(0, 2 * np.pi))
    length = rng.uniform(0.5, 0.7)
    p.x += length * np.sin(angle)
    p.y += length * (np.cos(angle) - 1)
    p.angle -= angle


def slide(p: Trajectory, u: NDArray[np.float64], pace: float, rng: np.random.Generator) -> None:
    """Pushed sideways, stopped by friction."""
    way = rng.choice([-1.0, 1.0])
    p.x += way * 1.1 * (np.exp(-2.5 * pace * rng.uniform(0.1, 0.6)) - np.exp(-2.5 * pace * u)) / (1 - np.exp(-2.5 * pace))


def grow(p: Trajectory, u: NDArray[np.float64], pace: float, rng: np.random.Generator) -> None:
    """Growth, as of something that comes nearer."""
    factor = 0.6 + 1.0 * pace * u
    p.wide *= factor
    p.high *= factor


def spin(p: Trajectory, u: NDArray[np.float64], pace: float, rng: np.random.Generator) -> None:
    """A top: turning ever more slowly, and leaning over as it does."""
    way = rng.choice([-1.0, 1.0])
    p.angle += way * 2 * np.pi * 10 * pace * (1 - np.exp(-3.0 * u)) / 3.0
    p.high *= 1 - 0.55 * u


def spiral(p: Trajectory, u: NDArray[np.float64], pace: float, rng: np.random.Generator) -> None:
    """Round a drain, nearer and nearer."""
    turn = rng.choice([-1.0, 1.0]) * 2 * np.pi * 6 * pace * u + rng.uniform(0, 2 * np.pi)
    radius = 0.45 * (1 - 0.9 * u)
    p.x += radius * np.cos(turn)
    p.y += radius * np.sin(turn)


def orbit(p: Trajectory, u: NDArray[np.float64], pace: float, rng: np.random.Generator) -> None:
    """A steady circle: the one motion that has no direction in time."""
    turn = rng.choice([-1.0, 1.0]) * 2 * np.pi * 5 * pace * u + rng.uniform(0, 2 * np.pi)
    radius = rng.uniform(0.15, 0.35)
    p.x += radius * np.cos(turn)
    p.y += radius * np.sin(turn)


def roll(p: Trajectory, u: NDArray[np.float64], pace: float, rng: np.random.Generator) -> None:
    """Rolling down a slope, ever faster, turning as it goes."""
    way = rng.choice([-1.0, 1.0])
    s = u**1.7 * min(1.0, 0.85 * pace)
    p.x += way * (-0.5 + 1.0 * s)
    p.y += 0.35 * (s - 0.5)
    p.angle += way * 5.0 * s


def wobble(p: Trajectory, u: NDArray[np.float64], pace: float, rng: np.random.Generator) -> None:
    """Jelly: squeezed and stretched, less and less."""
    factor = 0.6 * np.exp(-3.0 * u) * np.cos(2 * np.pi * 8 * pace * u + rng.uniform(0, 2 * np.pi))
    p.wide *= 1 + factor
    p.high *= 1 - factor


def collide(p: Trajectory, u: NDArray[np.float64], pace: float, rng: np.random.Generator) -> None:
    """Runs into another object and stays; that one is what moves on (see ``course``)."""
    hit = rng.uniform(0.4, 0.6) / pace
    p.x[:] = np.interp(u, [0, hit, 1], [-0.35, 0.45, 0.5])


MOTIONS: dict[str, Motion] = {
    f.__name__: f for f in (bounce, collide, fall, grow, orbit, rise, roll, slide, spin, spiral, swing, wobble)
}


def _stand(u: NDArray[np.float64], aspect: float, rng: np.random.Generator) -> Trajectory:
    """An object somewhere in the frame, of its own size, proportion and angle, that does not move."""
    path = Trajectory.at(u, aspect / 2 + rng.uniform(-0.3, 0.3), rng.uniform(0.28, 0.72), rng.uniform(-np.pi, np.pi))
    size, slim = rng.uniform(0.8, 1.2), rng.uniform(0.7, 1.0)
    path.wide *= size
    path.high *= size * slim
    return path


def trajectories(
    motion: str, frames: int, aspect: float, pace: float, rng: np.random.Generator
) -> tuple[Trajectory, Trajectory]:
    """Prop's and subject's paths over ``frames`` frames of width ``aspect`` (in frame heights)."""
    u = np.linspace(0.0, 1.0, frames)
    prop, subject = _stand(u, aspect, rng), _stand(u, aspect, rng)
    x0, y0 = subject.x[0], subject.y[0]
    MOTIONS[motion](subject, u, pace, rng)
    if motion == "collide":
        # One line along which the subject comes and the other is pushed away, slowing down.
        lean, way = rng.uniform(-0.5, 0.5), rng.choice([-1.0, 1.0])
        along = subject.x.copy()
        since = np.maximum(0.0, u - u[np.argmax(along >= 0.25)])
        for path, s in ((subject, along), (prop, 0.55 + 0.5 * (1 - np.exp(-4 * since)))):
            path.x[:] = x0 + way * (s - 0.4) * np.cos(lean)
            path.y[:] = y0 + (s - 0.4) * np.sin(lean)
    return prop, subject
