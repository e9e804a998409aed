"""A Ray cluster of two nodes on this machine, for as long as a command runs in it.

    python two_nodes.py stablecheck run digits.yaml     # one command, and the cluster is gone again
    python two_nodes.py                                 # until Enter: prints its address

Each node has one CPU and a small object store, whatever the machine has.
"""

import os
import signal
import subprocess
import sys

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # before Ray is imported: it reports home

from ray.cluster_utils import Cluster

NODE = {"num_cpus": 1, "num_gpus": 0, "object_store_memory": 100 * 2**20}


def main(command):
    cluster = Cluster(initialize_head=True, head_node_args={**NODE, "include_dashboard": False})
    try:
        cluster.add_node(**NODE)
        if command:
            signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the command
            return subprocess.call(command, env={**os.environ, "RAY_ADDRESS": cluster.address})
        print(f"export RAY_ADDRESS={cluster.address}", flush=True)
        sys.stdin.readline()
        return 0
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
