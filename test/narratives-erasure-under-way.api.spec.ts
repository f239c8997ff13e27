import { NarrativeAnalytics } from '../src/features/narratives/analytics/narrative-analytics.service.js';
import type { LlmUpstreamCall } from '../src/testing/index.js';
import { erase, person, placesOf, requestsOf } from './support/narrative-erasures.js';
import { NarrativeRig, simulatedNarrative } from './support/narrative-rig.js';
import { pollUntil } from './support/poll-until.js';

describe('erasing a person while a narrative is made for them (NA-8)', () => {
  let release: () => void = () => undefined;
  let gate: Promise<void> = Promise.resolve();
  let here: NarrativeRig;
  let there: NarrativeRig;

  beforeAll(async () => {
    const answer = async (call: LlmUpstreamCall) => {
      await gate;
      return simulatedNarrative(call);
    };
    here = await NarrativeRig.start({ answer });
    there = await NarrativeRig.start({ beside: here });
  });
  beforeEach(() => {
    gate = new Promise((resolve) => (release = resolve));
  });
  afterEach(async () => {
    release();
    const purge = { method: 'POST', as: 'admin' as const, body: { all: true, reason: 'a test' } };
    expect((await here.app.ask('/admin/cache/narratives/purge', purge)).status).toBe(200);
    await pollUntil(() => here.keys.length + there.keys.length === 0, 'nothing is held');
    await there.app.app.get(NarrativeAnalytics, { strict: false }).flush();
    await here.app.sql('DELETE FROM lastgood.narrative_requests');
  });
  afterAll(async () => {
    await there.dispose();
    await here.dispose();
  });

  const asking = async (rig: NarrativeRig, ...of: (string | null)[]) => {
    const before = here.calls;
    const asked = of.map((userId) =>
      rig.ask<{ code?: string }>(undefined, { query: userId === null ? '' : `?userId=${userId}` }),
    );
    await pollUntil(() => here.calls > before, 'a model is asked');
    return asked;
  };

  it('ends their request with 410 in whichever process, and keeps nothing of it', async () => {
    const [asked] = await asking(there, person);
    expect((await erase(here.app)).status).toBe(200);
    const { status, body } = await asked!;
    expect([status, body.code]).toEqual([410, 'narrative-erased']);
    release();
    await there.app.app.get(NarrativeAnalytics, { strict: false }).flush();
    expect(await requestsOf(here.app)).toEqual([]);
    expect(await placesOf(here.app, person)).toEqual([]);
    expect([here.keys, there.keys]).toEqual([[], []]);
  });

  it('goes on for whoever else waits for it', async () => {
    const [theirs, others] = await asking(there, person, null);
    expect((await erase(here.app)).status).toBe(200);
    expect((await theirs!).status).toBe(410);
    release();
    expect((await others!).status).toBe(200);
    expect(there.keys).toHaveLength(1);
  });

  it('purges what a process made that could not hear of it, as soon as it can', async () => {
    const [asked] = await asking(there, person);
    await there.app.proxy.mode('refuse');
    try {
      expect((await erase(here.app)).status).toBe(200);
      release();
      expect((await asked!).status).toBe(200);
      expect(there.keys).toHaveLength(1);
    } finally {
      await there.app.proxy.mode('pass');
    }
    await pollUntil(() => there.keys.length === 0, 'it is purged');
    expect(await requestsOf(here.app)).toEqual([]);
    expect(await placesOf(here.app, person)).toEqual([]);
  });
});
