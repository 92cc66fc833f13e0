#!/bin/bash
# Repetitions of a run as a Slurm job array, one task and one folder each, and then their evaluation as one run.
# What follows the script's name are the flags of the run, the same each time:
#
#   first=$(sbatch --parsable --array=1 slurm-array.sh --data /shared/manifest.csv)
#   rest=$(sbatch --parsable --array=2-5 --dependency=afterok:$first slurm-array.sh --data /shared/manifest.csv)
#   sbatch --dependency=afterok:$rest slurm-array.sh
#
# The first repetition searches settings for all, so the others wait for it. Without a search, as on made-up
# patients, one `--array=1-5` does. Submitted without --array the script collects what is there.
#
#SBATCH --job-name=skin-micle
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=8
#SBATCH --mem=16G
#SBATCH --time=24:00:00
# A minute before the time is over the run is asked to end, and writes a checkpoint: submit it again to go on.
#SBATCH --signal=B:TERM@60
#SBATCH --output=%x-%j.log
set -euo pipefail

program=${SKINMICLE:-.build/release/SkinMICLe} # built by: swift build -c release --product SkinMICLe
runs=${RUNS:-runs/array}                       # on a file system that all machines see
export LOUPE_THREADS=${SLURM_CPUS_PER_TASK:-1}

if [[ -z ${SLURM_ARRAY_TASK_ID:-} ]]; then
  exec "$program" collect --run "$runs"/[0-9]* --out "$runs/all"
fi
flags=(--repetition "$SLURM_ARRAY_TASK_ID" --out "$runs/$SLURM_ARRAY_TASK_ID")
if [[ $SLURM_ARRAY_TASK_ID -gt 1 && -e $runs/1/results.json ]]; then
  flags+=(--choices "$runs/1")
fi
exec "$program" run "${flags[@]}" "$@"
