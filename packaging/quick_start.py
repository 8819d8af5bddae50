"""What somebody does first who has installed the package strata: trains on arrays, asks the model, pickles it. Says where the library was found."""
import pickle

import numpy as np
import strata
from strata import library_path

x = np.random.default_rng(1).normal(size=(300, 2)).astype(np.float32)
data = strata.Data(x, (x[:, 0] * x[:, 1] > 0).astype(int), test_share=0.2)
(run,) = strata.train({"hidden": [16], "n_batch": 20, "epochs": 40}, data)
model = pickle.loads(pickle.dumps(run.model))
assert run.outcome == "done" and run.test.accuracy > 0.9, run
assert model.predict([[1.0, 1.0], [1.0, -1.0]]).tolist() == [1, 0]
print(f"strata {strata.__version__} with {library_path}: {run}")
