"""One peer's fit, and how good and fast it is, as one line of JSON. See LearningComparison.cs."""
import json
import resource
import sys
import time

import numpy as np

library, task, train_file, test_file, columns, categorical, rounds, threads, classes, refits = sys.argv[1:11]
columns, rounds, threads, classes = int(columns), int(rounds), int(threads), int(classes)
categorical = [int(c) for c in categorical.split(",") if c]


def read(file):
    values = np.fromfile(file, dtype=np.float32).reshape(-1, columns + 1)
    return np.ascontiguousarray(values[:, :-1]), values[:, -1].copy()


x, y = read(train_file)
x_test, y_test = read(test_file)
if library == "xgboost":
    import xgboost as xgb

    types = ["c" if i in categorical else "q" for i in range(columns)]
    options = dict(feature_types=types, enable_categorical=bool(categorical), nthread=threads)
    objective = {"regression": "reg:squarederror", "binary": "binary:logistic", "multiclass": "multi:softprob"}[task]
    parameters = dict(
        tree_method="hist", grow_policy="lossguide", max_leaves=31, max_depth=0, learning_rate=0.1, max_bin=255,
        nthread=threads, objective=objective, seed=1)
    if task == "multiclass":
        parameters["num_class"] = classes
else:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits


def fit_rows(x, y):
    """The model, what predicts with it, and the seconds of its fit."""
    if library == "xgboost":
        started = time.perf_counter()
        model = xgb.train(parameters, xgb.DMatrix(x, y, **options), num_boost_round=rounds)
        fit = time.perf_counter() - started
        return model, lambda rows: model.inplace_predict(rows) if not categorical else model.predict(xgb.DMatrix(rows, **options)), fit
    kind = HistGradientBoostingRegressor if task == "regression" else HistGradientBoostingClassifier
    model = kind(
        max_iter=rounds, max_leaf_nodes=31, learning_rate=0.1, max_bins=255, early_stopping=False,
        categorical_features=categorical or None, random_state=1)
    started = time.perf_counter()
    with threadpool_limits(threads):
        model.fit(x, y)
    fit = time.perf_counter() - started
    if task == "regression":
        return model, model.predict, fit
    if task == "binary":
        return model, lambda rows: model.predict_proba(rows)[:, 1], fit
    return model, model.predict_proba, fit


def score_of(predict):
    outputs = predict(x_test)
    if task == "regression":
        return float(np.sqrt(np.mean((outputs - y_test) ** 2)))
    if task == "binary":
        from sklearn.metrics import roc_auc_score

        return float(roc_auc_score(y_test, outputs))
    return float(-np.mean(np.log(np.maximum(outputs[np.arange(len(y_test)), y_test.astype(int)], 1e-15))))


model, predict, fit = fit_rows(x, y)
drawn = [np.flatnonzero(rows) for rows in np.fromfile(refits, dtype=np.uint8).reshape(-1, len(y))] if refits else []
scores = [score_of(fit_rows(x[rows], y[rows])[1]) for rows in drawn] or [score_of(predict)]

batch = np.ascontiguousarray(np.resize(x_test, (100_000, columns)))
if library == "xgboost":
    model.set_param({"nthread": 1})
batch_seconds = []
with_limit = __import__("threadpoolctl").threadpool_limits(1)
for _ in range(3):
    started = time.perf_counter()
    predict(batch)
    batch_seconds.append(time.perf_counter() - started)
row_seconds = []
for i in range(50):
    row = batch[i:i + 1]
    started = time.perf_counter()
    predict(row)
    row_seconds.append(time.perf_counter() - started)
print(json.dumps(dict(
    fit=fit, scores=scores, rowsPerSecond=len(batch) / sorted(batch_seconds)[1],
    rowMicroseconds=sorted(row_seconds)[25] * 1e6,
    peakMegabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)))
