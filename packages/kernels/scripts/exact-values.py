"""Exact values of elementary functions, by mpmath (Debian: python3-mpmath): the function's name is the
argument; f64 arguments come on standard input, one array after another; on standard output go the values
rounded to f64, then what the rounding lost.
"""

import math
import struct
import sys

import mpmath
from mpmath import mp, mpf

mp.prec = 170

FUNCTIONS = {
    "exp": mpmath.exp,
    "exp2": lambda x: mpmath.power(2, x),
    "expm1": lambda x: mpmath.expm1(x),
    "log": mpmath.log,
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "log10": lambda x: mpmath.log(x) / mpmath.log(10),
    "log1p": mpmath.log1p,
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "tan": mpmath.tan,
    "asin": mpmath.asin,
    "acos": mpmath.acos,
    "atan": mpmath.atan,
    "atan2": mpmath.atan2,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "tanh": mpmath.tanh,
    "asinh": mpmath.asinh,
    "acosh": mpmath.acosh,
    "atanh": mpmath.atanh,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "erf": mpmath.erf,
    "pow": mpmath.power,
    "sqrt": mpmath.sqrt,
    "rsqrt": lambda x: 1 / mpmath.sqrt(x),
    "reciprocal": lambda x: 1 / x,
}

# Where mpmath has no value, or one of no sign: infinite and NaN arguments, poles, zeros.
INFINITE = math.inf
HOST = {
    "exp2": lambda x: 2.0**x if x < 1024 else INFINITE,
    "log2": lambda x: math.log2(x),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)) if x > -700 else 0.0,
    "rsqrt": lambda x: 1 / math.sqrt(x),
    "reciprocal": lambda x: 1 / x,
}


def by_host(name, x):
    """The value at a special argument: Python's, whose errors are the poles and NaN of IEEE 754."""
    if any(math.isnan(v) for v in x) and name != "pow":
        return math.nan
    if x[0] == 0 and name in ("log", "log2", "log10"):
        return -INFINITE
    if x[0] == 0 and name in ("rsqrt", "reciprocal"):
        return math.copysign(INFINITE, x[0])
    if name == "log1p" and x[0] == -1:
        return -INFINITE
    if name == "atanh" and abs(x[0]) == 1:
        return math.copysign(INFINITE, x[0])
    if name == "rsqrt" and x[0] == INFINITE:
        return 0.0
    try:
        return (HOST.get(name) or getattr(math, name))(*x)
    except OverflowError:
        return INFINITE if name != "sinh" else math.copysign(INFINITE, x[0])
    except (ValueError, ZeroDivisionError):
        if name == "pow" and x[0] == 0:  # a pole
            odd = x[1] == math.floor(x[1]) and math.fmod(x[1], 2) != 0
            return math.copysign(INFINITE, x[0]) if odd else INFINITE
        return math.nan


def rounded(value):
    """An exact value as f64 (infinite beyond the range, subnormal below) and what is left."""
    if isinstance(value, mpmath.mpc):
        return math.nan, 0.0
    magnitude = abs(value)
    if magnitude >= mpf(2) ** 1024 - mpf(2) ** 970:
        return math.copysign(INFINITE, value), 0.0
    if magnitude < mpf(2) ** -1022:
        units = int(mpmath.nint(magnitude * mpf(2) ** 1074))
        high = math.copysign(math.ldexp(units, -1074), value)
        return high, 0.0 if magnitude < mpf(2) ** -1076 else float(value - mpf(high))
    high = float(value)
    return high, float(value - mpf(high))


def exact(name, x):
    if any(math.isnan(v) or math.isinf(v) for v in x):
        return by_host(name, x), 0.0
    if 0 in x or abs(x[0]) == 1:
        value = by_host(name, x)
        # An angle of a zero is known by its sign, which mpmath's zeros have not.
        angle = name == "atan2" and 0 in x
        if math.isnan(value) or math.isinf(value) or value == 0 or angle:
            return value, 0.0
    if name in ("exp", "exp2", "expm1", "sinh", "cosh", "sigmoid") and abs(x[0]) > 1100:
        return by_host(name, x), 0.0
    if name == "tanh" and abs(x[0]) > 50:
        return math.copysign(1.0, x[0]), 0.0
    if name == "erf" and abs(x[0]) > 10:
        return math.copysign(1.0, x[0]), 0.0
    if name == "pow":
        if x[0] < 0 and x[1] != math.floor(x[1]):
            return math.nan, 0.0
        size = mpmath.log(abs(mpf(x[0]))) * mpf(x[1])
        if abs(size) > 800:
            odd = x[0] < 0 and math.fmod(x[1], 2) != 0
            limit = INFINITE if size > 0 else 0.0
            return (-limit if odd else limit), 0.0
    try:
        value = FUNCTIONS[name](*(mpf(v) for v in x))
    except (ValueError, ZeroDivisionError):
        return math.nan, 0.0
    high, low = rounded(value)
    if high == 0:
        high = math.copysign(0.0, by_host(name, x))
    return high, low


def main():
    name = sys.argv[1]
    data = sys.stdin.buffer.read()
    numbers = struct.unpack(f"<{len(data) // 8}d", data)
    width = 2 if name in ("pow", "atan2") else 1
    count = len(numbers) // width
    pairs = [exact(name, numbers[i::count]) for i in range(count)]
    high, low = zip(*pairs)
    sys.stdout.buffer.write(struct.pack(f"<{2 * count}d", *high, *low))


main()
