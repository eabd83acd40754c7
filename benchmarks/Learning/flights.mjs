// Turns flights-3m.parquet of the npm package vega-datasets into rows of 32-bit floats for `compare learning --flights`:
// month, day, hour, distance, origin, destination (codes by how often they occur; 250 is any other), delay in minutes.
// npm install vega-datasets hyparquet hyparquet-compressors, then: node flights.mjs <folder for train.f32 and test.f32>
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Packages are looked for in the folder that the script is run in.
const load = async name => import(pathToFileURL(join(process.cwd(), 'node_modules', name, name === 'hyparquet' ? 'src/node.js' : 'src/index.js')));
const { asyncBufferFromFile, parquetReadObjects } = await load('hyparquet');
const { compressors } = await load('hyparquet-compressors');
const file = await asyncBufferFromFile(join(process.cwd(), 'node_modules', 'vega-datasets', 'data', 'flights-3m.parquet'));
const [folder] = process.argv.slice(2);
const [trainRows, testRows] = [1_000_000, 200_000];

const flights = await parquetReadObjects({ file, compressors });
const counts = new Map();
for (const f of flights) for (const place of [f.origin, f.destination]) counts.set(place, (counts.get(place) ?? 0) + 1);
const code = new Map([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 250).map(([place], i) => [place, i]));

// A fixed shuffle: multiplying by a number prime to the count visits every row once.
const rows = new Float32Array((trainRows + testRows) * 7);
for (let i = 0; i < trainRows + testRows; i++) {
  const f = flights[Number((BigInt(i) * 1_299_709n) % BigInt(flights.length))];
  const date = Number(f.date);
  rows.set([
    Math.floor(date / 1e6), Math.floor(date / 1e4) % 100, Math.floor(date / 100) % 100, Number(f.distance),
    code.get(f.origin) ?? 250, code.get(f.destination) ?? 250, Number(f.delay)], i * 7);
}
const write = (name, from, to) => {
  const out = createWriteStream(join(folder, name));
  out.end(Buffer.from(rows.buffer, from * 28, (to - from) * 28));
};
write('train.f32', 0, trainRows);
write('test.f32', trainRows, trainRows + testRows);
