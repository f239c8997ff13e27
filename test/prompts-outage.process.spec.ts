import { createPromptClient, type PromptClient } from '../src/prompts.js';
import { FleetNode } from './support/fleet-node.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

const context = { input_content: 'first' };

/** The built service, killed with SIGKILL under a client in another process (PR-4). */
describe('a client of a prompt service that is killed', () => {
  let beside: TestApp;
  let service: FleetNode;
  let client: PromptClient;

  beforeAll(async () => {
    beside = await TestApp.start();
    for (const [node, allowStale] of [
      ['patient', true],
      ['strict', false],
    ]) {
      await beside.sql(
        `INSERT INTO lastgood.prompt_templates
           (node_name, language, version, body, required_dynamic_placeholders, cache_ttl_s, allow_stale)
         VALUES ($1, 'any', 1, 'For {{ style }} readers: {{ input_content }}', '{input_content}', 1, $2)`,
        [node, allowStale],
      );
      await beside.sql(
        `INSERT INTO lastgood.prompt_labels (node_name, language, label, version) VALUES ($1, 'any', 'production', 1)`,
        [node],
      );
    }
    await beside.sql(
      `INSERT INTO lastgood.user_placeholder_settings (user_id, placeholder, value) VALUES ('7', 'style', 'patient')`,
    );
    service = await FleetNode.start(beside.databaseUrl, beside.keys);
    client = createPromptClient({ url: service.url, apiKey: beside.keys.client });
    for (const nodeName of ['patient', 'strict']) {
      expect(await client.render({ nodeName, userId: 7, context })).toMatchObject({
        prompt: 'For patient readers: first',
        isStale: false,
        mode: 'local',
      });
    }
    service.server.kill('SIGKILL');
    await service.server.exit();
  });

  afterAll(async () => {
    client.close();
    await service.dispose();
    await beside.dispose();
  });

  it('renders on with fresh content and says that it is stale, where the template allows it (PR-4)', async () => {
    const isStale = async () => (await client.render({ nodeName: 'patient', userId: 7, context })).isStale;
    await pollUntil(isStale, 'what the client holds is past its cache_ttl');
    for (const text of ['second', 'third']) {
      expect(
        await client.render({ nodeName: 'patient', userId: 7, context: { input_content: text } }),
      ).toMatchObject({ prompt: `For patient readers: ${text}`, isStale: true });
    }
  });

  it('fails with its typed error where the template allows nothing stale (PR-4)', async () => {
    let failure: unknown = null;
    await pollUntil(async () => {
      failure = await client.render({ nodeName: 'strict', userId: 7, context }).then(
        () => null,
        (error: unknown) => error,
      );
      return failure !== null;
    }, 'what the client holds is past its cache_ttl');
    expect(failure).toMatchObject({ name: 'PromptTooStaleError', code: 'prompt-too-stale', retryable: true });
  });

  it('that knows nothing yet fails after three attempts, with the cause of the last one (PR-4)', async () => {
    const cold = createPromptClient({ url: service.url, apiKey: beside.keys.client });
    try {
      await expect(cold.render({ nodeName: 'patient', userId: 7, context })).rejects.toMatchObject({
        code: 'prompt-unavailable',
        attempts: 3,
        message: expect.stringContaining('ECONNREFUSED'),
      });
    } finally {
      cold.close();
    }
  });
});
