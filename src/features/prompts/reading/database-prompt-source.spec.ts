import { Reader, StaleWhileRevalidateCache, type Loaded, type Policy } from '../../../core/index.js';
import { FakeOrigin } from '../../../testing/fake-origin.js';
import { VirtualClock } from '../../../testing/virtual-clock.js';
import type { LabelledPromptData, PersonSettings } from '../prompt/prompt-data.js';
import { PromptNotFoundError } from '../prompt/prompt-not-found.error.js';
import type { PromptQuery } from '../prompt/prompt-query.js';
import type { PromptTemplate } from '../prompt/prompt-template.js';
import { PromptTooStaleError } from '../prompt/prompt-too-stale.error.js';
import { promptsPolicy } from '../prompts.policy.js';
import { DatabasePromptSource } from './database-prompt-source.js';

const minuteMs = 60_000;
const template: PromptTemplate = {
  nodeName: 'a_node',
  language: 'any',
  label: 'production',
  version: 1,
  system: null,
  body: '{{ tone }}: {{ text }}',
  dynamicPlaceholders: ['text'],
  cacheTtlMs: 10 * minuteMs,
  allowStale: false,
  localShare: 1,
};
const query: PromptQuery = { nodeName: 'a_node', userId: 'ann', language: 'any', label: 'production' };
const nobodys = { ...query, userId: null };
const { signal } = new AbortController();
const down = new Error('the database is away');

describe('DatabasePromptSource', () => {
  let clock: VirtualClock;
  let templates: FakeOrigin<PromptTemplate>;
  let settings: FakeOrigin<PersonSettings>;
  let source: DatabasePromptSource;

  const readerOf = <T>(namespace: string, origin: FakeOrigin<T>) => {
    const policy: Policy = { ...promptsPolicy, jitter: 0 };
    const cache = new StaleWhileRevalidateCache<T>({ clock, policy, namespace });
    return new Reader<T>({ namespace, clock, report: () => {}, origin, cache, random: () => 0 });
  };
  const serve = (value: PromptTemplate, person: PersonSettings = { tone: 'soft' }) => {
    templates.answer({ value, maxAgeMs: value.cacheTtlMs });
    settings.answer({ value: person });
  };
  const loads = () => [templates.loads, settings.loads];
  const labelOf = ({ isStale, reason, source: from, ageMs }: LabelledPromptData) => [
    isStale,
    reason,
    from,
    ageMs,
  ];
  /** Settles together with what time has to pass for. */
  const meanwhile = async <R>(work: Promise<R>, ms: number): Promise<R> => {
    work.catch(() => undefined);
    await clock.advance(ms);
    return work;
  };

  beforeEach(() => {
    clock = new VirtualClock();
    templates = new FakeOrigin(template);
    settings = new FakeOrigin<PersonSettings>({});
    serve(template);
    source = new DatabasePromptSource(readerOf('templates', templates), readerOf('settings', settings));
  });

  it('joins a template and settings, which stay the objects that they are in the cache (PR-3)', async () => {
    expect(source.peek(query)).toBeNull();
    const read = await source.get(query);
    expect(read).toMatchObject({ template, settings: { tone: 'soft' }, mode: 'local' });
    expect(labelOf(read)).toEqual([false, 'fresh', 'origin', 0]);
    const warm = source.peek(query)!;
    expect(labelOf(warm)).toEqual([false, 'fresh', 'memory', 0]);
    expect([warm.template === read.template, warm.settings === read.settings]).toEqual([true, true]);
    expect(loads()).toEqual([1, 1]);
  });

  it('asks for no settings where nobody is named', async () => {
    expect((await source.get(nobodys)).settings).toEqual({});
    expect(source.peek(nobodys)?.settings).toEqual({});
    expect(loads()).toEqual([1, 0]);
  });

  it('asks for both at once', async () => {
    const give = templates.hang();
    const read = source.get(query);
    await clock.advance(1);
    expect(loads()).toEqual([1, 1]);
    give({ value: template });
    await read;
  });

  it.each<[number, string | null, string]>([
    [0, null, 'remote'],
    [1, 'ann', 'local'],
  ])('renders a share of %p of people locally (PR-4)', async (localShare, userId, mode) => {
    serve({ ...template, localShare });
    expect((await source.get({ ...query, userId })).mode).toBe(mode);
  });

  it('says that there is no template, whatever becomes of the settings', async () => {
    templates.answer({ absent: true });
    settings.hang();
    await expect(source.get(query)).rejects.toThrow(PromptNotFoundError);
    settings.fail(down);
    await expect(source.get({ ...query, userId: 'bob' })).rejects.toThrow(PromptNotFoundError);
    expect(source.peek(query)).toBeNull();
    await expect(source.getFresh(nobodys)).rejects.toThrow(PromptNotFoundError);
    await expect(source.generate(nobodys, {}, signal)).rejects.toThrow(PromptNotFoundError);
  });

  it.each<[string, () => void]>([
    ['a template', () => templates.fail(down)],
    ['settings', () => settings.fail(down)],
  ])('fails where the database fails to tell of %s, and makes nothing up (PR-6)', async (_, fail) => {
    fail();
    const attempts = [
      source.get(query),
      source.getFresh(query),
      source.generate(query, { text: 'x' }, signal),
    ];
    for (const attempt of attempts) {
      await expect(attempt).rejects.toMatchObject({ code: 'unavailable', retryable: true, cause: down });
    }
    expect(source.peek(query)).toBeNull();
  });

  it('takes an empty set for a set, where the database says so (PR-6)', async () => {
    serve(template, {});
    expect((await source.get(query)).settings).toEqual({});
    settings.fail(down);
    expect(source.peek(query)?.settings).toEqual({});
  });

  describe('with parts of which one may be trusted less', () => {
    beforeEach(() => source.get(query));

    it('is as old as the older one', async () => {
      await clock.advance(5 * minuteMs);
      await source.get({ ...query, label: 'staging' });
      const [first, other] = [source.peek(query)!, source.peek({ ...query, label: 'staging' })!];
      expect([first.ageMs, other.ageMs]).toEqual([5 * minuteMs, 5 * minuteMs]);
      expect(labelOf(other)).toEqual([false, 'fresh', 'memory', 5 * minuteMs]);
    });

    it('is stale if the template is, for the reason of the template (PR-4)', async () => {
      await clock.advance(11 * minuteMs);
      templates.fail(down);
      expect(labelOf(await source.get(query))).toEqual([true, 'origin-failed', 'memory', 11 * minuteMs]);
      expect(labelOf(source.peek(query)!)).toEqual([true, 'backing-off', 'memory', 11 * minuteMs]);
    });

    it('is stale if the settings are, for their reason (PR-4)', async () => {
      serve({ ...template, cacheTtlMs: 180 * minuteMs, version: 2 });
      await clock.advance(61 * minuteMs);
      settings.fail(down);
      const read = await source.get(query);
      expect(read.template.version).toBe(2);
      expect(labelOf(read)).toEqual([true, 'origin-failed', 'memory', 61 * minuteMs]);
    });

    it('waits no longer than the soft timeout for what is stale', async () => {
      await clock.advance(11 * minuteMs);
      templates.hang();
      expect(source.peek(query)).toBeNull();
      const read = await meanwhile(source.get(query), promptsPolicy.softTimeoutMs);
      expect(labelOf(read)).toEqual([
        true,
        'origin-slow',
        'memory',
        11 * minuteMs + promptsPolicy.softTimeoutMs,
      ]);
      expect(source.peek(query)?.reason).toBe('origin-slow');
    });
  });

  describe('asked for nothing stale', () => {
    beforeEach(() => source.get(query));

    it('loads what is stale, and no more', async () => {
      await clock.advance(11 * minuteMs);
      serve({ ...template, version: 2 }, { tone: 'loud' });
      // The settings may be an hour old in their cache, and no older here than their template may be.
      const fresh = await source.getFresh(query);
      expect([fresh.template.version, fresh.settings, ...labelOf(fresh)]).toEqual([
        2,
        { tone: 'loud' },
        false,
        'fresh',
        'origin',
        0,
      ]);
      expect(loads()).toEqual([2, 2]);
      await source.getFresh(query);
      expect(loads()).toEqual([2, 2]);
    });

    it('joins a load that runs', async () => {
      await clock.advance(11 * minuteMs);
      const give = templates.hang();
      await meanwhile(source.get(nobodys), promptsPolicy.softTimeoutMs);
      const fresh = source.getFresh(nobodys);
      await clock.advance(1);
      give({ value: { ...template, version: 3 }, maxAgeMs: template.cacheTtlMs });
      expect((await fresh).isStale).toBe(false);
      expect((await fresh).template.version).toBe(3);
    });

    it('refuses where the database fails, with the age, the cause and when to come back (PR-4)', async () => {
      await clock.advance(11 * minuteMs);
      templates.fail(down);
      const refused = source.getFresh(query);
      await expect(refused).rejects.toThrow(PromptTooStaleError);
      await expect(refused).rejects.toMatchObject({
        code: 'prompt-too-stale',
        ageMs: 11 * minuteMs,
        retryAfterMs: expect.any(Number),
        cause: down,
      });
    });

    it('refuses at once while the database is left alone', async () => {
      await clock.advance(11 * minuteMs);
      templates.fail(down);
      await expect(source.getFresh(query)).rejects.toThrow(PromptTooStaleError);
      const before = loads();
      await expect(source.getFresh(query)).rejects.toMatchObject({ retryAfterMs: 50, cause: down });
      expect(loads()).toEqual(before);
      await clock.advance(50);
      serve(template);
      expect((await source.getFresh(query)).isStale).toBe(false);
    });

    it('takes what was just loaded for fresh, however short its time to live is', async () => {
      serve({ ...template, nodeName: 'b_node', cacheTtlMs: 0 });
      const of = { ...query, nodeName: 'b_node' };
      await source.get(of);
      await clock.advance(1);
      expect((await source.getFresh(of)).isStale).toBe(false);
      expect(templates.loads).toBe(3);
    });
  });

  describe('rendering for somebody (PR-4)', () => {
    beforeEach(async () => {
      await source.get(query);
      await clock.advance(1);
    });

    it('renders what the database says at that moment, and not what is fresh here', async () => {
      serve({ ...template, version: 2, body: '{{ tone }}! {{ text }}' }, { tone: 'loud' });
      expect(source.peek(query)?.template.version).toBe(1);
      expect(await source.generate(query, { text: '{{x}}' }, signal)).toEqual({
        prompt: 'loud! {{x}}',
        system: null,
        usedPlaceholders: ['text', 'tone'],
        nodeName: 'a_node',
        language: 'any',
        templateVersion: 2,
        mode: 'remote',
        isStale: false,
        reason: 'fresh',
        source: 'origin',
        ageMs: 0,
      });
    });

    it('does not take the word of a load that began before it was asked', async () => {
      const give = templates.hang();
      const first = source.generate(nobodys, { text: 'x', tone: 'y' }, signal);
      await clock.advance(5);
      const second = source.generate(nobodys, { text: 'x', tone: 'y' }, signal);
      await clock.advance(5);
      serve({ ...template, version: 3 });
      give({ value: { ...template, version: 2 } } satisfies Loaded<PromptTemplate>);
      expect((await first).templateVersion).toBe(2);
      expect((await second).templateVersion).toBe(3);
    });

    it('fails where the database fails, however fresh what is held is', async () => {
      settings.fail(down);
      const failed = source.generate(query, { text: 'x' }, signal);
      await expect(failed).rejects.toMatchObject({ code: 'unavailable', retryable: true, cause: down });
      expect(source.peek(query)?.isStale).toBe(false);
    });

    it('ends when nobody waits for it any more', async () => {
      templates.hang();
      const caller = new AbortController();
      const abandoned = source.generate(query, { text: 'x' }, caller.signal);
      await clock.advance(1);
      const gone = new Error('the caller left');
      caller.abort(gone);
      await expect(abandoned).rejects.toBe(gone);
      await expect(source.generate(query, {}, caller.signal)).rejects.toBe(gone);
    });
  });
});
