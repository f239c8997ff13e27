import { PromptClientRig } from '../../../../test/support/prompt-client-rig.js';
import { pollUntil } from '../../../../test/support/poll-until.js';
import type { ScriptedPromptService } from '../../../../test/support/scripted-prompt-service.js';
import { PromptTooStaleError } from '../prompt/prompt-too-stale.error.js';
import { PromptUnavailableError } from '../prompt/prompt-unavailable.error.js';

describe('PromptClient, while the service is away or answers badly', () => {
  let rig: PromptClientRig;

  beforeEach(async () => {
    rig = await PromptClientRig.start();
  });
  afterEach(() => rig.stop());

  describe('without the service (PR-4)', () => {
    it('goes on, with new content, and says that it is stale once it is', async () => {
      rig.service.reply = (response) => rig.service.answer(response, rig.service.data({ allow_stale: true }));
      await rig.render();
      await rig.service.close();
      await rig.clock.advance(59_000);
      await expect(rig.render({ context: { input_content: 'y' } })).resolves.toMatchObject({
        prompt: 'brief: y',
        isStale: false,
      });
      await rig.clock.advance(30_000);
      const { prompt } = await rig.outcome(rig.render({ context: { input_content: 'z' } }), 5);
      expect(prompt).toMatchObject({ prompt: 'brief: z', isStale: true });
      expect(['origin-failed', 'backing-off']).toContain(prompt?.reason);
      expect(prompt?.ageMs).toBeGreaterThanOrEqual(89_000);
    });

    it('refuses what is stale where the template allows none', async () => {
      await rig.render();
      await rig.service.close();
      await rig.clock.advance(61_000);
      const { error } = await rig.outcome(rig.render());
      expect(error).toBeInstanceOf(PromptTooStaleError);
    });

    it('fails after exactly three attempts where it holds nothing, and says why', async () => {
      let calls = 0;
      const counting: typeof fetch = (...args) => {
        calls++;
        return fetch(...args);
      };
      rig.client = rig.clientOf({ fetch: counting });
      await rig.service.close();
      const { error } = await rig.outcome(rig.render());
      expect(error).toBeInstanceOf(PromptUnavailableError);
      expect(error).toMatchObject({ attempts: 3, message: expect.stringContaining('ECONNREFUSED') });
      expect(calls).toBe(3);
    });

    it('ends in time where it hangs, and closes what it abandons', async () => {
      rig.service.reply = () => undefined;
      const askedAt = rig.clock.now();
      const { error } = await rig.outcome(rig.render(), 250);
      expect(error).toBeInstanceOf(PromptUnavailableError);
      expect(rig.clock.now() - askedAt).toBeLessThanOrEqual(8_000);
      await pollUntil(() => rig.service.abandoned === rig.service.asked.length, 'the requests are closed');
    });
  });

  describe('what the service answers badly (PR-4)', () => {
    it.each<[string, (service: ScriptedPromptService) => ScriptedPromptService['reply']]>([
      ['garbage', () => (response) => response.end('<html>')],
      ['half an answer', (to) => (response) => response.end(JSON.stringify(to.data()).slice(0, 100))],
      ['something else', () => (response) => response.end('{"a":1}')],
      ['another node', (to) => (response) => to.answer(response, to.data({ node_name: 'other' }))],
      ['too much', (to) => (response) => to.answer(response, to.data({ template: 'x'.repeat(5_000_000) }))],
      ['a cut line', () => (response) => void response.destroy()],
      ['304 for nothing', (to) => (response) => to.notModified(response)],
      ['another place', () => (response) => void response.writeHead(302, { location: '/' }).end()],
      ['500', (to) => (response) => to.problem(response, 500, 'internal')],
    ])('is no answer: %s', async (_, replyOf) => {
      rig.service.reply = replyOf(rig.service);
      const { error } = await rig.outcome(rig.render());
      expect(error).toBeInstanceOf(PromptUnavailableError);
      expect(rig.service.asked).toHaveLength(3);
      expect(rig.entries.size).toBe(0);
    });

    it('is no answer where its body never ends', async () => {
      rig.service.reply = (response) => void response.writeHead(200).write('{');
      const { error } = await rig.outcome(rig.render(), 250);
      expect(error).toBeInstanceOf(PromptUnavailableError);
      await pollUntil(() => rig.service.abandoned === rig.service.asked.length, 'the requests are closed');
    });

    it('leaves what is held as it was', async () => {
      await rig.render();
      rig.service.reply = (response) => void response.writeHead(304).end();
      await rig.clock.advance(6_000);
      await rig.render();
      await rig.asked(2);
      await expect(rig.render()).resolves.toMatchObject({ prompt: 'brief: x', isStale: false });
    });
  });
});
