"""Calls under a policy for floating-point errors, and that policy itself. All results are text."""

import numpy as np


class Deferred:
    """A call that is an argument, and is made under the policy."""

    def __init__(self, call):
        self.call = call

    def value(self):
        """The call, without results of earlier evaluations."""
        pending = [self.call]
        while pending:
            call = pending.pop()
            vars(call).pop("result", None)
            pending += [x for x in (*call.args, *call.kwargs.values()) if type(x) is type(call)]
        return self.call

    def spec(self):
        return self.call.spec()


class _Log:
    def __init__(self):
        self.lines = []

    def write(self, text):
        self.lines.append(text)

    def __call__(self, kind, flags):
        self.lines.append(f"{kind} {flags}\n")


def _under(call, **policy):
    """What is heard of a call, and the error that it raises."""
    log = _Log()
    with np.errstate(call=log, **policy):
        try:
            call.value()
        except FloatingPointError as error:
            log.write(f"FloatingPointError: {error}\n")
    return "".join(log.lines)


def _state(state):
    return " ".join(f"{kind}={state[kind]}" for kind in ("divide", "over", "under", "invalid"))


def _seterr(**policy):
    """The policy before and after."""
    with np.errstate():
        before = np.seterr(**policy)
        return f"{_state(before)}; {_state(np.geterr())}"


def _geterr(**policy):
    with np.errstate(**policy):
        return _state(np.geterr())


def _seterrcall(count):
    """Whether there was a function before, as often as one is installed."""
    with np.errstate():
        return " ".join(str(np.seterrcall(_Log()) is not None) for _ in range(count))


def _geterrcall(installed):
    with np.errstate():
        np.seterrcall(_Log() if installed else None)
        return str(np.geterrcall() is not None)


def _setbufsize(size):
    before = np.setbufsize(size)
    after = np.getbufsize()
    np.setbufsize(before)
    return f"{before} {after}"


def _info(a):
    import io

    out = io.StringIO()
    np.info(a, output=out)
    # Addresses are nobody's promise.
    return "".join(line + "\n" for line in out.getvalue().splitlines() if not line.startswith("data pointer"))


FUNCTIONS = {
    "errstate": _under,
    "errstate.call": _under,
    "seterr": _seterr,
    "geterr": _geterr,
    "seterrcall": _seterrcall,
    "geterrcall": _geterrcall,
    "setbufsize": _setbufsize,
    "getbufsize": lambda: str(np.getbufsize()),
    "info": _info,
}
