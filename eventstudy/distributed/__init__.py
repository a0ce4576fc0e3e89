"""The same study where prices and events outgrow a machine: partition by partition, here or on a Dask cluster."""

from __future__ import annotations

from eventstudy.distributed.result import PartitionedResult
from eventstudy.distributed.run import run_partitioned

__all__ = ["PartitionedResult", "run_partitioned"]
