import { exampleProfile, profileNumber } from '../../../../test/support/example-profile.js';
import { dayMs, NarrativeDesk } from '../../../../test/support/narrative-desk.js';
import { personHash } from '../erasing/person-scope.js';
import type { Narrative } from '../narrative/narrative.js';
import { NarrativeErasedError } from '../narrative/narrative-erased.error.js';
import { NarrativeUnavailableError } from '../narrative/narrative-unavailable.error.js';
import { narrativesPolicy } from '../narratives.policy.js';
import type { NarrativeQuestion } from './narrative-answer.js';

const question: NarrativeQuestion = { profile: exampleProfile, userId: null };

describe('NarrativesService, while the world changes,', () => {
  let desk: NarrativeDesk;

  const ask = (changes: Partial<NarrativeQuestion> = {}) => desk.service.ask({ ...question, ...changes });
  const held = () => [...desk.cache.all()].map(({ value }) => value);

  beforeEach(() => {
    desk = new NarrativeDesk({ jitter: 0 });
  });

  describe('while what narratives are made by changes', () => {
    const edit = (body: string) => {
      const { narrative } = desk.templates;
      desk.templates.narrative = { ...narrative, version: narrative.version + 1, body };
    };

    it('makes them anew with another template or another row of the phase, and with nothing else (NA-2)', async () => {
      await ask();
      edit('{{ profile.classification }}');
      await ask();
      expect(desk.asked).toHaveLength(2);
      desk.phase = { ...desk.phase, version: 2 };
      await ask();
      expect(desk.asked).toHaveLength(3);
      desk.templates.narrative_fallback = { ...desk.templates.narrative_fallback, version: 2, body: 'x' };
      desk.templates.narrative = { ...desk.templates.narrative, version: 7, cacheTtlMs: 1 };
      await ask();
      expect(desk.asked).toHaveLength(3);
    });

    it('keeps nothing under the key of what has just been replaced (NA-2)', async () => {
      desk.beforeRendering = () => {
        desk.beforeRendering = () => undefined;
        edit('anew {{ profile.classification }}');
      };
      const { narrative } = await ask();
      expect(narrative.summary).toBe('number 1');
      expect(desk.asked[0]!.messages[0]!.content).toBe('anew primary');
      expect([...desk.cache.keys()]).toEqual([desk.requests[0]!.key]);
      expect((await ask()).meta.source).toBe('memory');
    });

    it('gives up where it changes each time (NA-2)', async () => {
      desk.beforeRendering = () => edit(`${Math.random()} {{ profile.classification }}`);
      expect(await ask()).toMatchObject({ fallback: true });
      expect(desk.asked).toEqual([]);
    });

    it('serves what is held by the last recipe, and says that it may be old, while none can be read (NA-2)', async () => {
      await ask();
      desk.promptLabel = { isStale: true, reason: 'origin-failed', source: 'memory', ageMs: 5 };
      expect(await ask()).toMatchObject({
        meta: { isStale: true, source: 'memory' },
        reason: 'origin-failed',
      });
      expect(desk.outcomes.at(-1)).toBe('stale');
    });

    it('makes another one where the hashes of two profiles begin alike (NA-2)', async () => {
      await ask();
      const { key } = desk.requests[0]!;
      const [value] = held();
      desk.reader.set(key, {
        ...value!,
        profile_hash: 'f'.repeat(64),
        narrative: { summary: 'x', bullets: [] },
      });
      expect((await ask()).narrative.summary).toBe('number 2');
      expect((await ask()).meta.source).toBe('memory');
      expect(desk.requests.at(-1)!.key).toBe(`${key}:${value!.profile_hash}`);
      expect(await desk.service.isPresent(exampleProfile)).toBe(true);
    });
  });

  describe('while its policy changes', () => {
    it.each([1, 20])('says by the policy of now when it is stale: after %s days (NA-3)', async (days) => {
      await ask();
      const madeAt = desk.clock.now();
      desk.cache.usePolicy({ ...narrativesPolicy(desk.settings), jitter: 0, maxAgeMs: days * dayMs });
      for (const [atDay, isStale] of [
        [days - 0.5, false],
        [days + 0.5, true],
      ] as const) {
        await desk.clock.advance(madeAt + atDay * dayMs - desk.clock.now());
        const staleAfter = new Date(madeAt + days * dayMs).toISOString();
        expect((await ask()).meta).toMatchObject({ isStale, staleAfter });
      }
    });
  });

  describe('asked for a new one', () => {
    it('makes it though one is held, and keeps it (NA-10)', async () => {
      await ask();
      await desk.clock.advance(1_000);
      expect((await ask({ bypass: true })).narrative.summary).toBe('number 2');
      expect((await ask()).narrative.summary).toBe('number 2');
    });

    it('says that none can be made rather than give what was not asked for (NA-10)', async () => {
      await ask();
      await desk.clock.advance(1_000);
      desk.model = () => Promise.reject(new Error('no model'));
      await expect(ask({ bypass: true })).rejects.toThrow(NarrativeUnavailableError);
      expect((await ask()).narrative.summary).toBe('number 1');
    });
  });

  describe('while somebody is erased', () => {
    it('ends what they alone asked for, and does not begin it again (NA-8)', async () => {
      desk.hold();
      const asks = [ask({ userId: 'ann' }), ask({ userId: 'ann' })];
      await desk.clock.advance(0);
      desk.underWay.erase(personHash('ann'));
      for (const each of asks) await expect(each).rejects.toThrow(NarrativeErasedError);
      await desk.clock.advance(60_000);
      expect(desk.asked).toHaveLength(1);
      expect(desk.asked[0]!.signal!.aborted).toBe(true);
      expect(desk.cache.size).toBe(0);
      expect(desk.requests).toEqual([]);
      expect([...desk.underWay.keys()]).toEqual([]);
    });

    it('goes on for whoever else asked (NA-8)', async () => {
      const speak = desk.hold();
      const anns = ask({ userId: 'ann' });
      const others = [ask({ userId: 'bob' }), ask()];
      await desk.clock.advance(0);
      desk.underWay.erase(personHash('ann'));
      await expect(anns).rejects.toThrow(NarrativeErasedError);
      speak();
      expect((await Promise.all(others)).map(({ narrative }) => narrative.summary)).toEqual(['late', 'late']);
      expect(desk.asked).toHaveLength(1);
    });

    it('begins anew for whoever asks just then (NA-8)', async () => {
      desk.hold();
      const anns = ask({ userId: 'ann' });
      await desk.clock.advance(0);
      desk.underWay.erase(personHash('ann'));
      const bobs = ask({ userId: 'bob' });
      desk.model = (): Narrative => ({ summary: 'for bob', bullets: ['b'] });
      await expect(anns).rejects.toThrow(NarrativeErasedError);
      await desk.clock.advance(1_000);
      expect((await bobs).narrative.summary).toBe('for bob');
    });
  });

  describe('asked whether one is present', () => {
    it('says yes of what is fresh and made as it would be now, and makes none (NA-11)', async () => {
      expect(await desk.service.isPresent(exampleProfile)).toBe(false);
      await ask();
      expect(await desk.service.isPresent({ ...exampleProfile, extra: null })).toBe(true);
      expect(await desk.service.isPresent(profileNumber(3))).toBe(false);
      await desk.clock.advance(7 * dayMs);
      expect(await desk.service.isPresent(exampleProfile)).toBe(false);
      expect(desk.asked).toHaveLength(1);
    });
  });
});
