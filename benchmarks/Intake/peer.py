"""pandas' read_csv with its defaults on the files of the intake corpus: for each file the columns that are right.

Reads truth.json in the given folder, which IntakeComparison.cs writes: for each file its columns with kind and values.
Writes one line of JSON: for each file the rightness of each column, and why the file could not be read.
"""
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

TOLERANCE = 1.3e-7


def read(path):
    if ".jsonl" in path.name:
        return pd.read_json(path, lines=True)
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    if path.suffix in (".xlsx", ".xls"):
        return pd.read_excel(path)
    return pd.read_csv(path)


def same_numbers(found, values):
    if not pd.api.types.is_numeric_dtype(found.dtype) and found.dtype != bool:
        return False
    numbers = np.array([np.nan if v is None else float(v) for v in values])
    return bool(np.allclose(found.to_numpy(dtype=float), numbers, rtol=TOLERANCE, atol=0, equal_nan=True))


def same_moments(found, values):
    if not pd.api.types.is_datetime64_any_dtype(found.dtype):
        return False
    moments = pd.to_datetime(pd.Series(values), utc=True)
    return bool((pd.to_datetime(found, utc=True).dt.floor("100ns").reset_index(drop=True).equals(moments)))


def same_flags(found, values):
    cells = [None if pd.isna(cell) else cell for cell in found]
    return all(isinstance(cell, (bool, np.bool_)) or cell is None for cell in cells) and cells == values


def text(cell):
    return str(cell).strip()


def same_texts(found, values):
    return all(pd.isna(cell) if value is None else text(cell) == value.strip() for cell, value in zip(found, values))


def same_classes(found, values):
    """Classes may have other names, if each stands for one class."""
    names, classes = {}, {}
    for cell, value in zip(found, values):
        if pd.isna(cell) or value is None:
            if not (pd.isna(cell) and value is None):
                return False
        elif names.setdefault(cell, value) != value or classes.setdefault(value, cell) != cell:
            return False
    return True


SAME = {
    "Number": same_numbers,
    "Moment": same_moments,
    "Boolean": same_flags,
    "Category": same_texts,
    "Text": lambda found, values: True,  # may be left out
    "Class": same_classes,
}


def is_right(table, column):
    name = column["name"]
    if name not in table.columns or len(table) != len(column["values"]):
        return False
    readings = [column["values"], *column["otherValues"]]
    return any(SAME[kind](table[name], values) for kind in column["kinds"] for values in readings)


def judge(folder, file):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            table = read(folder / file["path"])
    except Exception as error:  # whatever stops the peer is a result
        return {"right": [False] * len(file["columns"]), "error": f"{type(error).__name__}: {error}"[:200]}
    return {"right": [is_right(table, column) for column in file["columns"]], "error": None}


folder = Path(sys.argv[1])
files = json.loads((folder / "truth.json").read_text())
print(json.dumps([judge(folder, file) for file in files]))
