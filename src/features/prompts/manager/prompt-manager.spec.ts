import { UnavailableError } from '../../../core/index.js';
import { VirtualClock } from '../../../testing/virtual-clock.js';
import { PlaceholdersMissingError } from '../prompt/placeholders-missing.error.js';
import type { LabelledPromptData } from '../prompt/prompt-data.js';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { PromptNotFoundError } from '../prompt/prompt-not-found.error.js';
import type { PromptQuery } from '../prompt/prompt-query.js';
import type { PromptSource } from '../prompt/prompt-source.js';
import { PromptTooStaleError } from '../prompt/prompt-too-stale.error.js';
import { PromptUnavailableError } from '../prompt/prompt-unavailable.error.js';
import type { RenderedPrompt } from '../prompt/rendered-prompt.js';
import { PromptManager } from './prompt-manager.js';
import type { PromptRequest } from './prompt-request.js';

type Changes = Partial<Omit<LabelledPromptData, 'template'>> & Partial<LabelledPromptData['template']>;

const dataOf = (changes: Changes = {}): LabelledPromptData => {
  const {
    settings = {},
    mode = 'local',
    isStale = false,
    reason = 'fresh',
    source = 'memory',
    ageMs = 0,
    ...rest
  } = changes;
  const template = {
    nodeName: 'a_node',
    language: 'any',
    label: 'production',
    version: 3,
    system: null,
    body: '<{{ input_content }}>',
    dynamicPlaceholders: ['input_content'],
    cacheTtlMs: 60_000,
    allowStale: false,
    localShare: 1,
    ...rest,
  };
  return { template, settings, mode, isStale, reason, source, ageMs };
};
const stale: Changes = { isStale: true, reason: 'origin-failed', ageMs: 90_000 };
const remotePrompt = { prompt: 'from afar', mode: 'remote' } as RenderedPrompt;
const away = () => new UnavailableError('It is away', 0);
const never = () => new Promise<never>(() => undefined);

describe('PromptManager', () => {
  let clock: VirtualClock;
  let start: number;
  let asked: { what: string; atMs: number; query: PromptQuery }[];
  let answers: Partial<Record<keyof PromptSource, () => unknown>>;
  let signal: AbortSignal | undefined;
  let manager: PromptManager;

  const answer = (what: keyof PromptSource, query: PromptQuery): unknown => {
    asked.push({ what, atMs: clock.now() - start, query });
    return (answers[what] ?? never)();
  };
  const render = (request: Partial<PromptRequest> = {}) =>
    manager.render({ nodeName: 'a_node', userId: 1, context: { input_content: 'x' }, ...request });
  /** How it ends, and when (ms). */
  const outcome = async (work: Promise<RenderedPrompt>) => {
    let atMs = -1;
    const told = work.then(
      (prompt) => ({ prompt, error: undefined }),
      (error: unknown) => ({ prompt: undefined, error }),
    );
    void told.then(() => (atMs = clock.now() - start));
    await clock.advance(20_000);
    return { ...(await told), atMs };
  };

  beforeEach(() => {
    clock = new VirtualClock();
    start = clock.now();
    asked = [];
    answers = { peek: () => null };
    signal = undefined;
    const source: PromptSource = {
      peek: () => answers.peek!() as LabelledPromptData | null,
      get: async (query) => (await answer('get', query)) as LabelledPromptData,
      getFresh: async (query) => (await answer('getFresh', query)) as LabelledPromptData,
      generate: async (query, _, given) => {
        signal = given;
        return (await answer('generate', query)) as RenderedPrompt;
      },
    };
    manager = new PromptManager({ source, clock, random: () => 0.5 });
  });

  it('renders what is at hand, asking nobody and waiting for nothing (PR-4, PR-10)', async () => {
    answers.peek = () => dataOf({ ageMs: 5 });
    await expect(render()).resolves.toEqual({
      prompt: '<x>',
      system: null,
      usedPlaceholders: ['input_content'],
      nodeName: 'a_node',
      language: 'any',
      templateVersion: 3,
      mode: 'local',
      isStale: false,
      reason: 'fresh',
      source: 'memory',
      ageMs: 5,
    });
    expect(asked).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('asks with names in their canonical form, and for nobody where nobody is named (PR-4)', async () => {
    answers.get = () => dataOf();
    await render({ userId: 2n ** 63n - 1n, language: 'zh-hant-tw', label: 'staging' });
    await render({ userId: null });
    expect(asked.map(({ query }) => query)).toEqual([
      { nodeName: 'a_node', userId: '9223372036854775807', language: 'zh-Hant-TW', label: 'staging' },
      { nodeName: 'a_node', userId: null, language: 'any', label: 'production' },
    ]);
  });

  it.each<[string, Partial<PromptRequest>]>([
    ['nodeName', { nodeName: 'Not a name' }],
    ['userId', { userId: 2 ** 60 }],
    ['userId', { userId: 2n ** 63n }],
    ['language', { language: 'x y' }],
    ['label', { label: '' }],
    ['deadlineMs', { deadlineMs: Number.POSITIVE_INFINITY }],
    ['deadlineMs', { deadlineMs: 0 }],
  ])('refuses a bad %s by name, before it asks anybody (PR-4)', async (path, request) => {
    const error = await render(request).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PromptInvalidError);
    expect((error as PromptInvalidError).faults).toEqual([{ path, message: expect.any(String) }]);
    expect(asked).toEqual([]);
  });

  it('leaves the rendering to the source where the data says so, with a context both can read (PR-4)', async () => {
    answers.peek = () => dataOf({ mode: 'remote' });
    answers.generate = () => remotePrompt;
    await expect(render()).resolves.toBe(remotePrompt);
    expect(asked.map(({ what }) => what)).toEqual(['generate']);
    await expect(render({ context: { a: undefined } })).rejects.toThrow(PromptInvalidError);
    expect(asked).toHaveLength(1);
  });

  describe('what is stale (PR-4)', () => {
    it('is used, and says so, where the template allows it', async () => {
      answers.peek = () => dataOf({ ...stale, allowStale: true });
      await expect(render()).resolves.toMatchObject({
        prompt: '<x>',
        isStale: true,
        reason: 'origin-failed',
      });
    });

    it('is never used where it does not: fresh data is asked for', async () => {
      answers = {
        peek: () => dataOf(stale),
        get: () => dataOf(stale),
        getFresh: () => dataOf({ version: 4 }),
      };
      await expect(render()).resolves.toMatchObject({ templateVersion: 4, isStale: false });
      expect(asked.map(({ what }) => what)).toEqual(['get', 'getFresh']);
    });

    it('stays the reason that is told when every attempt found nothing else', async () => {
      answers = { peek: () => dataOf(stale), get: () => dataOf(stale), getFresh: () => dataOf(stale) };
      const { error, prompt } = await outcome(render());
      expect(prompt).toBeUndefined();
      expect(error).toBeInstanceOf(PromptTooStaleError);
      expect(asked.filter(({ what }) => what === 'getFresh')).toHaveLength(3);
    });

    it('is what is older than cache_ttl, whatever the source calls it', async () => {
      const old = { ageMs: 60_001, reason: 'fresh' } as const;
      for (const allowStale of [true, false]) {
        const held = () => dataOf({ ...old, allowStale });
        answers = { peek: held, get: held, getFresh: () => dataOf({ version: 4 }) };
        await expect(render()).resolves.toMatchObject({ templateVersion: 4, isStale: false });
      }
      answers.peek = () => dataOf({ ageMs: 60_000 });
      await expect(render()).resolves.toMatchObject({ templateVersion: 3, isStale: false });
    });

    it('is used where what is older than cache_ttl, and allowed, cannot be had fresh, and not where it is gone', async () => {
      const held = () => dataOf({ ageMs: 60_001, allowStale: true });
      const fail = (error: Error) => async () => {
        throw error;
      };
      answers = { peek: held, get: held, getFresh: fail(away()) };
      await expect(render()).resolves.toMatchObject({
        isStale: true,
        reason: 'origin-failed',
        ageMs: 60_001,
      });
      answers.getFresh = fail(new PromptNotFoundError({ nodeName: 'a_node', language: 'any', label: 'x' }));
      await expect(render()).rejects.toBeInstanceOf(PromptNotFoundError);
    });
  });

  describe('attempts (PR-4)', () => {
    it('are three, with doubling pauses, and the last cause is told', async () => {
      answers.get = () => Promise.reject(away());
      const { error } = await outcome(render());
      expect(error).toBeInstanceOf(PromptUnavailableError);
      expect(error).toMatchObject({ attempts: 3, cause: { message: 'It is away' }, nodeName: 'a_node' });
      expect(asked.map(({ atMs }) => atMs)).toEqual([0, 375, 1_125]);
    });

    it.each([
      [0, [0, 250, 750]],
      [1, [0, 500, 1_500]],
    ])('are apart by half a pause at least, and a whole one at most (random %p)', async (random, moments) => {
      const source = {
        peek: () => null,
        get: (query: PromptQuery) => answer('get', query),
      } as unknown as PromptSource;
      answers.get = () => Promise.reject(away());
      manager = new PromptManager({ source, clock, random: () => random });
      await outcome(render());
      expect(asked.map(({ atMs }) => atMs)).toEqual(moments);
    });

    it('end with the first that succeeds', async () => {
      let calls = 0;
      answers.get = () => (++calls < 3 ? Promise.reject(new TypeError('fetch failed')) : dataOf());
      await expect(outcome(render())).resolves.toMatchObject({ prompt: { prompt: '<x>' }, atMs: 1_125 });
    });

    it('wait as long as they are told to, and not at all where that is too long', async () => {
      answers.get = () => Promise.reject(new UnavailableError('Busy', 2_000));
      await outcome(render());
      expect(asked.map(({ atMs }) => atMs)).toEqual([0, 2_000, 4_000]);
      answers.get = () => Promise.reject(new UnavailableError('Busy', 8_000));
      const before = clock.now() - start;
      const { error, atMs } = await outcome(render());
      expect(error).toMatchObject({ attempts: 1, retryAfterMs: 8_000 });
      expect(atMs).toBe(before);
    });

    it.each([
      ['what does not exist', new PromptNotFoundError({ nodeName: 'a', language: 'any', label: 'x' })],
      ['what is missing', new PlaceholdersMissingError('a', { dynamic: ['b'], settings: [] })],
    ])('are one for %s', async (_, thrown) => {
      answers.get = () => Promise.reject(thrown);
      await expect(render()).rejects.toBe(thrown);
      expect(asked).toHaveLength(1);
    });

    it('are one for a context that does not fit', async () => {
      answers.get = () => dataOf();
      await expect(render({ context: {} })).rejects.toThrow(PlaceholdersMissingError);
      expect(asked).toHaveLength(1);
    });
  });

  describe('the deadline (PR-4)', () => {
    it.each([
      [undefined, 8_000],
      [1_200, 1_200],
    ])('ends what hangs (%p)', async (deadlineMs, endsAtMs) => {
      const { error, atMs } = await outcome(render({ ...(deadlineMs && { deadlineMs }) }));
      expect(error).toMatchObject({ code: 'prompt-unavailable', attempts: 1 });
      expect(atMs).toBe(endsAtMs);
      expect(clock.pending).toBe(0);
    });

    it('tells the source to stop', async () => {
      answers.peek = () => dataOf({ mode: 'remote' });
      await outcome(render());
      expect(signal?.aborted).toBe(true);
    });

    it('keeps what an earlier attempt said as the cause', async () => {
      answers.get = () => (asked.length === 1 ? Promise.reject(away()) : never());
      const { error, atMs } = await outcome(render());
      expect(error).toMatchObject({ attempts: 2, cause: { message: 'It is away' } });
      expect(atMs).toBe(8_000);
    });

    it('is not waited for where no attempt would fit in', async () => {
      answers.get = () => Promise.reject(away());
      const { error, atMs } = await outcome(render({ deadlineMs: 375 }));
      expect(error).toMatchObject({ attempts: 1 });
      expect(atMs).toBe(0);
    });
  });
});
