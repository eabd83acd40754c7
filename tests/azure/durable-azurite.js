// Loaded into Azurite before it starts (node --require). On its own Azurite writes what it knows to disk every five
// seconds, so that a killed one forgets what it has confirmed. Azure does not forget: here, no change is confirmed
// before it is on disk.
'use strict';
const http = require('http');
const path = require('path');
const fs = require('fs');

const azurite = path.dirname(fs.realpathSync(process.argv[1]));
const Loki = require(require.resolve('lokijs', { paths: [azurite] }));

const databases = new Set();
const load = Loki.prototype.loadDatabase;
Loki.prototype.loadDatabase = function (...args) {
  databases.add(this);
  return load.apply(this, args);
};

const save = database => new Promise((resolve, reject) =>
  database.saveDatabase(error => (error ? reject(error) : resolve())));

const end = http.ServerResponse.prototype.end;
http.ServerResponse.prototype.end = function (...args) {
  if (this.req.method === 'GET' || this.req.method === 'HEAD') return end.apply(this, args);
  Promise.all([...databases].map(save)).then(() => end.apply(this, args), () => this.destroy());
  return this;
};
