'use strict';
// Runs a model in ONNX Runtime over the rows of a file, and writes what it answers.
//   node run-onnx.js <node_modules> <model.onnx> <rows.json> <answers.json>
// Rows and answers are columns: {"<name>": {"type": "float32|float64|string", "values": [...]}}; null is NaN.
const fs = require('node:fs');
const path = require('node:path');

const [modules, modelFile, rowsFile, answersFile] = process.argv.slice(2);
const ort = require(path.join(modules, 'onnxruntime-node'));
const arrays = { float32: Float32Array, float64: Float64Array };

function tensor({ type, values }, from, to) {
  const rows = values.slice(from, to);
  const data = type === 'string' ? rows : arrays[type].from(rows, (v) => (v === null ? NaN : v));
  return new ort.Tensor(type, data, [rows.length, 1]);
}

async function main() {
  const session = await ort.InferenceSession.create(modelFile, { logSeverityLevel: 3 });
  const columns = JSON.parse(fs.readFileSync(rowsFile, 'utf8'));
  const names = Object.keys(columns);
  const missing = session.inputNames.filter((n) => !names.includes(n));
  if (missing.length > 0) throw new Error(`no rows for the inputs ${missing}`);
  const count = columns[names[0]].values.length;
  const answers = {};
  // The first row alone: runtimes take other ways for one row than for many.
  for (let from = 0; from < count; ) {
    const to = Math.min(count, from === 0 ? 1 : from + 20000);
    const feeds = Object.fromEntries(names.map((n) => [n, tensor(columns[n], from, to)]));
    for (const [name, { type, dims, data }] of Object.entries(await session.run(feeds))) {
      answers[name] ??= { type, columns: dims.length > 1 ? dims[1] : 1, values: [] };
      for (const value of data) answers[name].values.push(value);
    }
    from = to;
  }
  fs.writeFileSync(answersFile, JSON.stringify(answers));
}

main().catch((e) => {
  console.error(e);
  process.exitCode = 1;
});
