#!/usr/bin/env bash
# One rehearsal as a Slurm array, one shard a task, and the merge when all of them are done:
#
#     sbatch --array=1-16 examples/sweep/slurm.sh scenarios/rehearsals/cutover-2023.yaml out/cutover-2023
#     sbatch --dependency=afterok:JOBID --wrap "mims-sim merge out/cutover-2023 --out out/cutover-2023/merged"
#
# Start it in the folder that the path of the rehearsal begins in, and merge there. The number of shards is the array's size.
# A task that fails, or whose node dies, is put back and gives the same bytes.
#SBATCH --job-name=mims-sim
#SBATCH --cpus-per-task=1
#SBATCH --mem=1G
#SBATCH --time=01:00:00
#SBATCH --requeue
set -euo pipefail
rehearsal=$1
out=$2
shard=$SLURM_ARRAY_TASK_ID
shards=$SLURM_ARRAY_TASK_COUNT
[ -f "$out/shard-$shard-of-$shards.json" ] && exit 0
# A shard is not judged: `merge` judges all of them.
mims-sim rehearse "$rehearsal" --shard "$shard/$shards" --out "$out" --threads 1
