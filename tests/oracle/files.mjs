// Brings the events of files into the order in which they arrived.

import { readFileSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { readEvent } from './event.mjs';

/** Every non-empty line of an NDJSON file (gzip or plain) as bytes. */
export function linesOf(path) {
  let bytes = readFileSync(path);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    // What a truncated file still holds counts, so the missing end is no fault here.
    bytes = gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 2 ** 32 });
  }
  if (bytes.indexOf('\ufeff') === 0) bytes = bytes.subarray(3); // a byte order mark
  const lines = [];
  for (let start = 0; start < bytes.length; ) {
    let end = bytes.indexOf(0x0a, start);
    if (end < 0) end = bytes.length;
    const line = bytes.subarray(start, end);
    if (line.some((byte) => byte > 0x20)) lines.push(line);
    start = end + 1;
  }
  return lines;
}

/** The arrivals of some files: `{ verdict, event?, reason?, partition }` in order. */
export function readFiles(paths) {
  return orderOfArrival(paths.map((path) => linesOf(path).map((line) => readEvent(line))));
}

/** The same, from lists of events (objects) or lines (texts), one list a file. */
export function readLists(lists) {
  return orderOfArrival(lists.map((list) =>
    list.map((each) => readEvent(typeof each === 'string' ? each : JSON.stringify(each)))));
}

/**
 * Where events carry their partition, each partition goes by offset, and the
 * partitions are merged by arrival. Otherwise several files are one partition,
 * merged by their next event's time.
 */
function orderOfArrival(files) {
  const all = files.flat();
  if (all.some((each) => each.partition !== undefined)) {
    const partitions = new Map();
    for (const each of all) {
      const partition = each.partition ?? '';
      if (!partitions.has(partition)) partitions.set(partition, []);
      partitions.get(partition).push({ ...each, partition });
    }
    const names = [...partitions.keys()].sort((a, b) => Number(a) - Number(b));
    const queues = names.map((name) => partitions.get(name).sort((a, b) => a.offset - b.offset));
    return merged(queues, (each) => each.arrived);
  }
  // A line without a readable time waits for nothing.
  return merged(files, (each) => each.event?.time ?? -Infinity).map((each) => ({ ...each, partition: '0' }));
}

/** Takes again and again the head with the least key; the first list wins ties. */
function merged(lists, key) {
  const heads = lists.map(() => 0);
  const out = [];
  for (;;) {
    let best = -1;
    for (let index = 0; index < lists.length; index++) {
      if (heads[index] >= lists[index].length) continue;
      if (best < 0 || key(lists[index][heads[index]]) < key(lists[best][heads[best]])) best = index;
    }
    if (best < 0) return out;
    out.push(lists[best][heads[best]++]);
  }
}

