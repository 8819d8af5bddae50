#!/bin/bash
# One store of all shards, when every job of the array has ended well:   sbatch --dependency=afterok:ID merge.sh
#
# What depends on results, as the finer half of a search, no shard could train: it is trained here.
#SBATCH --job-name=strata-merge
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --time=01:00:00
#SBATCH --output=merge.log

# These three lines are yours.
experiments="experiments/lambda-coarse.yaml experiments/lambda-fine.yaml"
data=$HOME/cifar-10
out=merged

set -e
strata runs merge shard-*/ --out "$out"
# shellcheck disable=SC2086 # words
strata lab $experiments --data "$data" --threads "$SLURM_CPUS_PER_TASK" --out "$out"
strata report --out "$out"
