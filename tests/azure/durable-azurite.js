// Loaded into Azurite before it starts (node --require). On its own Azurite writes what it knows to disk every five
// seconds, so that a killed one forgets what it has confirmed. Azure does not forget: here, no change is confirmed
// before it is on disk.
'use strict';
const fs = require('fs');
const http = require('http');
const path = require('path');

const azurite = path.dirname(fs.realpathSync(process.argv[1]));
const Loki = require(require.resolve('lokijs', { paths: [azurite] }));

const databases = new Set();

// All databases as of one moment, and where the bytes are before which blobs there are: a blob must never be on disk
// without its bytes.
async function write() {
  const isExtents = name => path.basename(name).includes('extent');
  const contents = [...databases].map(d => [d.filename, d.serialize()]);
  contents.sort(([a], [b]) => isExtents(b) - isExtents(a));
  for (const [file, content] of contents) {
    await fs.promises.writeFile(`${file}.new`, content);
    await fs.promises.rename(`${file}.new`, file);
  }
}

let last = Promise.resolve();
let waiting = null;
function save() {
  waiting ??= last = last.catch(() => {}).then(() => {
    waiting = null;
    return write();
  });
  return waiting;
}

// Each database is saved at the end of its start, and is known from then on.
Loki.prototype.saveDatabase = function (callback) {
  databases.add(this);
  save().then(() => callback?.(), error => callback?.(error));
};

const end = http.ServerResponse.prototype.end;
http.ServerResponse.prototype.end = function (...args) {
  if (this.req.method === 'GET' || this.req.method === 'HEAD') return end.apply(this, args);
  save().then(() => end.apply(this, args), () => this.destroy());
  return this;
};
