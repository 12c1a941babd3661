#!/usr/bin/env bash
# One rehearsal in shards by GNU parallel, on this machine or (with --sshlogin in PARALLEL) on others with a shared disk:
#
#     examples/sweep/parallel.sh scenarios/rehearsals/cutover-2023.yaml out/cutover-2023 16
#
# A log of the jobs lies beside the shards: started again, it runs only what is missing.
set -euo pipefail
rehearsal=$1
out=$2
shards=$3
mkdir -p "$out"
export rehearsal out shards
shard() {
    # A shard is not judged: `merge` judges all of them.
    mims-sim rehearse "$rehearsal" --shard "$1/$shards" --out "$out" --threads 1
}
export -f shard
parallel --will-cite --joblog "$out/jobs" --resume-failed --retries 3 shard ::: $(seq "$shards")
mims-sim merge "$out" --out "$out/merged"
