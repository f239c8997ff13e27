import type { Settings } from '../../../platform/config/index.js';
import { LlmCallError, type LlmClient, type LlmRequest } from '../../../platform/llm/index.js';
import { VirtualClock } from '../../../testing/virtual-clock.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { Candidate } from './candidate.js';
import { ModelChain } from './model-chain.js';

const settings = { llm: { timeoutMs: 120_000 } } as Settings;
const snapshot = { id: 's', models: new Map() } as unknown as Snapshot;
const context = { phase: 'p', snapshot, configVersion: 1 };
const messages = [{ role: 'user', content: 'well?' }] as const;

const candidate = (modelId: string, timeoutMs: number | null = null): Candidate => ({
  rank: 'primary',
  modelId,
  temperature: 0,
  maxTokens: 1,
  timeoutMs,
  maxRetries: 0,
});

describe('ModelChain', () => {
  let clock: VirtualClock;
  /** What each model was given, in their order. */
  let given: [modelId: string, timeoutMs: number][];
  /** Answer at once; others hang until their time is over. */
  let awake: Set<string>;

  beforeEach(() => {
    clock = new VirtualClock();
    given = [];
    awake = new Set();
  });

  const complete = async ({ modelId, timeoutMs }: LlmRequest) => {
    given.push([modelId, timeoutMs]);
    if (awake.has(modelId)) return { value: modelId, servedModel: modelId, isCut: false, attempts: [] };
    await new Promise<void>((resolve) => void clock.after(timeoutMs, resolve));
    throw new LlmCallError(modelId, 'timeout', 'no answer', []);
  };
  const ask = (candidates: Iterable<Candidate> | AsyncIterable<Candidate>, withinMs?: number) => {
    const chain = new ModelChain({ complete } as unknown as LlmClient, settings, () => undefined, clock);
    const endsAt = withinMs === undefined ? {} : { endsAt: clock.now() + withinMs };
    return chain.ask<string>(context, candidates, { messages, ...endsAt });
  };

  it('leaves the next model a real share of what is left, where all have an end (NA-5)', async () => {
    awake.add('c');
    const answer = ask([candidate('a'), candidate('b'), candidate('c')], 25_000);
    await clock.advance(25_000);
    expect((await answer).modelId).toBe('c');
    expect(given).toEqual([
      ['a', 15_000],
      ['b', 6_000],
      ['c', 4_000],
    ]);
  });

  it('gives a model that is alone, or named twice, all that is left (NA-5)', async () => {
    const answer = ask([candidate('a'), candidate('a')], 25_000).catch((error: Error) => error);
    await clock.advance(25_000);
    expect(await answer).toMatchObject({ code: 'models-exhausted' });
    expect(given).toEqual([['a', 25_000]]);
  });

  it('tells of every model that was asked, though the last one hangs to the end (NA-9)', async () => {
    const answer = ask([candidate('a'), candidate('b')], 25_000).catch((error: Error) => error);
    await clock.advance(25_000);
    const asked = ['a', 'b'].map((modelId) => ({ modelId, outcome: 'timeout' }));
    expect(await answer).toMatchObject({ code: 'models-exhausted', records: asked });
  });

  it("lets a row's own shorter timeout stand (NA-5)", async () => {
    awake.add('b');
    const answer = ask([candidate('a', 4_000), candidate('b', 9_000)], 25_000);
    await clock.advance(4_000);
    expect((await answer).modelId).toBe('b');
    expect(given).toEqual([
      ['a', 4_000],
      ['b', 9_000],
    ]);
  });

  it('gives each model its own time where there is no end, and looks the next one up when it is needed (LE-1)', async () => {
    awake.add('a');
    const looked: string[] = [];
    async function* candidates() {
      for (const modelId of ['a', 'b']) {
        looked.push(modelId);
        yield candidate(modelId);
      }
    }
    expect((await ask(candidates())).modelId).toBe('a');
    expect([given, looked]).toEqual([[['a', 120_000]], ['a']]);
  });

  it('asks those that could be looked up before it says that the next one could not (NA-5)', async () => {
    async function* candidates() {
      yield candidate('a');
      throw new Error('no configuration');
    }
    const answer = ask(candidates(), 25_000).catch((error: Error) => error.message);
    await clock.advance(15_000);
    expect(await answer).toBe('no configuration');
    expect(given).toEqual([['a', 15_000]]);
  });
});
