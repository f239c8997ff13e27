import { Test } from '@nestjs/testing';
import { FeedUpstream } from '../../testing/index.js';
import { ClockModule } from '../clock/clock.module.js';
import { parseConfig, SettingsModule } from '../config/index.js';
import { SOURCE_CLIENT, SourcesModule, type SourceClient, type SourceRequestError } from './index.js';

describe('the client of sources (SI-5)', () => {
  it('may ask this machine where the settings say so, and ends with the process (SI-5)', async () => {
    const [upstream, other] = [await FeedUpstream.start(), await FeedUpstream.start()];
    upstream.setDocument('/a', { a: 1 });
    const settings = SettingsModule.forRoot(parseConfig({ SIGNALS_ALLOWED_HOSTS: upstream.host }));
    const app = await Test.createTestingModule({ imports: [settings, ClockModule, SourcesModule] }).compile();
    const client = app.get<SourceClient>(SOURCE_CLIENT);
    const { signal } = new AbortController();
    const ask = (url: string) => client.ask({ url, accept: '*/*', held: null, signal });

    expect(await ask(`http://${upstream.host}/a`)).toMatchObject({ kind: 'body', text: '{"a":1}' });
    await expect(ask(`http://${other.host}/a`)).rejects.toMatchObject({ fault: 'protocol' });
    await expect(ask(`https://${other.host}/a`)).rejects.toMatchObject({ fault: 'address' });
    expect(other.connections).toBe(0);

    upstream.behave('hang');
    const hung = ask(`http://${upstream.host}/a`).catch((error: SourceRequestError) => error.fault);
    await upstream.received(2);
    await app.close();
    expect(await hung).toBe('network');
    await Promise.all([upstream.close(), other.close()]);
  });
});
