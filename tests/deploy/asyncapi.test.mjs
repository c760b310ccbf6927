// The AsyncAPI description against the official schema of AsyncAPI 3.0. That it says what the code
// does is tested where the types are: backend/contract/tests.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asyncapiFaults, readYaml } from './official.mjs';

const description = readYaml('backend/contract/schema/asyncapi.yaml');

test('the description of topics and websocket is AsyncAPI 3.0', () => {
  assert.deepEqual(asyncapiFaults(description), []);
});

for (const [name, spoil] of [
  ['a channel without a proper address', (spoilt) => (spoilt.channels.calls.address = 7)],
  ['an operation of no known action', (spoilt) => (spoilt.operations.foldCalls.action = 'publish')],
  ['a server without protocol', (spoilt) => delete spoilt.servers.broker.protocol],
]) {
  test(`the schema would notice ${name}`, () => {
    const spoilt = structuredClone(description);
    spoil(spoilt);
    assert.notDeepEqual(asyncapiFaults(spoilt), []);
  });
}
