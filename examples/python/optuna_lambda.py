#!/usr/bin/env python3
"""A search for lambda by Optuna, which stops what its curve says is hopeless.

    examples/python/optuna_lambda.py [DATA] [--quick] [--trials N]

DATA is a name of the catalogue, a folder or a file (cifar-10); --quick trains on 1,000 images, and its figures mean nothing. A trial draws
lambda and reports the validation accuracy of each point of the curve; where Optuna prunes it, the training ends within one update. Test
accuracies are not looked at. Needs python3-optuna.
"""
import argparse

import optuna

import strata

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("data", nargs="?", default="cifar-10")
parser.add_argument("--quick", action="store_true")
parser.add_argument("--trials", type=int, default=20)
options = parser.parse_args()

data = strata.Data.open(options.data)
recipe = {"hidden": [50, 50], "bn": True, "n_s": 900, "cycles": 2, "evals": 5}
if options.quick:
    recipe |= {"n_train": 1000, "n_val": 500, "n_s": 40}


def objective(trial: optuna.Trial) -> float:
    """The validation accuracy at the end of a training with the lambda of the trial."""

    def progress(point: strata.Point) -> None:
        trial.report(point.validation.accuracy, point.update)
        if trial.should_prune():
            raise optuna.TrialPruned(f"stopped at update {point.update}")  # which ends the training, too

    lambda_ = trial.suggest_float("lambda", 1e-5, 1e-1, log=True)
    [run] = strata.train(recipe | {"lambda": lambda_}, data, progress=progress)
    return run.validation.accuracy


study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=1),
                            pruner=optuna.pruners.MedianPruner(n_startup_trials=4, n_warmup_steps=recipe["n_s"]))
study.optimize(objective, n_trials=options.trials)
pruned = sum(trial.state == optuna.trial.TrialState.PRUNED for trial in study.trials)
print(f"lambda = {study.best_params['lambda']:.2e}: validation accuracy {study.best_value:.2%}; {pruned} of {len(study.trials)} trials pruned")
