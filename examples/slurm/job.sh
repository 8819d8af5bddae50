#!/bin/bash
# A laboratory as one job over several nodes:   sbatch job.sh
#
# One task a node. The first deals the runs and alone writes to $out, which every node sees; each other trains on the cores of its node.
# So nodes=5 train on four. --cpus-per-task is what a node has for the job, --time as long as you are allowed: see below.
#SBATCH --job-name=strata
#SBATCH --nodes=5
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --time=04:00:00
#
# 60 seconds before the time is over this script is told. It stops the ranks, which write checkpoints and end with 75, and hands the job in
# again: it goes on where it was, as often as it needs, and its log is continued.
#SBATCH --signal=B:USR2@60
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=strata-%j.log

# These three lines are yours.
experiments="experiments/lambda-coarse.yaml experiments/lambda-fine.yaml"
data=$HOME/cifar-10
out=report-out

# srun, where Slurm and MPI are joined by PMIx (srun --mpi=list names it). If a node is lost, the others go on: one task a node is what Slurm
# needs for that. Where there is no PMIx, mpirun: it finds the nodes by itself, and ends them all when one is lost.
launcher=${STRATA_LAUNCHER:-srun}
case $launcher in
srun) launch="srun --mpi=pmix --kill-on-bad-exit=0 --cpus-per-task=$SLURM_CPUS_PER_TASK" ;; # without the last: one core
mpirun) launch="mpirun --bind-to none" ;;
*) echo "STRATA_LAUNCHER is srun or mpirun, not $launcher" >&2; exit 2 ;;
esac

# shellcheck disable=SC2086 # words
$launch strata lab $experiments --data "$data" --out "$out" --threads "$SLURM_CPUS_PER_TASK" &
ranks=$!

# SIGUSR2 is what both launchers hand on to all ranks. SIGTERM they do not: srun then kills, and mpirun gives one second.
told=
trap 'told=yes; kill -USR2 $ranks' USR2 TERM
wait $ranks
code=$?
while [ -n "$told" ]; do # it was the trap that ended the wait
    told=
    wait $ranks
    code=$?
done
[ $code != 75 ] || scontrol requeue "$SLURM_JOB_ID"
exit $code
