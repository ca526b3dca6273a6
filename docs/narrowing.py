# Part of the Rescale Project, under the Apache License v2.0 with LLVM
# Exceptions. See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Draws the worked channel of docs/Narrowing.md as docs/narrowing.svg, or with
# --check tells whether the committed picture is stale or a number is not in the
# text. The numbers come from the definition: thresholds by bisection, L and U
# over all pairs of points, every shift tried; no code of the solver.

import argparse
import pathlib
import sys
from fractions import Fraction

FOLDER = pathlib.Path(__file__).resolve().parent

# One channel of the first convolution of resnet8, as the converter writes it.
MULTIPLICAND, SHIFT = 1572401305, 41
LOW, HIGH = -210159, 189681
ZERO_POINT, CLAMP_MIN, CLAMP_MAX = -128, -128, 127


def quotient(d):
    """TOSA's double rounding."""
    addend = (1 << SHIFT - 1) + ((1 << 30) if d >= 0 else -(1 << 30))
    return MULTIPLICAND * d + addend >> SHIFT


def threshold(j, low, high):
    """The least accumulator of a quotient that the range reaches."""
    while low < high:
        middle = (low + high) // 2
        if quotient(middle) >= j:
            high = middle
        else:
            low = middle + 1
    return low


class Channel:
    """The points that a line has to pass, and what follows from them."""

    def __init__(self, low=LOW, high=HIGH, clamp=(CLAMP_MIN, CLAMP_MAX)):
        least, greatest = (bound - ZERO_POINT for bound in clamp)
        self.first = max(quotient(low), least)
        self.last = min(quotient(high), greatest)
        self.steps = {j: threshold(j, low, high)
                      for j in range(self.first + 1, self.last + 1)}
        self.lower = [(t, j) for j, t in self.steps.items()]
        self.upper = [(t - 1, j) for j, t in self.steps.items()]
        if self.first > least:
            self.lower.append((low, self.first))
        if self.last < greatest:
            self.upper.append((high, self.last + 1))
        pairs = [(t, j, u, k) for t, j in self.lower for u, k in self.upper]
        self.least = max((Fraction(j - k, t - u), (t, j), (u, k))
                         for t, j, u, k in pairs if t > u)
        self.greatest = min((Fraction(k - j, u - t), (t, j), (u, k))
                            for t, j, u, k in pairs if t < u)

    def smallest(self, shift):
        """The least multiplicand at a shift, right or wrong for U."""
        multiplicand = int(self.least[0] * (1 << shift)) + 1
        return multiplicand, multiplicand < self.greatest[0] * (1 << shift)

    def addends(self, multiplicand, shift):
        """The least and the greatest that the points allow."""
        return (max((j << shift) - multiplicand * t for t, j in self.lower),
                min((k << shift) - 1 - multiplicand * u
                    for u, k in self.upper))


def narrowest(*channels):
    """The smallest multiplicand for all of them, whatever the shift."""
    least = max(channel.least[0] for channel in channels)
    greatest = min(channel.greatest[0] for channel in channels)
    for shift in range(64) if least < greatest else ():
        multiplicand = int(least * (1 << shift)) + 1
        if multiplicand < greatest * (1 << shift):
            return f"{multiplicand} ({multiplicand.bit_length()} bits)"
    return "none"


class Picture:
    """SVG, one element a line, so that a change can be read."""

    WIDTH, LEFT, RIGHT = 880, 70, 20

    def __init__(self, height):
        self.lines = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.WIDTH}" '
            f'height="{height}" viewBox="0 0 {self.WIDTH} {height}" '
            'font-family="sans-serif" font-size="13">',
            f'<rect width="{self.WIDTH}" height="{height}" fill="#fff"/>',
        ]

    def rect(self, x, y, width, height, fill):
        self.lines.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}"'
                          f' height="{height:.1f}" fill="{fill}"/>')

    def line(self, x1, y1, x2, y2, color="#444", extra=""):
        self.lines.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" '
                          f'y2="{y2:.1f}" stroke="{color}"{extra}/>')

    def path(self, points, color):
        text = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.lines.append(f'<polyline points="{text}" fill="none" '
                          f'stroke="{color}"/>')

    def text(self, x, y, text, anchor="start", color="#222"):
        self.lines.append(f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}" '
                          f'text-anchor="{anchor}">{text}</text>')

    def x(self, value, low, high):
        span = self.WIDTH - self.LEFT - self.RIGHT
        return self.LEFT + span * (value - low) / (high - low)

    def axis(self, y, low, high, step):
        self.line(self.LEFT, y, self.WIDTH - self.RIGHT, y)
        for value in range(-(-low // step) * step, high + 1, step):
            x = self.x(value, low, high)
            self.line(x, y, x, y + 4)
            self.text(x, y + 17, f"{value:,}", "middle")


def draw_staircase(picture, channel, top):
    """Code over accumulator on the whole range."""
    height = 200

    def y(code):
        return top + height - height * (code - CLAMP_MIN) / 140

    end = picture.x(channel.steps[channel.first + 1], LOW, HIGH)
    picture.rect(picture.LEFT, top, end - picture.LEFT, height, "#f0f0f0")
    picture.text(picture.LEFT + 10, top + 20,
                 "saturated: nothing is asked of the line")
    picture.text(end + 10, top + 20,
                 f"{len(channel.steps)} thresholds, T(1) = "
                 f"{channel.steps[1]:,} to T({channel.last}) = "
                 f"{channel.steps[channel.last]:,}")
    points = [(picture.LEFT, y(ZERO_POINT + channel.first))]
    for j, threshold in channel.steps.items():
        x = picture.x(threshold, LOW, HIGH)
        points += [(x, y(ZERO_POINT + j - 1)), (x, y(ZERO_POINT + j))]
    points.append((picture.x(HIGH, LOW, HIGH), points[-1][1]))
    picture.path(points, "#1f5fa8")
    for code in (-128, -64, 0):
        picture.text(picture.LEFT - 8, y(code) + 4, str(code), "end")
        picture.line(picture.LEFT - 4, y(code), picture.LEFT, y(code))
    picture.axis(top + height, LOW, HIGH, 50000)
    picture.text(picture.LEFT, top - 10, "The code of an accumulator")


def draw_addends(picture, channel, top, multiplicand, shift):
    """For each threshold the addends that put it where it is."""
    height = 210
    least, greatest = channel.addends(multiplicand, shift)
    bars = {}
    for j, t in channel.steps.items():
        begin = (j << shift) - multiplicand * t
        bars[t] = (begin, begin + multiplicand)
    bottom = min(begin for begin, _ in bars.values())
    highest = max(end for _, end in bars.values())

    def y(addend):
        return top + height - height * (addend - bottom) / (highest - bottom)

    bits = multiplicand.bit_length()
    works = least <= greatest
    claim = (f"{least:,} to {greatest:,} keep all" if works
             else "none keeps all")
    picture.text(picture.LEFT, top - 10,
                 f"m = {multiplicand:,} ({bits} bits), s = {shift}: the addends"
                 f" that keep each threshold; {claim}")
    color = "#9cc3e8" if works else "#e8b9a0"
    for t, (begin, end) in bars.items():
        x = picture.x(t, 0, HIGH)
        picture.rect(x - 2, y(end), 4, y(begin) - y(end), color)
    if works:
        picture.rect(picture.LEFT, y(greatest + 1),
                     picture.WIDTH - picture.LEFT - picture.RIGHT,
                     y(least) - y(greatest + 1), "#1f5fa8")
    else:
        for addend in (least, greatest):
            picture.line(picture.LEFT, y(addend),
                         picture.WIDTH - picture.RIGHT, y(addend), "#a8441f",
                         ' stroke-dasharray="6 4"')
    picture.axis(top + height, 0, HIGH, 25000)


def draw(channel):
    picture = Picture(850)
    draw_staircase(picture, channel, 40)
    shift = next(s for s in range(64) if channel.smallest(s)[1])
    multiplicand = channel.smallest(shift)[0]
    draw_addends(picture, channel, 310, multiplicand, shift)
    # The best of one bit less, for L < m/2^s, is above U.
    draw_addends(picture, channel, 585,
                 channel.smallest(shift - 1)[0], shift - 1)
    picture.text(picture.WIDTH - picture.RIGHT, 840, "accumulator", "end")
    return "\n".join(picture.lines + ["</svg>"]) + "\n"


def facts(channel):
    """What the text says."""
    shift = next(s for s in range(64) if channel.smallest(s)[1])
    yield f"{len(channel.steps)} thresholds"
    for j in (1, 2, channel.last):
        yield f"T({j}) = {channel.steps[j]}"
    for slope, lower, upper in (channel.least, channel.greatest):
        yield f"{slope.numerator} / {slope.denominator}"
        yield f"({lower[0]}, {lower[1]})"
        yield f"({upper[0]}, {upper[1]})"
    for s in (0, 10, shift - 2, shift - 1, shift):
        multiplicand, fits = channel.smallest(s)
        bound = float(channel.greatest[0] * (1 << s))
        yield (f"| {s} | {multiplicand} | {bound:.4f} | "
               f"{'yes' if fits else 'no'} |")
    least, greatest = channel.addends(channel.smallest(shift)[0], shift)
    yield f"{least} to {greatest}"
    # What the range and the clamp are worth.
    yield f"| {len(channel.steps)} | {narrowest(channel)} |"
    every = Channel(-(1 << 31), (1 << 31) - 1)
    yield f"| {len(every.steps)} | {narrowest(every)} |"
    wide = (ZERO_POINT - 1000, ZERO_POINT + 1000)
    both = Channel(clamp=wide)
    yield f"| {len(both.steps)} | {narrowest(both)} |"
    signs = Channel(high=-1, clamp=wide), Channel(low=0, clamp=wide)
    yield f"| {len(both.steps)} | {narrowest(*signs)} |"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    channel = Channel()
    picture, path = draw(channel), FOLDER / "narrowing.svg"
    if not options.check:
        path.write_text(picture)
        return
    if path.read_text() != picture:
        sys.exit("docs/narrowing.svg is stale; run docs/narrowing.py")
    text = " ".join((FOLDER / "Narrowing.md").read_text().split())
    for fact in facts(channel):
        if fact not in text:
            sys.exit(f"docs/Narrowing.md does not say {fact}")


if __name__ == "__main__":
    main()
