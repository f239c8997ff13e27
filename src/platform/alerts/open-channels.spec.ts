import { openChannels } from './open-channels.js';

const dsn = 'http://key@127.0.0.1:1/1';
const missing = () => Promise.reject(Object.assign(new Error('no'), { code: 'ERR_MODULE_NOT_FOUND' }));

describe('the channels of alerts (MC-21)', () => {
  it('are those that are set', async () => {
    const load = jest.fn(() => import('@sentry/node'));
    const namesOf = async (sentryDsn: string | null, webhookUrl: string | null) =>
      (await openChannels({ sentryDsn, webhookUrl }, load)).map(({ name }) => name);
    expect(await namesOf(null, null)).toEqual([]);
    expect(await namesOf(null, 'http://127.0.0.1:1/')).toEqual(['webhook']);
    expect(load).not.toHaveBeenCalled();
    expect(await namesOf(dsn, 'http://127.0.0.1:1/')).toEqual(['sentry', 'webhook']);
  });

  it('say at the start which package is missing, and how to get it', async () => {
    const opening = openChannels({ sentryDsn: dsn, webhookUrl: null }, missing);
    await expect(opening).rejects.toThrow(/SENTRY_DSN: needs .*@sentry\/node, .*npm install @sentry\/node/);
    await expect(opening).rejects.not.toThrow(/key@/);
  });
});
