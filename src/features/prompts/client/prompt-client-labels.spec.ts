import { PromptClientRig } from '../../../../test/support/prompt-client-rig.js';
import { pollUntil } from '../../../../test/support/poll-until.js';
import { PromptNotFoundError } from '../prompt/prompt-not-found.error.js';

describe('PromptClient, and what the service says', () => {
  let rig: PromptClientRig;

  beforeEach(async () => {
    rig = await PromptClientRig.start();
  });
  afterEach(() => rig.stop());

  describe('what was loaded a while ago (PR-4)', () => {
    it('is answered at once, and asked for again behind: an edit is seen with the next prompt', async () => {
      await rig.render();
      rig.service.reply = (response) =>
        rig.service.answer(response, rig.service.data({ template_version: 2, template: 'new' }));
      await rig.clock.advance(5_000);
      await expect(rig.render()).resolves.toMatchObject({ prompt: 'brief: x', isStale: false });
      await rig.asked(2);
      await pollUntil(async () => (await rig.render()).prompt === 'new', 'the edit is seen');
      expect(rig.service.asked).toHaveLength(2);
    });

    it('is asked for with its ETag, and is the same object where nothing changed', async () => {
      await rig.render();
      const [before] = [...rig.entries.values()];
      rig.service.reply = (response) => rig.service.notModified(response);
      await rig.clock.advance(6_000);
      await rig.render();
      await rig.asked(2);
      expect(rig.service.asked[1]?.headers['if-none-match']).toBe('W/"1"');
      await pollUntil(() => [...rig.entries.values()][0] !== before, 'the answer is stored');
      expect([...rig.entries.values()][0]?.value.template).toBe(before?.value.template);
      await expect(rig.render()).resolves.toMatchObject({ ageMs: 0 });
    });

    it('is asked for once at a time, with pauses that grow while that fails; nobody notices', async () => {
      await rig.render();
      rig.service.reply = (response) => rig.service.problem(response, 503, 'database-unavailable');
      for (let i = 0; i < 50; i++) {
        await rig.clock.advance(1_000);
        const many = await Promise.all(Array.from({ length: 20 }, () => rig.render()));
        expect(many.every(({ isStale }) => !isStale)).toBe(true);
      }
      await pollUntil(() => rig.service.asked.length > 3, 'it was asked for again');
      expect(rig.service.asked.length).toBeLessThan(20);
      expect(rig.service.mostAtOnce).toBe(1);
    });
  });

  describe('what the service says', () => {
    it.each([401, 403, 400])('is told at once where it refuses with %p (PR-4)', async (status) => {
      rig.service.reply = (response) => rig.service.problem(response, status, 'a-code');
      await expect(rig.render()).rejects.toMatchObject({
        code: 'prompt-service-refused',
        status,
        serviceCode: 'a-code',
      });
      expect(rig.service.asked).toHaveLength(1);
    });

    it('is told at once where there is no such template, and remembered for a moment (PR-8)', async () => {
      rig.service.reply = (response) => rig.service.problem(response, 404, 'prompt-not-found');
      await expect(rig.render()).rejects.toBeInstanceOf(PromptNotFoundError);
      await expect(rig.render()).rejects.toBeInstanceOf(PromptNotFoundError);
      expect(rig.service.asked).toHaveLength(1);
      rig.service.reply = (response) => rig.service.answer(response, rig.service.data());
      await rig.clock.advance(5_000);
      await expect(rig.render()).resolves.toMatchObject({ prompt: 'brief: x' });
    });

    it('removes what was removed there, with nothing stale in its place (PR-8)', async () => {
      rig.service.reply = (response) => rig.service.answer(response, rig.service.data({ allow_stale: true }));
      await rig.render();
      rig.service.reply = (response) => rig.service.problem(response, 404, 'prompt-not-found');
      await rig.clock.advance(5_000);
      await rig.render();
      await pollUntil(
        () =>
          rig.render().then(
            () => false,
            (error: unknown) => error instanceof PromptNotFoundError,
          ),
        'the removal is seen',
      );
    });

    it('is no word on whether there is a template where somebody else says 404 (PR-8)', async () => {
      rig.service.reply = (response) => void response.writeHead(404).end('no such page');
      await expect(rig.render()).rejects.toMatchObject({ code: 'prompt-service-refused', status: 404 });
    });

    it('is obeyed where it says how long to wait (PR-4)', async () => {
      const moments: number[] = [];
      rig.service.reply = (response) => {
        moments.push(rig.clock.now());
        rig.service.problem(response, 429, 'rate-limited', { 'retry-after': '2' });
      };
      await rig.outcome(rig.render(), 100);
      expect(moments).toHaveLength(3);
      expect(moments[1]! - moments[0]!).toBeGreaterThanOrEqual(2_000);
      rig.service.reply = (response) => rig.service.problem(response, 503, 'x', { 'retry-after': '60' });
      await expect(rig.render({ userId: 8 })).rejects.toMatchObject({ attempts: 1, retryAfterMs: 60_000 });
    });

    it('stays stale for as long as it says no better, and is not new when it comes (PR-4)', async () => {
      const meta = { source: 'memory', reason: 'origin-failed', is_stale: true, age_ms: 70_000 };
      rig.service.reply = (response) =>
        rig.service.answer(response, rig.service.data({ allow_stale: true, meta }));
      await expect(rig.render()).resolves.toMatchObject({
        isStale: true,
        reason: 'origin-failed',
        ageMs: 70_000,
      });
      await expect(rig.outcome(rig.render(), 5)).resolves.toMatchObject({ prompt: { isStale: true } });
      rig.service.reply = (response) => rig.service.notModified(response, 'fresh', 0);
      await pollUntil(async () => {
        await rig.clock.advance(1_000);
        return !(await rig.outcome(rig.render(), 5)).prompt!.isStale;
      }, 'it is fresh again');
    });

    it('is fresh no longer than this process wants it, its age on arrival included (PR-4)', async () => {
      rig.client = rig.clientOf({ maxAgeMs: 10_000 });
      const meta = { source: 'memory', reason: 'fresh', is_stale: false, age_ms: 6_000 };
      rig.service.reply = (response) =>
        rig.service.answer(response, rig.service.data({ allow_stale: true, meta }));
      await rig.render();
      await rig.service.close();
      await rig.clock.advance(3_999);
      await expect(rig.render()).resolves.toMatchObject({ isStale: false });
      await rig.clock.advance(1);
      await expect(rig.outcome(rig.render(), 5)).resolves.toMatchObject({ prompt: { isStale: true } });
    });

    it('counts its age to the time that is left (PR-4)', async () => {
      const meta = { source: 'memory', reason: 'fresh', is_stale: false, age_ms: 50_000 };
      rig.service.reply = (response) => rig.service.answer(response, rig.service.data({ meta }));
      await rig.render();
      await rig.service.close();
      await rig.clock.advance(9_000);
      await expect(rig.render()).resolves.toMatchObject({ isStale: false, ageMs: 59_000 });
      await rig.clock.advance(1_001);
      await expect(rig.outcome(rig.render())).resolves.toMatchObject({ error: { code: 'prompt-too-stale' } });
    });
  });
});
