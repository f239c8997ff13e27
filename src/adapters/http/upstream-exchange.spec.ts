import { CatalogUpstream, VirtualClock, type CatalogMisbehaviour } from '../../testing/index.js';
import { UpstreamExchange } from './upstream-exchange.js';

let upstream: CatalogUpstream;
let exchange: UpstreamExchange;
const clock = new VirtualClock();

beforeEach(async () => {
  upstream = await CatalogUpstream.start({ clock });
  upstream.putBook({ id: '1', publisher_id: '1', title: 'Fog' });
  exchange = new UpstreamExchange({ baseUrl: upstream.url, apiKey: upstream.apiKey, clock });
});
afterEach(async () => {
  await exchange.close();
  await upstream.close();
});

const ask = () =>
  exchange.ask({
    path: '/books/1',
    accept: 'application/json',
    takes: (mediaType) => mediaType === 'application/json',
    maxBytes: 1_000,
    signal: new AbortController().signal,
    endsAt: clock.now() + 2_000,
  });

describe('an upstream that has nothing at a path (CT-7)', () => {
  it.each<[string, CatalogMisbehaviour]>([
    ['404 of JSON', { status: 404 }],
    ['410 of JSON', { status: 410 }],
    ['404 of nothing', { status: 404, body: '', contentType: 'text/plain' }],
    ['404 of a problem', { status: 404, body: '{}', contentType: 'application/problem+json; charset=utf-8' }],
  ])('says so by %s (CT-7)', async (_, mode) => {
    upstream.behave(mode);
    expect(await ask()).toEqual({ kind: 'absent' });
  });

  it.each<[string, CatalogMisbehaviour, string]>([
    ['a page for people', { status: 404, body: '<h1>nginx</h1>', contentType: 'text/html' }, '"text/html"'],
    ['a text', { status: 404, body: 'page not found', contentType: 'text/plain' }, '"text/plain"'],
    ['a body of no type', { status: 410, body: 'gone', contentType: '' }, 'of no type'],
    ['more than it takes to say so', { status: 404, body: 'x'.repeat(20_000) }, '16384 bytes'],
  ])('does not say so by %s, as gateways send it that lost their way (CT-7)', async (_, mode, why) => {
    upstream.behave(mode);
    await expect(ask()).rejects.toMatchObject({ fault: 'invalid', message: expect.stringContaining(why) });
  });
});

describe('an upstream that gives nothing now', () => {
  it('fails as a network does where it is not there (CT-7)', async () => {
    await upstream.close();
    await expect(ask()).rejects.toMatchObject({
      fault: 'network',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it.each([
    ['30', 30_000],
    ['86400', 60_000],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 60_000],
    ['99999999999999999999999', 60_000],
    ['-1', 0],
    ['soon', 0],
  ])(
    'is believed up to a minute that it is to be left alone: %s (CT-1)',
    async (retryAfter, retryAfterMs) => {
      upstream.behave({ status: 503, retryAfter });
      await expect(ask()).rejects.toMatchObject({ fault: 'status', retryAfterMs });
    },
  );
});
