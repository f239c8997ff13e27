import { setTimeout as pause } from 'node:timers/promises';
import { measured } from '../support/fault-report.js';
import { faultScale } from '../support/fault-scale.js';
import { ItemsDatabase } from '../support/items-database.js';
import { ItemsNode } from '../support/items-node.js';

const row = 'Memory';
const mib = 1_048_576;
const capBytes = 64 * mib;
const batch = 20_000;

/** Whoever asks for ever other keys must not fill the memory (CA-3). */
describe('a bounded namespace', () => {
  let database: ItemsDatabase;
  let node: ItemsNode;

  beforeAll(async () => {
    database = await ItemsDatabase.create();
    const env = { CACHE_MEMORY_MAX_BYTES: String(capBytes), CACHE_MEMORY_MAX_ENTRIES: '10000000' };
    node = await ItemsNode.start({ database: database.url, redis: null, env });
  });

  afterAll(async () => {
    await node.dispose();
    await database.dispose();
  });

  it(`holds no more than its cap after ${faultScale.distinctKeys} distinct keys of 1 KB (CA-11)`, async () => {
    const fault = `${faultScale.distinctKeys} distinct keys of 1 KB`;
    await node.ask('/fill', { from: 0, to: 1_000 });
    const before = await node.memory(true);
    let held = 0;
    let highest = 0;
    for (let from = 1_000; from < faultScale.distinctKeys; from += batch) {
      ({ held } = await node.ask<{ held: number }>('/fill', { from, to: from + batch }));
      highest = Math.max(highest, (await node.memory()).rssBytes);
    }
    // What is free is given back while nothing happens.
    await node.memory(true);
    await pause(10_000);
    const after = await node.memory(true);
    const heap = after.heapBytes - before.heapBytes;
    const limit = (1.2 * capBytes) / mib;
    const unit = 'MiB';
    measured({ row, fault, what: 'heap grown by', value: heap / mib, limit, unit });
    const resident = after.rssBytes - before.rssBytes;
    measured({ row, fault, what: 'resident grown by', value: resident / mib, limit, unit });
    const peak = highest - before.rssBytes;
    measured({ row, fault, what: 'resident at its highest', value: peak / mib, limit: 2 * limit, unit });
    // The cap was reached, and kept.
    expect(held).toBeGreaterThan(30_000);
    expect(held).toBeLessThan(70_000);
    expect(heap).toBeLessThan(1.2 * capBytes);
    expect(node.process.hasEnded).toBe(false);
  }, 600_000);
});
