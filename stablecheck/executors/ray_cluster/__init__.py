"""Trials on a Ray cluster.

``executor`` decides what runs, ``cluster`` talks to Ray at the ``address`` that it was found at,
``capacity`` counts what fits there, ``remote`` is what runs on the nodes and ``shipping`` is what
they are sent. Ray itself is imported when a cluster is entered.
"""
