import type { Json } from './support/http-client.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

const path = '/api/v1/config/phases/stage_4?language=ru';

describe('a configuration that may be stale for no time at all', () => {
  let lastgood: TestApp;
  beforeAll(async () => {
    const env = { MODEL_CONFIG_MAX_AGE_MS: '2000', MODEL_CONFIG_STALE_IF_ERROR_MS: '0' };
    lastgood = await TestApp.start({ env });
  });
  afterAll(() => lastgood.dispose());

  const statuses = async () => [
    (await lastgood.ask(path)).status,
    (await lastgood.ask('/health/ready')).status,
  ];
  const configuration = async () => {
    const { status, body } = await lastgood.ask('/health', { as: 'viewer' });
    return { code: status, ...(body as { details: { configuration: Json } }).details.configuration };
  };

  it('is neither served nor ready once the database is black-holed for longer, and both when it is back (MC-20)', async () => {
    expect(await statuses()).toEqual([200, 200]);
    await lastgood.proxy.mode('black-hole');
    await pollUntil(async () => (await lastgood.ask(path)).status === 503, 'it is too old');
    await pollUntil(async () => (await lastgood.ask('/health/ready')).status === 503, 'it is not ready');
    expect(await statuses()).toEqual([503, 503]);
    expect(await configuration()).toMatchObject({
      code: 503,
      status: 'down',
      mode: 'critical',
      reasons: expect.arrayContaining(['too-stale:model-config']),
    });
    await lastgood.proxy.mode('pass');
    await pollUntil(async () => String(await statuses()) === '200,200', 'it is served, and ready');
  });
});
