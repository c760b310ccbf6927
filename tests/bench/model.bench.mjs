// What an event and a second cost in the model, beside a floor measured in the same run, and what
// an agency and an event take in memory, and all that there is room for: `cargo bench` of the model, which prints it.

import { spawnSync } from 'node:child_process';
import { ROOT } from '../environment.mjs';

const words = ['bench', '--quiet', '--package', 'vigie-model', '--bench', 'fold', '--bench', 'memory', '--bench', 'limits'];
const run = spawnSync('cargo', words, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
process.stdout.write(run.stdout.replace(/^(?=.)/gm, '  '));
process.exit(run.status ?? 1);
