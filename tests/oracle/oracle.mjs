#!/usr/bin/env node
// node oracle.mjs FILE... --at T [--every D --until T2] [--scope S]... [--directory FILE] [--quarters]
//
// The independent naive count: prints the views of the asked instants and
// scopes, one a line, and the counters of what was read on standard error.
// `--scope '*'` asks for every scope that anything counts in, `--quarters` for
// today by quarter-hour.

import { parseArgs } from 'node:util';
import { readDirectory } from './directory.mjs';
import { readFiles } from './files.mjs';
import { Count, instants } from './count.mjs';
import { parseInstant, parseLength } from './time.mjs';

const USAGE = 'usage: oracle.mjs FILE... --at T [--every D --until T2] [--scope S]... [--directory FILE] [--quarters] [--list-scopes]';

function asked() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      at: { type: 'string' }, every: { type: 'string' }, until: { type: 'string' },
      scope: { type: 'string', multiple: true }, directory: { type: 'string' },
      quarters: { type: 'boolean', default: false }, 'list-scopes': { type: 'boolean' },
    },
  });
  if (positionals.length === 0) throw new Error('no file given');
  if (values['list-scopes']) return { files: positionals, ...values };
  const at = parseInstant(values.at);
  if (at === null) throw new Error(`--at is not a time: ${values.at}`);
  const until = values.until === undefined ? at : parseInstant(values.until);
  if (until === null) throw new Error(`--until is not a time: ${values.until}`);
  const every = values.every === undefined ? 0 : parseLength(values.every);
  const { directory, quarters, scope = ['all'] } = values;
  return { files: positionals, directory, quarters, scope, instants: instants(at, every, until) };
}

let request;
try {
  request = asked();
} catch (error) {
  console.error(`${error.message}\n${USAGE}`);
  process.exit(64);
}

process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));
const count = new Count(readFiles(request.files), readDirectory(request.directory));
if (request['list-scopes']) console.log(count.scopes().join('\n'));
else {
  const scopes = request.scope.includes('*') ? count.scopes() : request.scope;
  for (const at of request.instants) {
    for (const view of count.views(at, scopes, request)) process.stdout.write(`${JSON.stringify(view)}\n`);
  }
}
console.error(JSON.stringify(count.counters()));
