import { PromptClientRig } from '../../../../test/support/prompt-client-rig.js';
import { LruEntryMap } from '../../../adapters/memory/lru-entry-map.js';
import { pollUntil } from '../../../../test/support/poll-until.js';
import { PromptUnavailableError } from '../prompt/prompt-unavailable.error.js';
import type { PromptClientOptions } from './prompt-client.js';

describe('PromptClient', () => {
  let rig: PromptClientRig;

  beforeEach(async () => {
    rig = await PromptClientRig.start();
  });
  afterEach(() => rig.stop());

  it('asks once, and renders on from what it holds (PR-4, PR-10)', async () => {
    await expect(rig.render()).resolves.toMatchObject({
      prompt: 'brief: x',
      templateVersion: 1,
      mode: 'local',
      isStale: false,
      source: 'origin',
    });
    expect(rig.service.asked).toEqual([
      {
        path: '/api/v1/prompt-data',
        headers: expect.objectContaining({
          authorization: 'Bearer a-key',
          'content-type': 'application/json',
        }),
        body: { user_id: '7', node_name: 'a_node', language: 'any', label: 'production' },
      },
    ]);
    await expect(rig.render({ context: { input_content: 'y' } })).resolves.toMatchObject({
      prompt: 'brief: y',
      source: 'memory',
    });
    expect(rig.service.asked).toHaveLength(1);
  });

  it('has one request under way for one key, however many wait for it (PR-4)', async () => {
    const prompts = await Promise.all(Array.from({ length: 50 }, () => rig.render()));
    expect(new Set(prompts.map(({ prompt }) => prompt))).toEqual(new Set(['brief: x']));
    expect(rig.service.asked).toHaveLength(1);
    await Promise.all([
      rig.render({ userId: 8 }),
      rig.render({ userId: null }),
      rig.render({ label: 'production' }),
    ]);
    expect(rig.service.asked.map(({ body }) => body['user_id'])).toEqual(['7', '8', null]);
  });

  describe('prompts that the service renders (PR-2, PR-4)', () => {
    const generated = {
      node_name: 'a_node',
      language: 'any',
      template_version: 9,
      prompt: 'from afar',
      system: null,
      used_placeholders: ['input_content'],
      meta: { source: 'origin', reason: 'fresh', is_stale: false, age_ms: 0 },
    };

    beforeEach(() => {
      rig.service.reply = (response, { path }) =>
        rig.service.answer(
          response,
          path.endsWith('generate-prompt') ? generated : rig.service.data({ mode: 'remote' }),
        );
    });

    it('are asked for each time', async () => {
      await rig.render();
      await expect(rig.render()).resolves.toMatchObject({
        prompt: 'from afar',
        mode: 'remote',
        templateVersion: 9,
      });
      expect(rig.service.asked.map(({ path }) => path.replace('/api/v1/', ''))).toEqual([
        'prompt-data',
        'generate-prompt',
        'generate-prompt',
      ]);
      expect(rig.service.asked[2]?.body).toEqual({
        user_id: '7',
        node_name: 'a_node',
        language: 'any',
        label: 'production',
        context: { input_content: 'x' },
      });
    });

    it.each<[string, number, object, object]>([
      [
        'prompt-placeholders-missing',
        422,
        {
          faults: [
            { path: 'context.a', message: 'm' },
            { path: 'placeholders.b', message: 'm' },
          ],
        },
        { missing: ['a', 'b'] },
      ],
      [
        'prompt-placeholder-conflict',
        422,
        { faults: [{ path: 'context.a', message: 'm' }] },
        { names: ['a'] },
      ],
      [
        'prompt-invalid',
        422,
        { faults: [{ path: 'template', message: 'm' }] },
        { faults: [{ path: 'template', message: 'm' }] },
      ],
      [
        'prompt-too-large',
        413,
        { detail: 'context: may have at most 5 bytes' },
        { message: 'context: may have at most 5 bytes' },
      ],
      ['prompt-not-found', 404, {}, {}],
    ])('fail as they would here: %s', async (code, status, problem, expected) => {
      await rig.render();
      rig.service.reply = (response) => rig.service.problem(response, status, code, problem);
      await expect(rig.render()).rejects.toMatchObject({ code, retryable: false, ...expected });
      expect(rig.service.asked).toHaveLength(3);
    });
  });

  it('keeps no more than it may, whoever asks (PR-9)', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, userId) => rig.render({ userId })));
    expect(rig.entries.size).toBe(20);
    const templates = new Set([...rig.entries.values()].map(({ value }) => value.template));
    expect(templates.size).toBe(1);
  });

  it('warms a hundred in a call, and counts what could not be had (PR-3)', async () => {
    rig.entries = new LruEntryMap({ maxEntries: 1_000, maxBytes: 1e8 });
    rig.client = rig.clientOf();
    rig.service.reply = (response, { body }) => {
      const requests = body['requests'] as { user_id: string }[];
      const results = requests.map(({ user_id }) =>
        user_id === '5'
          ? { status: 404, problem: { code: 'prompt-not-found', detail: '' } }
          : { status: 200, etag: 'W/"1"', data: rig.service.data({ user_placeholders: { style: user_id } }) },
      );
      rig.service.answer(response, { results });
    };
    const subjects = Array.from({ length: 150 }, (_, userId) => ({ nodeName: 'a_node', userId }));
    await expect(rig.client.warm(subjects)).resolves.toEqual({ loaded: 149, failed: 1 });
    expect(rig.service.asked.map(({ path }) => path)).toEqual(Array(2).fill('/api/v1/prompt-data/batch'));
    await expect(rig.render({ userId: 149 })).resolves.toMatchObject({ prompt: '149: x' });
    expect(rig.service.asked).toHaveLength(2);
  });

  it('asks with the token of the moment, and tells nobody of one that cannot be sent (PR-9)', async () => {
    let token = 'first';
    rig.client = rig.clientOf({ token: async () => token } as Partial<PromptClientOptions>);
    await rig.render();
    token = 'second';
    await rig.render({ userId: 8 });
    expect(rig.service.asked.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer second',
    ]);
    token = 'SECRET\n';
    const { error } = await rig.outcome(rig.render({ userId: 9 }));
    expect(error).toBeInstanceOf(PromptUnavailableError);
    for (let cause = error as Error | undefined; cause; cause = cause.cause as Error | undefined) {
      expect(`${cause.message}${cause.stack}`).not.toContain('SECRET');
    }
  });

  it('ends what is under way when it is closed, and renders no more', async () => {
    rig.service.reply = () => undefined;
    const work = rig.outcome(rig.render());
    await rig.asked(1);
    rig.client.close();
    await expect(work).resolves.toMatchObject({ error: { code: 'prompt-unavailable' } });
    await expect(rig.render()).rejects.toThrow('closed');
    await pollUntil(() => rig.service.abandoned === 1, 'the request is closed');
  });

  it('waits for no other attempt when it is closed, and leaves no timer behind (PR-4)', async () => {
    rig.service.reply = (response) => rig.service.problem(response, 503, 'x', { 'retry-after': '5' });
    const outcomes = Promise.allSettled([rig.render(), rig.client.warm([{ nodeName: 'a_node' }])]);
    await rig.asked(2);
    await pollUntil(() => rig.clock.pending === 4, 'both wait for their second attempt');
    rig.client.close();
    expect(await outcomes).toMatchObject([
      { reason: { code: 'prompt-unavailable', attempts: 1 } },
      { reason: { code: 'unavailable' } },
    ]);
    expect(rig.clock.pending).toBe(0);
    expect(rig.service.asked).toHaveLength(2);
  });
});
