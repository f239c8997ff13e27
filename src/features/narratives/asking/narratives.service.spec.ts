import { exampleProfile, profileNumber } from '../../../../test/support/example-profile.js';
import { dayMs, NarrativeDesk, spent } from '../../../../test/support/narrative-desk.js';
import { ModelsExhaustedError } from '../../model-config/calling/models-exhausted.error.js';
import { NarrativeProfileInvalidError } from '../narrative/narrative-profile-invalid.error.js';
import { NarrativeUnavailableError } from '../narrative/narrative-unavailable.error.js';
import type { NarrativeQuestion } from './narrative-answer.js';

const question: NarrativeQuestion = { profile: exampleProfile, userId: null };
const iso = (moment: number) => new Date(moment).toISOString();

describe('NarrativesService', () => {
  let desk: NarrativeDesk;

  const ask = (changes: Partial<NarrativeQuestion> = {}) => desk.service.ask({ ...question, ...changes });
  const held = () => [...desk.cache.all()].map(({ value }) => value);

  beforeEach(() => {
    desk = new NarrativeDesk({ jitter: 0 });
  });

  describe('while a narrative ages', () => {
    it('serves it for a week, then stale with one refresh behind it, which is fresh for a week again (NA-3)', async () => {
      const madeAt = desk.clock.now();
      const made = await ask();
      expect(made).toMatchObject({
        narrative: { summary: 'number 1' },
        meta: { source: 'origin', isStale: false },
      });
      await desk.clock.advance(7 * dayMs - 1);
      expect((await ask()).meta).toMatchObject({ source: 'memory', isStale: false, ageMs: 7 * dayMs - 1 });
      expect(desk.asked).toHaveLength(1);

      await desk.clock.advance(dayMs + 1);
      const refreshedAt = desk.clock.now();
      const stale = await Promise.all(Array.from({ length: 100 }, () => ask()));
      expect(new Set(stale.map(({ narrative }) => narrative.summary))).toEqual(new Set(['number 1']));
      expect(stale[0]!.meta).toMatchObject({
        isStale: true,
        createdAt: iso(madeAt),
        refreshedAt: iso(madeAt),
      });
      await desk.clock.advance(0);
      expect(desk.asked).toHaveLength(2);

      await desk.clock.advance(7 * dayMs - 1);
      expect(await ask()).toMatchObject({
        narrative: { summary: 'number 2' },
        meta: {
          isStale: false,
          createdAt: iso(madeAt),
          refreshedAt: iso(refreshedAt),
          staleAfter: iso(refreshedAt + 7 * dayMs),
        },
      });
      await desk.clock.advance(1);
      expect((await ask()).meta.isStale).toBe(true);
    });

    it('is stale the moment that it said it would be, never later than a week, whatever the jitter (NA-3)', async () => {
      desk = new NarrativeDesk();
      const startedAt = desk.clock.now();
      for (let number = 0; number < 20; number++) {
        const { meta } = await ask({ profile: profileNumber(number) });
        const until = Date.parse(meta.staleAfter!);
        expect(until).toBeLessThanOrEqual(startedAt + 7 * dayMs);
        expect(until).toBeGreaterThan(startedAt + 6 * dayMs);
        const read = () => desk.reader.describe(desk.requests.at(-1)!.key)!;
        await desk.clock.advance(until - desk.clock.now() - 1);
        expect(read().isStale).toBe(false);
        await desk.clock.advance(1);
        expect(read().isStale).toBe(true);
        desk = new NarrativeDesk();
      }
    });

    it('keeps the old one, stale, where the refresh fails, and makes a new one once it is past its time (NA-3)', async () => {
      await ask();
      desk.model = () => Promise.reject(new Error('no model'));
      await desk.clock.advance(8 * dayMs);
      expect((await ask()).meta.isStale).toBe(true);
      await desk.clock.advance(60_000);
      expect(await ask()).toMatchObject({ narrative: { summary: 'number 1' }, meta: { isStale: true } });
      await desk.clock.advance(22 * dayMs);
      expect(await ask()).toMatchObject({ fallback: true });
    });

    it('tells what it takes, and whether it is stored compressed (NA-3)', async () => {
      await ask();
      const [small] = held();
      const bytes = Buffer.byteLength(
        JSON.stringify({ narrative: small!.narrative, profile: small!.profile }),
      );
      expect(small).toMatchObject({
        version: 1,
        engine: '1',
        prompt_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        profile_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        profile: exampleProfile,
        meta: { size_bytes: bytes, compression: 'none', ttl_seconds: 30 * 86_400, cost_usd: 0.5 },
      });
      const bullets = Array.from({ length: 40 }, (_, number) => `${number} `.padEnd(2_000, 'x'));
      desk.model = () => ({ summary: 's', bullets });
      await ask({ profile: profileNumber(7) });
      expect(held().at(-1)!.meta).toMatchObject({ compression: 'gzip' });
    });

    it('takes what could not be kept for no narrative at all (NA-3)', async () => {
      const noise = () =>
        Array.from({ length: 2_048 }, () => String.fromCharCode(0x4e00 + Math.random() * 0x5000));
      const bullets = Array.from({ length: 100 }, () => noise().join(''));
      desk.model = () => ({ summary: 's', bullets });
      expect(await ask()).toMatchObject({ fallback: true });
      expect(held()).toEqual([]);
      expect(desk.requests[0]).toMatchObject({ outcome: 'fallback', costUsd: 0.5 });
    });
  });

  describe('for many at once', () => {
    it('makes one narrative, whose cost the first of them has (NA-4)', async () => {
      const speak = desk.hold();
      const asks = Array.from({ length: 100 }, () => ask());
      await desk.clock.advance(0);
      speak();
      const answers = await Promise.all(asks);
      expect(new Set(answers.map(({ narrative }) => narrative.summary))).toEqual(new Set(['late']));
      expect(desk.asked).toHaveLength(1);
      const [first, ...others] = desk.requests;
      expect(first).toMatchObject({ outcome: 'made', tokens: 120, costUsd: 0.5, savedUsd: 0 });
      expect(others).toHaveLength(99);
      for (const other of others) expect(other).toMatchObject({ tokens: 0, costUsd: 0, savedUsd: 0.5 });
    });

    it('makes a thousand distinct ones in time, by a model that takes three seconds (NA-12)', async () => {
      let running = 0;
      let most = 0;
      desk.model = async () => {
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => void desk.clock.after(3_000, resolve));
        running--;
        return { summary: 'slow', bullets: ['b'] };
      };
      const asks = Array.from({ length: 1_000 }, (_, number) => ask({ profile: profileNumber(number) }));
      await desk.clock.advance(25_000);
      expect((await Promise.all(asks)).filter(({ fallback }) => fallback)).toEqual([]);
      expect([desk.asked.length, most]).toEqual([1_000, 200]);
    });

    it('records a refresh that nobody waited for by itself (NA-9)', async () => {
      await ask();
      await desk.clock.advance(8 * dayMs);
      await ask({ userId: 'ann' });
      await desk.clock.advance(0);
      expect(desk.requests.slice(1)).toMatchObject([
        { outcome: 'stale', userId: 'ann', tokens: 0, costUsd: 0, savedUsd: 0.5 },
        { outcome: 'refresh', userId: null, tokens: 120, costUsd: 0.5, savedUsd: null, systems: ['Sirius'] },
      ]);
    });
  });

  describe('with no model to ask', () => {
    beforeEach(() => {
      desk.model = () => Promise.reject(new Error('no model'));
    });

    it("says the template's text, and keeps none of it (NA-5)", async () => {
      expect(await ask()).toEqual({
        narrative: { summary: 'A text for Generator.', bullets: ['one', 'two'] },
        meta: {
          source: 'memory',
          isStale: false,
          ageMs: 0,
          createdAt: null,
          refreshedAt: null,
          staleAfter: null,
        },
        reason: 'fresh',
        fallback: true,
      });
      expect(desk.cache.size).toBe(0);
      expect(desk.outcomes).toEqual(['fallback']);
    });

    it.each(['', ' \n\n', '- one\n- two'])(
      'takes %j for no text that could stand in (NA-5)',
      async (body) => {
        desk.templates.narrative_fallback = { ...desk.templates.narrative_fallback, body };
        await expect(ask()).rejects.toThrow(NarrativeUnavailableError);
        expect(desk.outcomes).toEqual(['failed']);
      },
    );

    it('says so where no text may stand in, and when to come back (NA-5)', async () => {
      await expect(ask({ allowFallback: false })).rejects.toThrow(NarrativeUnavailableError);
      const error = await ask({ allowFallback: false }).catch((caught: unknown) => caught);
      expect((error as NarrativeUnavailableError).retryAfterMs).toBeGreaterThan(0);
      expect(desk.outcomes).toEqual(['failed', 'failed']);
    });

    it('accounts for what models cost that gave nothing (NA-9)', async () => {
      const records = [{ ...spent, modelId: 'm', outcome: 'answer-invalid' }] as never;
      desk.model = () => Promise.reject(new ModelsExhaustedError('narrative', records, null));
      await ask();
      expect(desk.requests).toMatchObject([{ outcome: 'fallback', tokens: 120, costUsd: 0.5 }]);
    });

    it('asks it no oftener than its failures allow (NA-5)', async () => {
      for (let number = 0; number < 10; number++) await ask();
      expect(desk.asked).toHaveLength(1);
    });

    it('makes one as soon as it answers again and the pause after its failure is over (NA-5)', async () => {
      await ask();
      desk.model = () => ({ summary: 'at last', bullets: ['b'] });
      expect(await ask()).toMatchObject({ fallback: true });
      await desk.clock.advance(100);
      expect((await ask()).narrative.summary).toBe('at last');
    });

    it('gives up a generation after 25 s (NA-5)', async () => {
      desk.hold();
      const answer = ask();
      await desk.clock.advance(24_999);
      expect(desk.requests).toEqual([]);
      await desk.clock.advance(1);
      expect(await answer).toMatchObject({ fallback: true });
      expect(desk.asked[0]!.signal!.aborted).toBe(true);
      expect(desk.asked[0]!.endsAt).toBe(desk.clock.now() - 250);
    });
  });

  describe('asked about a profile that is not in order', () => {
    const profile = { ...exampleProfile, primary: 'Nowhere' };
    const faults = [{ path: 'primary', message: 'must be one of the percentages' }];
    const loads = () => desk.events.filter(({ type }) => type === 'load-succeeded').length;

    it('remembers for 15 minutes what is wrong with it, and asks no model (NA-6)', async () => {
      await expect(ask({ profile })).rejects.toMatchObject({ code: 'narrative-profile-invalid', faults });
      await desk.clock.advance(15 * 60_000 - 1);
      await expect(ask({ profile })).rejects.toMatchObject({ faults });
      expect(loads()).toBe(1);
      await desk.clock.advance(1);
      await expect(ask({ profile })).rejects.toThrow(NarrativeProfileInvalidError);
      expect(loads()).toBe(2);
      expect(desk.asked).toEqual([]);
      expect(desk.outcomes).toEqual(['invalid', 'invalid', 'invalid']);
    });

    it('looks at it once for all who ask at once (NA-6)', async () => {
      const answers = await Promise.allSettled(Array.from({ length: 100 }, () => ask({ profile })));
      expect(answers.every(({ status }) => status === 'rejected')).toBe(true);
      expect(loads()).toBe(1);
    });

    it('says what is wrong also where no narrative could be made (NA-6)', async () => {
      desk.phase = null as never;
      await expect(ask({ profile })).rejects.toMatchObject({ faults });
    });
  });
});
