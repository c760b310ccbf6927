// What failed, as the runners themselves tell it: once more at the end of a run, where whoever sees only
// the last lines of it still sees them.

/** Of one failure so many lines, and so many characters of each, are told. */
const LINES_TOLD = 40;
const CHARACTERS_TOLD = 4_000;

const told = (lines) => lines.slice(0, LINES_TOLD).map((line) => line.slice(0, CHARACTERS_TOLD));

/** `cargo test` tells what each failed test wrote, below its name, once its binary is done. */
export function rustFailures(output) {
  const blocks = output.matchAll(/^---- (.+) stdout ----\n([\s\S]*?)(?=^---- .+ stdout ----\n|^failures:\n)/gm);
  return [...blocks].map(([, name, said]) => told([name, ...said.trim().split('\n')]));
}

/** `node --test` tells why below each test that is not ok; a suite is not ok for its tests. */
export function nodeFailures(output) {
  const blocks = output.matchAll(/^( *)not ok \d+ - (.*)\n\1  ---\n([\s\S]*?)^\1  \.\.\.$/gm);
  const ofTests = [...blocks].filter(([, , , said]) => !/failureType: 'subtestsFailed'/.test(said));
  return ofTests.map(([, , name, said]) => told([name, ...said.trimEnd().split('\n')]));
}
