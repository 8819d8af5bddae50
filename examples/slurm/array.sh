#!/bin/bash
# A laboratory as an array of jobs that share nothing:   sbatch --parsable array.sh
#
# Each trains the runs that fall to its shard, in a folder of its own; merge.sh makes one store of them. No MPI, and no job waits for another.
# The last number of the array is the number of shards. A shard that was lost is handed in again by itself: sbatch --array=3 array.sh
#SBATCH --job-name=strata-shard
#SBATCH --array=1-8
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --time=01:00:00
#
# 60 seconds before the time is over this script is told. It stops the training, which writes checkpoints and ends with 75, and hands the
# shard in again: it goes on where it was, as often as it needs.
#SBATCH --signal=B:TERM@60
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=shard-%a.log

# These three lines are yours.
experiments="experiments/lambda-coarse.yaml experiments/lambda-fine.yaml"
data=$HOME/cifar-10
shards=8

# shellcheck disable=SC2086 # words
strata lab $experiments --data "$data" --threads "$SLURM_CPUS_PER_TASK" \
    --shard "$SLURM_ARRAY_TASK_ID/$shards" --out "shard-$SLURM_ARRAY_TASK_ID" &
training=$!

told=
trap 'told=yes; kill -TERM $training' TERM
wait $training
code=$?
while [ -n "$told" ]; do # it was the trap that ended the wait
    told=
    wait $training
    code=$?
done
[ $code != 75 ] || scontrol requeue "$SLURM_JOB_ID"
exit $code
