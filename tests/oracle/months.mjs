// A recorded month, every quarter-hour of it, in every scope: `vigie fold` against the
// count, with the directory that is shipped for them.

import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { agree, noBinary } from './agreement.mjs';
import { recordedMonth } from './recorded.mjs';
import { HOUR, QUARTER, parseInstant } from './time.mjs';

const directory = join(resolve(import.meta.dirname, '../..'), 'deploy/directory/recorded.toml');

const startOf = (month) => parseInstant(`1999-${String(month).padStart(2, '0')}-01T00:00:00Z`);

export function testMonth(month) {
  const { path, absent } = recordedMonth(month);
  // The months are those of Jerusalem, two or three hours ahead.
  const period = { at: startOf(month) - 3 * HOUR, every: QUARTER, until: startOf(Number(month) + 1) };
  test(`1999-${month}, every quarter-hour, every scope`, { skip: noBinary || absent }, async (context) => {
    const compared = await agree([path], period, { directory, arrival: true });
    context.diagnostic(`${compared} views compared`);
  });
}
