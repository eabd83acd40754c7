"""scikit-learn's AUC on a table of texts and numbers, for each seed, as one line of JSON. See SplitsPart.cs."""
import csv
import json
import sys

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

table, held_file = sys.argv[1:3]
with open(table, newline="") as file:
    rows = list(csv.reader(file))[1:]
y = np.array([row[-1] == "yes" for row in rows])
columns, categorical = [], []
for c in range(len(rows[0]) - 1):
    texts = [row[c] for row in rows]
    try:
        columns.append(np.array(texts, dtype=float))
    except ValueError:
        categorical.append(c)
        columns.append(np.unique(texts, return_inverse=True)[1].astype(float))
x = np.column_stack(columns)


def auc(train, test):
    model = HistGradientBoostingClassifier(categorical_features=categorical or None, early_stopping=False, random_state=1)
    model.fit(x[train], y[train])
    return float(roc_auc_score(y[test], model.predict_proba(x[test])[:, 1]))


held = np.fromfile(held_file, dtype=np.uint8).reshape(-1, len(rows)).astype(bool)
same = [auc(np.flatnonzero(~rows_held), np.flatnonzero(rows_held)) for rows_held in held]
own = [auc(*train_test_split(np.arange(len(rows)), test_size=0.2, random_state=seed)) for seed in range(len(held))]
print(json.dumps(dict(same=same, own=own)))
