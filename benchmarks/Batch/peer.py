"""The peer: pandas reads a file, XGBoost predicts, pandas writes. peer.py <model.json> <warm-up.csv> <in.csv> <out.csv>"""

import json
import resource
import sys
import time

import numpy as np
import pandas as pd
import xgboost as xgb

model, warm_up, source, destination = sys.argv[1:5]
booster = xgb.Booster()
booster.load_model(model)


def predict(file):
    rows = pd.read_csv(file)
    probability = booster.inplace_predict(rows.to_numpy(dtype=np.float32))
    table = pd.DataFrame({
        "row": np.arange(1, len(rows) + 1),
        "prediction": np.where(probability >= 0.5, "yes", "no"),
        "probability_yes": probability,
    })
    table.to_csv(destination, index=False)
    return len(rows)


predict(warm_up)
started = time.perf_counter()
cpu = time.process_time()
rows = predict(source)
print(json.dumps({
    "rows": rows,
    "seconds": time.perf_counter() - started,
    "cpu": time.process_time() - cpu,
    "peakMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
