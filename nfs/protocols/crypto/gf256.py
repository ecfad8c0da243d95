"""Arithmetic in GF(2^8), from which the tables of SNOW 3G are made."""

from __future__ import annotations


def times_x(value: int, polynomial: int) -> int:
    """MULx of TS 35.216 clause 3.1.1; ``polynomial`` is without its x^8."""
    return (value << 1 ^ polynomial if value & 0x80 else value << 1) & 0xFF


def times_x_power(value: int, power: int, polynomial: int) -> int:
    """MULxPOW of TS 35.216 clause 3.1.2."""
    for _ in range(power):
        value = times_x(value, polynomial)
    return value


def multiply(a: int, b: int, polynomial: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a, b = times_x(a, polynomial), b >> 1
    return product


def power(value: int, exponent: int, polynomial: int) -> int:
    result = 1
    while exponent:
        if exponent & 1:
            result = multiply(result, value, polynomial)
        value, exponent = multiply(value, value, polynomial), exponent >> 1
    return result
