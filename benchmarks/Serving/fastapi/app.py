"""The peer: FastAPI over a model of 100 trees that XGBoost learned from the same rows."""

import os

import numpy as np
import xgboost as xgb
from fastapi import FastAPI
from pydantic import create_model

NAMES = [f"f{i}" for i in range(28)]
Row = create_model("Row", **{name: (float, ...) for name in NAMES})

booster = xgb.Booster({"nthread": 1})
booster.load_model(os.environ["PEER_MODEL"])
app = FastAPI()


@app.post("/predict")
async def predict(row: Row):
    values = np.fromiter((getattr(row, name) for name in NAMES), dtype=np.float32, count=len(NAMES)).reshape(1, -1)
    probability = float(booster.inplace_predict(values)[0])
    return {"label": "yes" if probability > 0.5 else "no", "probability": probability}
