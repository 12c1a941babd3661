#!/usr/bin/env python3
"""Runs rehearsals in shards on Dask distributed, and merges each into the result that one machine would have given.

    sweep.py scenarios/rehearsals/*.yaml --shards 16 --out out                      a cluster on this machine
    sweep.py scenarios/rehearsals/*.yaml --shards 16 --out out --scheduler tcp://host:8786

Each file is a cell of the sweep; each shard of it is one task. Workers need no shared disk: the files go to them with the
task, and each sends back the bytes of its shard. They need the same version of `mims-sim` (--binary is its path there; a
shard of another version is refused when merged). A task whose worker dies is run again elsewhere, and gives the same
bytes. Shards that are there already are not run again, so a driver that was stopped goes on where it was.

Needs: pip install distributed
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

from distributed import Client, LocalCluster, as_completed


def shard_name(index: int, count: int) -> str:
    """The name that `mims-sim rehearse --shard` gives its file."""
    return f"shard-{index}-of-{count}.json"


def run_shard(binary: str, files: dict[str, bytes], rehearsal: str, index: int, count: int) -> bytes:
    """One shard, on whichever worker this is; the folder it runs in is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="mims-sim-") as folder:
        root = pathlib.Path(folder)
        for name, content in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        # One task has one thread: how many run side by side is for the cluster to say.
        command = [binary, "rehearse", rehearsal, "--shard", f"{index}/{count}", "--out", "shards", "--threads", "1"]
        ran = subprocess.run(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        shard = root / "shards" / shard_name(index, count)
        # A shard is not judged: `merge` judges all of them.
        if ran.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} ended with {ran.returncode}:\n{ran.stderr}")
        return shard.read_bytes()


def files_of(root: pathlib.Path) -> dict[str, bytes]:
    """What a rehearsal may call by name: all YAML and CSV files of its folder of scenarios."""
    wanted = (path for ending in ("yaml", "yml", "csv") for path in root.rglob(f"*.{ending}"))
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(wanted)}


def write(path: pathlib.Path, content: bytes) -> None:
    """Beside its place and then renamed, so that a shard is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.part")
    beside.write_bytes(content)
    beside.replace(path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rehearsals", nargs="+", type=pathlib.Path, help="rehearsal files, each a cell of the sweep")
    parser.add_argument("--root", type=pathlib.Path, help="the folder that goes to the workers; `scenarios` above the first file")
    parser.add_argument("--shards", type=int, default=4, help="shards of each rehearsal")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="a folder for each rehearsal is made in it")
    parser.add_argument("--scheduler", help="the address of a Dask scheduler; without it a cluster on this machine")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="workers of the cluster on this machine")
    parser.add_argument("--binary", default="mims-sim", help="the tool, as it is called on the workers")
    options = parser.parse_args()

    first = options.rehearsals[0].resolve()
    root = (options.root or next((p for p in first.parents if p.name == "scenarios"), first.parent)).resolve()
    cluster = None
    if options.scheduler is None:
        cluster = LocalCluster(n_workers=options.workers, threads_per_worker=1, dashboard_address=None)
    with Client(options.scheduler or cluster) as client:
        files = client.scatter(files_of(root), broadcast=True)
        pending = {}
        for rehearsal in options.rehearsals:
            name = str(rehearsal.resolve().relative_to(root))
            for index in range(1, options.shards + 1):
                place = options.out / rehearsal.stem / shard_name(index, options.shards)
                if not place.is_file():
                    task = client.submit(run_shard, options.binary, files, name, index, options.shards, pure=False)
                    pending[task] = place
        for number, (task, content) in enumerate(as_completed(pending, with_results=True), start=1):
            write(pending[task], content)
            print(f"{number} of {len(pending)} shards: {pending[task]}", file=sys.stderr, flush=True)
    if cluster is not None:
        cluster.close()

    worst = 0
    for rehearsal in options.rehearsals:
        folder = (options.out / rehearsal.stem).resolve()
        name = str(rehearsal.resolve().relative_to(root))
        print(f"== {name}", flush=True)
        # Paths in a shard are those that its worker knew: beneath the root.
        merged = subprocess.run([options.binary, "merge", str(folder), "--out", str(folder / "merged")], cwd=root)
        worst = max(worst, merged.returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
