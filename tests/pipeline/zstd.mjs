// A zstd frame of stored blocks (RFC 8878): Node 20 has no zstd of its own.

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const SINGLE_SEGMENT_LENGTH_IN_FOUR_BYTES = 0xa0;
const LONGEST_BLOCK = 128 * 1024;

export function zstdStored(text) {
  const content = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(content.length);
  const parts = [Buffer.from([...MAGIC, SINGLE_SEGMENT_LENGTH_IN_FOUR_BYTES]), length];
  for (let at = 0; at === 0 || at < content.length; at += LONGEST_BLOCK) {
    const block = content.subarray(at, at + LONGEST_BLOCK);
    const isLast = at + LONGEST_BLOCK >= content.length;
    const header = Buffer.alloc(3);
    header.writeUIntLE((block.length << 3) | Number(isLast), 0, 3);
    parts.push(header, block);
  }
  return Buffer.concat(parts);
}
