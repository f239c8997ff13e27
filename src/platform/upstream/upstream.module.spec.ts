import { Test } from '@nestjs/testing';
import { CatalogUpstream } from '../../testing/index.js';
import { CLOCK, ClockModule } from '../clock/clock.module.js';
import type { Clock } from '../../core/index.js';
import { parseConfig, SettingsModule } from '../config/index.js';
import { CONTENT_UPSTREAM, UpstreamModule, type Upstream, type UpstreamRequestError } from './index.js';

const appOf = (env: Record<string, string>) =>
  Test.createTestingModule({
    imports: [SettingsModule.forRoot(parseConfig(env)), ClockModule, UpstreamModule],
  }).compile();

describe('the content service of a process (CT-1)', () => {
  it('is asked with its key, and no longer once the process ends (CT-1)', async () => {
    const upstream = await CatalogUpstream.start({ apiKey: 'the-key-of-this-test' });
    upstream.putPublisher({ id: '1', name: 'North' });
    const app = await appOf({ CATALOG_BASE_URL: upstream.url, CATALOG_API_KEY: upstream.apiKey });
    const client = app.get<Upstream>(CONTENT_UPSTREAM);
    const { signal } = new AbortController();
    const endsAt = app.get<Clock>(CLOCK).now() + 60_000;
    const get = () =>
      client.get({ path: '/publishers/1', accept: '*/*', takes: () => true, maxBytes: 99, signal, endsAt });
    expect(await get()).toMatchObject({ kind: 'body', mediaType: 'application/json' });

    upstream.behave('hang');
    const hung = get().catch((error: UpstreamRequestError) => error.fault);
    await upstream.received(2);
    await app.close();
    expect(await hung).toBe('network');
    await upstream.close();
  });

  it('is none where the settings name none (CT-1)', async () => {
    const app = await appOf({});
    expect(app.get(CONTENT_UPSTREAM)).toBeNull();
    await app.close();
  });
});
