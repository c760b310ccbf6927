// Messages to and from a Kafka, as bytes: what the tests send need be neither JSON nor text.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, Consumer, Producer, Writer } from '@platformatic/kafka';

const CREATE_LIMIT_MILLISECONDS = 30_000;
const RETRY_MILLISECONDS = 100;

const connection = (address) => ({ clientId: 'vigie-test', bootstrapBrokers: [address] });
const pairs = (headers) => (Array.isArray(headers) ? headers : Object.entries(headers));
const bytes = (value) => (typeof value === 'string' ? Buffer.from(value) : value);

// This client writes null as if it were empty; Kafka tells the two apart, and so must what is sent.
const appendBytes = Writer.prototype.appendVarIntBytes;
Writer.prototype.appendVarIntBytes = function appendBytesOrNull(value) {
  return value === null ? this.appendVarInt(-1) : appendBytes.call(this, value);
};

/** Makes a topic and resolves once every partition of it can be written. */
export async function createTopic(address, name, partitions = 1, settings = {}) {
  const admin = new Admin({ ...connection(address), retries: 5 });
  try {
    const configs = Object.entries(settings).map(([key, value]) => ({ name: key, value: String(value) }));
    await admin.createTopics({ topics: [name], partitions, replicas: 1, configs });
    const limit = Date.now() + CREATE_LIMIT_MILLISECONDS;
    while (!(await isWritable(admin, name, partitions))) {
      if (Date.now() > limit) {
        throw new Error(`topic ${name} has no leader for each of its ${partitions} partitions`);
      }
      await sleep(RETRY_MILLISECONDS);
    }
  } finally {
    await admin.close();
  }
}

async function isWritable(admin, name, partitions) {
  try {
    const topic = (await admin.metadata({ topics: [name], forceUpdate: true })).topics.get(name);
    return topic?.partitionsCount === partitions && topic.partitions.every((one) => one.leader >= 0);
  } catch {
    return false; // Not known to the broker yet.
  }
}

/**
 * Sends messages in order: `{ key, value, headers, partition, timestamp }`, all but `value`
 * optional; strings are sent as UTF-8, Buffers as they are, null as null. Headers are an object, or
 * pairs of name and value where names are not text. `compression` is a codec of Kafka's, none by
 * default.
 */
export async function send(address, topic, messages, { compression = 'none' } = {}) {
  const producer = new Producer({ ...connection(address), retries: 5 });
  try {
    const records = messages.map(({ key, value, headers = {}, partition, timestamp }) => ({
      topic,
      key: bytes(key),
      value: bytes(value),
      partition,
      timestamp: timestamp === undefined ? undefined : BigInt(timestamp),
      headers: new Map(pairs(headers).map(([name, text]) => [bytes(name), bytes(text)])),
    }));
    await producer.send({ messages: records, acks: -1, compression });
  } finally {
    await producer.close();
  }
}

/**
 * Reads a topic from its start: `count` messages, or all that it holds now. Fails when they have
 * not come in time. Each is `{ partition, offset, key, value, headers }`, with Buffers for key,
 * value and the headers' values, by partition and offset.
 *
 * Without a timestamp on purpose: this client gives the producer's even where the broker set its
 * own.
 */
export async function readTopic(address, topic, { count, limitMilliseconds = 30_000 } = {}) {
  const consumer = new Consumer({ ...connection(address), groupId: `test-${randomUUID()}`, retries: 5 });
  try {
    const wanted = count ?? (await messagesHeld(consumer, topic));
    return wanted === 0 ? [] : await readMessages(consumer, topic, wanted, limitMilliseconds);
  } finally {
    await consumer.close(true);
  }
}

async function messagesHeld(consumer, topic) {
  const sum = async (timestamp) => {
    const offsets = await consumer.listOffsets({ topics: [topic], timestamp });
    return offsets.get(topic).reduce((total, offset) => total + Number(offset), 0);
  };
  const [latest, earliest] = [-1n, -2n];
  return (await sum(latest)) - (await sum(earliest));
}

async function readMessages(consumer, topic, wanted, limitMilliseconds) {
  const stream = await consumer.consume({
    topics: [topic],
    mode: 'earliest',
    autocommit: false,
    maxWaitTime: 200,
  });
  const messages = [];
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    stream.destroy();
  }, limitMilliseconds);
  try {
    for await (const message of stream) {
      messages.push(plain(message));
      if (messages.length >= wanted) {
        break;
      }
    }
  } catch (error) {
    if (!late) {
      throw error;
    }
  } finally {
    clearTimeout(limit);
  }
  if (messages.length < wanted) {
    throw new Error(`read ${messages.length} of ${wanted} messages from ${topic} within ${limitMilliseconds} ms`);
  }
  return messages.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}

function plain({ partition, offset, key, value, headers }) {
  const named = [...headers].map(([name, text]) => [name.toString(), text]);
  return { partition, offset: Number(offset), key, value, headers: Object.fromEntries(named) };
}
