// Where the recorded calls are. They are not part of the repository.

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

export function recordedMonth(month) {
  const folder = resolve(ROOT, process.env.VIGIE_RECORDED_DATA || '../shared/data');
  const path = join(folder, `bank-1999-${month}.ndjson.gz`);
  return { path, absent: existsSync(path) ? false : `no recorded calls: ${path} is absent (VIGIE_RECORDED_DATA)` };
}

export const MONTHS = ['01', '02', '03', '04', '05'];

export const january = recordedMonth('01');
