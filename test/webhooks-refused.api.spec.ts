import { CatalogCounters } from '../src/features/catalog/catalog-counters.js';
import { signLegacyWebhook, signWebhook } from '../src/testing/index.js';
import { TestApp } from './support/test-app.js';
import { payloadOf, sendWebhook, webhookOf, webhookSecret, type Refusal } from './support/webhook-sender.js';

const oldSecret = `whsec_${Buffer.from('the secret that is being replaced').toString('base64')}`;
const strange = `whsec_${Buffer.from('a secret that nobody here knows').toString('base64')}`;
const plain = 'an-older-secret-of-24-characters';

describe('what POST /webhooks/catalog does not take (CT-4)', () => {
  let lastgood: TestApp;
  let beside: TestApp;

  beforeAll(async () => {
    const env = {
      CATALOG_WEBHOOK_SECRETS: `${oldSecret},${webhookSecret}`,
      CATALOG_WEBHOOK_LEGACY_SECRETS: plain,
    };
    lastgood = await TestApp.start({ env });
    beside = await TestApp.start({ beside: lastgood, env });
  });

  afterAll(async () => {
    await beside.dispose();
    await lastgood.dispose();
  });

  const counts = () => ({ ...lastgood.app.get(CatalogCounters, { strict: false }).webhooks });
  const rows = () => lastgood.sql('SELECT * FROM lastgood.webhook_events');
  const refusalOf = async (webhook: Parameters<typeof sendWebhook>[1]) => {
    const kept = (await rows()).length;
    const { status, body } = await sendWebhook<Refusal>(lastgood, webhook);
    expect((await rows()).length).toBe(kept);
    return { status, code: body.code, detail: body.detail, faults: body.faults };
  };

  describe('refuses with 401, and keeps nothing (CT-4, CT-10)', () => {
    const right = () => webhookOf('book.updated');
    const spoilt = (headers: Record<string, string>) => {
      const webhook = right();
      return { ...webhook, headers: { ...webhook.headers, ...headers } };
    };
    const without = (name: string) => {
      const { [name]: _, ...headers } = right().headers;
      return { headers, body: right().body };
    };
    const sentIn = (ms: number) =>
      signWebhook(payloadOf('book.updated'), { secret: webhookSecret, at: new Date(Date.now() + ms) });

    it.each<[string, () => Parameters<typeof sendWebhook>[1], string, string]>([
      [
        'no signature',
        () => ({ headers: {}, body: '{}' }),
        'webhook-id, webhook-timestamp, webhook-signature: missing',
        'unsigned',
      ],
      ['a missing id', () => without('webhook-id'), 'webhook-id: missing', 'unsigned'],
      ['a missing timestamp', () => without('webhook-timestamp'), 'webhook-timestamp: missing', 'unsigned'],
      ['a missing signature', () => without('webhook-signature'), 'webhook-signature: missing', 'unsigned'],
      [
        'an altered byte',
        () => ({ ...right(), body: String(right().body).replace('updated', 'deleted') }),
        'webhook-signature: none',
        'wrong-signature',
      ],
      [
        'another secret',
        () => signWebhook(payloadOf('book.updated'), { secret: strange }),
        'webhook-signature: none',
        'wrong-signature',
      ],
      ['another id', () => spoilt({ 'webhook-id': 'other' }), 'webhook-signature: none', 'wrong-signature'],
      [
        'another scheme',
        () => spoilt({ 'webhook-signature': `v2,${'A'.repeat(43)}=` }),
        'has none of the form v1',
        'unsigned',
      ],
      ['an old one', () => sentIn(-301_000), 'webhook-timestamp: must be within 5 minutes', 'wrong-time'],
      ['a future one', () => sentIn(302_000), 'webhook-timestamp: must be within 5 minutes', 'wrong-time'],
      [
        'a dot in its id',
        () => signWebhook(payloadOf('book.updated'), { secret: webhookSecret, id: 'a.b' }),
        'webhook-id: must be',
        'unsigned',
      ],
      [
        'an id that no path can name',
        () => signWebhook(payloadOf('book.updated'), { secret: webhookSecret, id: `${'/'.repeat(66)}xyz` }),
        '1 to 200 characters of printable ASCII as they are written in a URL',
        'unsigned',
      ],
      [
        'the older form and another secret',
        () => signLegacyWebhook(payloadOf('book.updated'), strange),
        'x-webhook-signature: must be',
        'wrong-signature',
      ],
      [
        'the older form and an old payload',
        () =>
          signLegacyWebhook(payloadOf('book.updated', { id: '1' }, new Date(Date.now() - 301_000)), plain),
        'timestamp: must be within 5 minutes',
        'wrong-time',
      ],
      [
        'the older form and a future payload',
        () =>
          signLegacyWebhook(payloadOf('book.updated', { id: '1' }, new Date(Date.now() + 302_000)), plain),
        'timestamp: must be within 5 minutes',
        'wrong-time',
      ],
    ])('%s', async (_, webhook, detail, result) => {
      const before = counts();
      expect(await refusalOf(webhook())).toMatchObject({
        status: 401,
        code: 'webhook-refused',
        detail: expect.stringContaining(detail),
      });
      const after: Record<string, number> = counts();
      expect(after).toEqual({ ...before, [result]: (before as Record<string, number>)[result]! + 1 });
    });

    it('the same JSON, written anew', async () => {
      const signed = signWebhook(
        `{ "event":"book.updated" , "timestamp":"${new Date().toISOString()}","data":{"id":"1"}}`,
        { secret: webhookSecret },
      );
      const anew = { ...signed, body: JSON.stringify(JSON.parse(String(signed.body))) };
      expect(await refusalOf(anew)).toMatchObject({ status: 401 });
      expect((await sendWebhook(lastgood, signed)).status).toBe(200);
    });

    it('bytes that decode to the text that was signed', async () => {
      const text = Buffer.from(JSON.stringify(payloadOf('book.updated', { id: '1', title: '\uFFFD' })));
      const at = text.indexOf(Buffer.from('\uFFFD'));
      const signed = signWebhook(text, { secret: webhookSecret });
      const bytes = Buffer.concat([text.subarray(0, at), Buffer.from([0xff]), text.subarray(at + 3)]);
      expect(bytes.toString()).toBe(text.toString());
      expect(await refusalOf({ ...signed, body: bytes })).toMatchObject({ status: 401 });
      expect((await sendWebhook(lastgood, signed)).status).toBe(200);
    });

    it('what is no JSON at all, before it is looked at, of any content type', async () => {
      for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'none'])
        expect(await refusalOf({ headers: { 'content-type': type }, body: '{"event":' })).toMatchObject({
          status: 401,
        });
      expect(await refusalOf({ headers: {}, body: '' })).toMatchObject({ status: 401 });
    });
  });

  it.each<[string, string | Buffer | object, { path: string; message: unknown }[]]>([
    ['no JSON', '{"event":', [{ path: 'body', message: 'must be JSON in UTF-8' }]],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), [{ path: 'body', message: 'must be JSON in UTF-8' }]],
    ['nothing', '', [{ path: 'body', message: 'must be JSON in UTF-8' }]],
    ['no object', '[]', [{ path: 'body', message: expect.any(String) }]],
    [
      'nothing that is asked for',
      {},
      ['event', 'timestamp', 'data'].map((path) => ({ path, message: expect.any(String) })),
    ],
    [
      'an unknown event',
      payloadOf('book.burnt'),
      [{ path: 'event', message: expect.stringContaining('one of publisher.created') }],
    ],
    [
      'a wrong moment, id and publisher',
      { event: 'book.updated', timestamp: 'today', data: { id: '../1', publisher_id: 1.5 } },
      [
        { path: 'timestamp', message: 'an ISO 8601 moment' },
        { path: 'data.id', message: expect.stringContaining('A-Z a-z 0-9') },
        { path: 'data.publisher_id', message: expect.any(String) },
      ],
    ],
  ])('answers 422 with every fault to what is signed and says %s (CT-4)', async (_, payload, faults) => {
    const before = counts();
    const refusal = await refusalOf(signWebhook(payload, { secret: webhookSecret }));
    expect(refusal).toMatchObject({ status: 422, code: 'webhook-invalid', faults });
    expect(counts()).toEqual({ ...before, invalid: before.invalid + 1 });
  });

  it.each([
    [65_536, 401],
    [65_537, 413],
  ])('of %i bytes answers %i', async (bytes, status) => {
    const answer = await sendWebhook<Refusal>(lastgood, { headers: {}, body: 'x'.repeat(bytes) });
    expect(answer.status).toBe(status);
  });

  it('takes none where no secret is set, says so, and logs it once (CT-4)', async () => {
    const silent = await TestApp.start({ beside: lastgood });
    try {
      for (const webhook of [
        webhookOf('book.updated'),
        signLegacyWebhook(payloadOf('book.updated'), plain),
        { headers: {}, body: '' },
      ])
        expect(await sendWebhook<Refusal>(silent, webhook)).toMatchObject({
          status: 401,
          body: { detail: expect.stringContaining('no secret is set') },
        });
      const said = silent.logs.filter(({ msg }) =>
        String(msg).includes('CATALOG_WEBHOOK_SECRETS is not set'),
      );
      expect(said).toHaveLength(1);
    } finally {
      await silent.dispose();
    }
  });

  it('tells nobody a secret, in answers or in the log', async () => {
    const answers = [
      await sendWebhook(lastgood, webhookOf('book.updated')),
      await sendWebhook<Refusal>(lastgood, { headers: {}, body: '' }),
    ];
    const told = JSON.stringify([answers.map(({ text }) => text), lastgood.logs]);
    for (const secret of [oldSecret, webhookSecret, plain])
      expect(told).not.toContain(secret.replace('whsec_', ''));
  });
});
