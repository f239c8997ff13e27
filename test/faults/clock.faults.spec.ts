import { setTimeout as pause } from 'node:timers/promises';
import { CLOCK } from '../../src/platform/clock/clock.module.js';
import { EventBus } from '../../src/platform/observability/index.js';
import { measured } from '../support/fault-report.js';
import type { PhaseAnswer } from '../support/fleet-node.js';
import type { Answer } from '../support/http-client.js';
import { pollUntil } from '../support/poll-until.js';
import { TestApp } from '../support/test-app.js';

const hour = 3_600_000;
const path = '/api/v1/config/phases/stage_4?language=ru';
const namespaces = 3;

interface Health {
  readonly details: { readonly configuration: { readonly namespaces: Record<string, { reason: string }> } };
}
interface Read {
  readonly sentAt: number;
  readonly answer: Answer<PhaseAnswer>;
}

/**
 * The real application and its real clock, of which only the hands are moved: the time of the operating system is not
 * ours to set. A machine that slept looks the same: the wall clock is ahead of the monotonic one.
 */
describe('the wall clock is set (CO-14)', () => {
  let lastgood: TestApp;
  let loads = 0;
  let polls = 0;
  let value = 1_000;
  let step = 0;
  let reads: Read[] = [];
  let load: NodeJS.Timeout;
  const underway = new Set<Promise<unknown>>();

  beforeAll(async () => {
    lastgood = await TestApp.start();
    Reflect.set(lastgood.app.get(CLOCK), 'readWall', () => Date.now() + step);
    lastgood.app.get(EventBus).subscribe(({ type }) => {
      if (type === 'load-succeeded' || type === 'load-failed') loads++;
      if (type === 'feed-failed') polls++;
    });
  });

  afterAll(() => lastgood.dispose());

  /** Fifty readers at a time; whoever has an answer asks again. */
  const read = async (): Promise<void> => {
    const sentAt = Date.now();
    const answer = await lastgood.ask<PhaseAnswer>(path);
    reads.push({ sentAt, answer });
  };

  beforeEach(async () => {
    await lastgood.proxy.mode('pass');
    await publish();
    await pollUntil(isOnTruth, 'the edit is served as fresh');
    reads = [];
    load = setInterval(() => {
      if (underway.size >= 50) return;
      const reading = read().finally(() => underway.delete(reading));
      underway.add(reading);
    }, 3);
    await more(50);
    loads = 0;
  });

  afterEach(async () => {
    clearInterval(load);
    await Promise.all(underway);
    expect(reads.filter(({ answer }) => answer.status !== 200)).toEqual([]);
  });

  const publish = () =>
    lastgood.sql(`UPDATE lastgood.phase_configs SET max_tokens = $1 WHERE phase = 'stage_4'`, [++value]);
  const isOnTruth = async () => {
    const { body, headers } = await lastgood.ask<PhaseAnswer>(path);
    return body.maxTokens === value && body.meta.reason === 'fresh' && !headers.has('degraded');
  };
  const more = (count: number) => {
    const enough = reads.length + count;
    return pollUntil(() => reads.length >= enough, 'more reads are answered');
  };

  const labels = async (): Promise<Record<string, { reason: string }>> => {
    const { body } = await lastgood.ask<Health>('/health', { as: 'viewer' });
    return body.details.configuration.namespaces;
  };

  describe.each([
    ['an hour ahead', hour, true],
    ['an hour back', -hour, true],
    ['a week ahead', 7 * 24 * hour, true],
    ['three seconds back', -3_000, false],
  ])('%s', (fault, ms, isVoid) => {
    it('readers cause no stampede, and are fresh again after the next poll', async () => {
      const at = Date.now();
      step += ms;
      await more(20);
      await pollUntil(isOnTruth, 'it is fresh again');
      measured({ row: 'Clock', fault, what: 'fresh again', value: Date.now() - at, limit: 5_000 });
      await pause(2_500);
      measured({ row: 'Clock', fault, what: 'loads', value: loads, limit: 2 * namespaces, unit: '' });
      // One that the first stale read starts, and one of the backstop, which is due after an hour (CO-7).
      expect(loads).toBeLessThanOrEqual(2 * namespaces);
      expect(reads.every(({ answer }) => answer.body.maxTokens === value)).toBe(true);
      await publish();
      await pollUntil(isOnTruth, 'an edit is served');
    });

    it('while the database is away nothing is younger than it is, and nothing confirmed by the old time is fresh', async () => {
      // Confirmed by polls a moment ago, and by its own load longer ago than unconfirmed takes.
      await pause(5_500);
      const [began, failed] = [Date.now(), polls];
      await lastgood.proxy.mode('refuse');
      step += ms;
      await pollUntil(() => polls >= failed + 2 * namespaces, 'polls have failed');
      const believed = Object.entries(await labels()).filter(([, { reason }]) => reason === 'fresh');
      loads = 0;
      const since = Date.now();
      await more(200);
      const during = reads.filter(({ sentAt }) => sentAt >= since);
      for (const { sentAt, answer } of during) {
        expect(answer.body.meta.ageMs).toBeGreaterThanOrEqual(sentAt - began);
        expect(answer.headers.get('degraded')).toMatch(/^model-config; age=\d+$/);
      }
      // Beyond 5 s confirmations are void; below, they stand until they are that old.
      expect(isVoid ? believed : []).toEqual([]);
      // A load that failed is left alone for longer each time: five in its first 1.5 s.
      expect(loads).toBeLessThanOrEqual(namespaces * 6);
      const healed = Date.now();
      await lastgood.proxy.mode('pass');
      await pollUntil(isOnTruth, 'it is fresh again');
      const what = 'fresh after heal';
      measured({
        row: 'Clock',
        fault: `${fault}, database away`,
        what,
        value: Date.now() - healed,
        limit: 5_000,
      });
    });
  });

  it('a clock that jumps about brings no answer back, and loads no oftener than it jumps', async () => {
    const jumps = 30;
    for (let jump = 0; jump < jumps; jump++) {
      step += (Math.random() - 0.5) * 2 * hour;
      if (jump % 3 === 0) await publish();
      await pause(Math.random() * 300);
    }
    await pollUntil(isOnTruth, 'the last edit is served as fresh');
    const edits = jumps / 3;
    expect(loads).toBeLessThanOrEqual(jumps * namespaces + edits);
    measured({
      row: 'Clock',
      fault: '30 jumps, 10 edits',
      what: 'loads',
      value: loads,
      limit: jumps * 2 + edits,
      unit: '',
    });
    await more(50);
    expect(reads.at(-1)?.answer.body.maxTokens).toBe(value);
  });
});
