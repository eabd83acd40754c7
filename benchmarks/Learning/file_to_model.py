"""What FileToModel.cs does, as a user of pandas and XGBoost would write it. See FilePart.cs."""
import sys

import pandas as pd
import xgboost as xgb

file, destination, rounds, threads = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
table = pd.read_csv(file)
labels = table.pop("label")
parameters = dict(
    tree_method="hist", grow_policy="lossguide", max_leaves=31, max_depth=0, learning_rate=0.1, max_bin=255,
    nthread=threads, objective="binary:logistic", seed=1)
model = xgb.train(parameters, xgb.DMatrix(table, labels, nthread=threads), num_boost_round=rounds)
model.save_model(destination)

# Not getrusage's: that one begins with what the process that started this one had.
with open("/proc/self/status") as status:
    print("peak megabytes", next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:")))
