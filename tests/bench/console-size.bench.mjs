// The console as sent to a browser on its first visit: all files of frontend/dist, once.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../environment.mjs';

const dist = join(ROOT, 'frontend', 'dist');
const files = readdirSync(dist, { recursive: true }).filter((name) => statSync(join(dist, name)).isFile());

function kilobytes(belongs) {
  const bytes = files.filter(belongs).reduce((sum, name) => sum + statSync(join(dist, name)).size, 0);
  return `${(bytes / 1000).toFixed(1)} KB`;
}

console.log(`  plain   ${kilobytes((name) => !/\.(br|gz)$/.test(name))}`);
console.log(`  gzip    ${kilobytes((name) => name.endsWith('.gz'))}`);
console.log(`  brotli  ${kilobytes((name) => name.endsWith('.br'))}`);
