// Whether two reports say the same.

import assert from 'node:assert/strict';

/** Numbers agree to 1e-9 of their size (of a thousandth, where they are less), all else exactly. */
export function assertAgrees(found, expected, path = 'report') {
  if (typeof expected === 'number' && typeof found === 'number') {
    const size = Math.max(Math.abs(found), Math.abs(expected), 1e-3);
    assert.ok(Math.abs(found - expected) <= 1e-9 * size, `${path}: ${found}, by the witness ${expected}`);
  } else if (Array.isArray(expected)) {
    assert.equal(found?.length, expected.length, `${path}: length`);
    expected.forEach((each, index) => assertAgrees(found[index], each, `${path}[${each?.name ?? index}]`));
  } else if (expected !== null && typeof expected === 'object') {
    assert.deepEqual(Object.keys(found ?? {}).sort(), Object.keys(expected).sort(), `${path}: names`);
    for (const [name, each] of Object.entries(expected)) {
      assertAgrees(found[name], each, `${path}.${name}`);
    }
  } else {
    assert.equal(found, expected, path);
  }
}
