// How many tests passed, failed and were skipped, as the runners themselves say at the end.

export function addCounts(sum, counts) {
  for (const name of ['passed', 'failed', 'skipped']) {
    sum[name] += counts[name];
  }
}

/** `cargo test` closes once for each binary and each crate's examples in its documentation. */
export function rustCounts(output) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const closing = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;/gm;
  for (const [, passed, failed, skipped] of output.matchAll(closing)) {
    addCounts(counts, { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) });
  }
  return counts;
}

/** `node --test` closes with a block of comments, the last ones of its report. */
export function nodeCounts(output) {
  const closing = output.lastIndexOf('\n# tests ');
  const block = closing < 0 ? '' : output.slice(closing);
  const count = (name) => Number(block.match(new RegExp(`^# ${name} (\\d+)$`, 'm'))?.[1] ?? 0);
  return {
    passed: count('pass'),
    failed: count('fail') + count('cancelled'),
    skipped: count('skipped') + count('todo'),
  };
}
