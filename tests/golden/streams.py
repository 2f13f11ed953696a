"""Random streams: calls on a fresh generator, and what the stream gives next.

The first argument of such a call says which: `"PCG64 1234"` is `Generator(PCG64(1234))`, `"RandomState 1234"` the legacy
generator. The result is a pair: the call's, and the probe, which differs if the call used up another part of the stream.
"""

import numpy as np
from numpy import random

DTYPES = {name: getattr(np, name) for name in "float32 float64 int8 uint8 int16 uint16 int32 uint32 int64 uint64".split()}
DTYPES |= {"bool": np.bool_, "float16": np.float16}


def _bit_generator(text):
    kind, *seed = text.split()
    seed = [int(s) for s in seed]
    return getattr(random, kind)(seed[0] if len(seed) == 1 else seed)


def _words(state):
    """The numbers of a bit generator's state, in the order of its dictionary, as 64-bit words."""
    out = []
    for key, value in state.items():
        if isinstance(value, dict):
            out += _words(value)
        elif isinstance(value, np.ndarray):
            out += [int(v) for v in value]
        elif key in ("state", "inc"):
            out += [value >> 64, value % 2**64]
        elif key != "bit_generator":
            out.append(int(value))
    return out


def _array(value):
    if isinstance(value, bytes):
        return np.frombuffer(value, np.uint8)
    return np.asarray(value)


def _generator(method):
    def call(stream, *args, **kwargs):
        generator = random.Generator(_bit_generator(stream))
        value = getattr(generator, method)(*args, **kwargs)
        if method == "shuffle":
            value = args[0]
        probe = [int(generator.integers(2**32, dtype=np.uint32)), int(generator.bit_generator.random_raw())]
        return [_array(value), np.array(probe, np.uint64)]

    return call


def _random_state(method):
    def call(stream, *args, **kwargs):
        kind, *seed = stream.split()
        seed = [int(s) for s in seed]
        if kind == "RandomState":
            state = random.RandomState(seed[0] if len(seed) == 1 else seed)
        else:
            state = random.RandomState(_bit_generator(stream))
        value = getattr(state, method)(*args, **kwargs)
        if method == "shuffle":
            value = args[0]
        return [_array(value), np.array([state.standard_normal(), state.random_sample()])]

    return call


def _bits(method):
    def call(stream, *args):
        bits = _bit_generator(stream)
        if method == "random_raw":
            # Half a word taken, and the state with it.
            words = bits.random_raw(*args)
            random.Generator(bits).integers(2**32, dtype=np.uint32)
            return [words, np.array(_words(bits.state), np.uint64)]
        if method == "jumped":
            bits.random_raw(3)
            bits = bits.jumped(*args)
        elif method == "advance":
            random.Generator(bits).integers(2**32, dtype=np.uint32)
            bits.advance(*args)
        elif method == "spawn":
            bits = bits.spawn(3)[2].spawn(2)[1]
        return [bits.random_raw(10), np.array(_words(bits.state), np.uint64)]

    return call


def _seed_sequence(entropy, spawn_key, pool_size):
    sequence = random.SeedSequence([int(e) for e in entropy], spawn_key=spawn_key, pool_size=pool_size)
    child = sequence.spawn(3)[2].spawn(1)[0]
    return [sequence.generate_state(10), sequence.generate_state(5, np.uint64), child.generate_state(4)]


def find(name):
    """The function behind `random.…`."""
    _, kind, method = name.split(".")
    inner = {"Generator": _generator, "RandomState": _random_state, "BitGenerator": _bits}.get(kind)
    function = inner(method) if inner else _seed_sequence

    def call(*args, **kwargs):
        if isinstance(kwargs.get("dtype"), str):
            kwargs["dtype"] = DTYPES[kwargs["dtype"]]
        with np.testing.suppress_warnings() as sup:
            sup.filter(DeprecationWarning)
            return function(*args, **kwargs)

    return call
