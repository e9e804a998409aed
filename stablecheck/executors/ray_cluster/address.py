"""Where a cluster is, and whether something answers there, without Ray's patience of minutes."""

from __future__ import annotations

import os
import socket

from stablecheck.errors import ClusterError

CONNECT_SECONDS = 5.0
"""How long a cluster may take to answer."""
HOW_TO_START = (
    "start one with `ray start --head`, or set RAY_ADDRESS to the HOST:PORT of one that runs"
)

_FRAME_HEAD = 9
"""Bytes before what an HTTP/2 frame says: three of length, one of type, then others."""
_SETTINGS = b"\x04"
"""The type of the frame that comes first."""


def reachable_address() -> str:
    """``HOST:PORT`` of the cluster, at which something answers that may be Ray.

    Raises:
        ClusterError: There is none.
    """
    asked = os.environ.get("RAY_ADDRESS") or "auto"
    if "://" in asked:
        raise ClusterError(
            f"RAY_ADDRESS is {asked}, but Ray's client protocol is not supported; run stablecheck "
            "on a node of the cluster, by hand or through `ray job submit`"
        )
    try:
        address = _resolved(asked)
        _greet(address)
    except (OSError, ValueError) as error:
        what = "was found on this machine" if asked == "auto" else f"answers at {asked}"
        raise ClusterError(f"no Ray cluster {what}; {HOW_TO_START}") from error
    return address


def answers(address: str) -> bool:
    """Whether something there may be Ray."""
    try:
        _greet(address)
    except OSError:
        return False
    return True


def _greet(address: str) -> None:
    """Wait for the frame with which a gRPC server begins; Ray would wait for minutes.

    Raises:
        OSError: Nothing is there, or something else.
        ValueError: It is no ``HOST:PORT``.
    """
    host, _, port = address.rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS) as connection:
        if os.environ.get("RAY_USE_TLS", "0") not in ("", "0"):
            return  # such a server waits for its client to speak
        head = connection.recv(_FRAME_HEAD, socket.MSG_WAITALL)
    if head[3:4] != _SETTINGS:
        raise ConnectionError(f"no gRPC server at {address}")


def _resolved(asked: str) -> str:
    """What ``ray.init`` would make of an address, without its long patience.

    Raises:
        OSError, ValueError: There is none.
    """
    from ray._private.services import canonicalize_bootstrap_address

    found = canonicalize_bootstrap_address(asked)
    if found is None:  # 'local', for which Ray would start a cluster
        raise ValueError(asked)
    return str(found)
