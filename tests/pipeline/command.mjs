// The commands of the binary that come to an end by themselves.

import { spawn } from 'node:child_process';
import { once } from 'node:events';

export const binary = process.env.VIGIE_BIN;
export const noBinary = binary ? false : 'VIGIE_BIN is not set: nothing to test';

/** Starts `vigie WORDS…`, `input` on its standard input; `ended` resolves with `{ code, signal, stdout, stderr }`. */
export function start(words, { environment = {}, input } = {}) {
  const child = spawn(binary, words, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'], env: environment });
  child.stdin?.end(input);
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      said[name] += text;
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, ...said }));
  return { child, ended };
}

/** Runs `vigie WORDS…` to its end. */
export function run(words, options) {
  return start(words, options).ended;
}

/** The same; fails where the command does. */
export async function succeed(words, options) {
  const { code, signal, stdout, stderr } = await run(words, options);
  if (code !== 0) {
    throw new Error(`vigie ${words.join(' ')} ended with ${signal ?? code}:\n${stderr}`);
  }
  return { stdout, stderr };
}
