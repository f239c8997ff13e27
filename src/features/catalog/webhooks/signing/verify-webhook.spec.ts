import { assert, integer, nat, property, string, stringMatching, uint8Array } from 'fast-check';
import { Webhook } from 'standardwebhooks';
import {
  secret,
  newSecret,
  strange,
  now,
  standard,
  payload,
  sign,
  signatureOf,
  withHeaders,
  signLegacy,
  judge,
} from '../../../../../test/support/signed-requests.js';
import { verifyWebhook, type SignedRequest } from './verify-webhook.js';
import { webhookKeys } from './webhook-keys.js';

/** Another byte, so that the text is another one. */
const altered = (text: string, at: number) =>
  text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);

describe('verifyWebhook (CT-4)', () => {
  describe('by Standard Webhooks', () => {
    it('takes the official vector', () => {
      const request = {
        headers: {
          'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
          'webhook-timestamp': '1614265330',
          'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
        },
        body: Buffer.from('{"test": 2432232314}'),
      };
      expect(verifyWebhook(request, standard, 1_614_265_330_000)).toEqual({
        isGenuine: true,
        id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        isTimely: true,
      });
    });

    it('takes whatever the official package signs, and nothing of it that was altered (CT-10)', () => {
      const key = uint8Array({ minLength: 24, maxLength: 64 });
      const anyId = stringMatching(/^[!-\-/-~]{1,66}$/);
      const body = string({ unit: 'binary', maxLength: 300 });
      assert(
        property(key, anyId, body, integer({ min: -299, max: 299 }), nat(), (bytes, of, text, skew, at) => {
          const whsec = `whsec_${Buffer.from(bytes).toString('base64')}`;
          const sentAt = new Date(now + skew * 1_000);
          const headers = {
            'webhook-id': of,
            'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1_000)),
            'webhook-signature': new Webhook(whsec).sign(of, sentAt, text),
          };
          const keys = webhookKeys({ secrets: [secret, whsec], legacySecrets: [] });
          const sent = Buffer.from(text);
          expect(verifyWebhook({ headers, body: sent }, keys, now)).toMatchObject({
            isGenuine: true,
            id: of,
          });
          const other = Buffer.concat([sent, Buffer.from('.')]);
          if (sent.length > 0) other[at % sent.length]! ^= 1 << (at % 8);
          const cut = sent.length > 0 ? other.subarray(0, sent.length) : other;
          expect(judge({ headers, body: cut }, keys)).toBe('wrong-signature');
          const spoilt = altered(headers['webhook-signature'], 3 + (at % 43));
          expect(judge({ headers: { ...headers, 'webhook-signature': spoilt }, body: sent }, keys)).toBe(
            'wrong-signature',
          );
        }),
        { numRuns: 300 },
      );
    });

    it('refuses bytes that decode to the same text as those that were signed (CT-10)', () => {
      const text = Buffer.from('{"event":"book.updated","title":"\uFFFD"}');
      const bytes = Buffer.concat([text.subarray(0, 33), Buffer.from([0xff]), text.subarray(36)]);
      expect(bytes.toString()).toBe(text.toString());
      const signed = sign(text);
      expect(judge(signed)).toBe('genuine');
      expect(judge({ ...signed, body: bytes })).toBe('wrong-signature');
    });

    it('refuses the same JSON written anew (CT-10)', () => {
      const signed = sign(Buffer.from('{"a": 1, "b": [1e1]}'));
      const anew = Buffer.from(JSON.stringify(JSON.parse(signed.body.toString())));
      expect(judge(signed)).toBe('genuine');
      expect(judge({ ...signed, body: anew })).toBe('wrong-signature');
    });

    it.each([
      [-300, 'genuine'],
      [300, 'genuine'],
      [-301, 'wrong-time'],
      [301, 'wrong-time'],
      [-86_400, 'wrong-time'],
      [315_360_000, 'wrong-time'],
    ])('sent %i s from now is %s (CT-10)', (seconds, expected) => {
      expect(judge(sign(payload, secret, now + seconds * 1_000))).toBe(expected);
    });

    it.each([
      '',
      ' ',
      '1.5e9',
      '-1',
      '+1767268800',
      '1767268800.0',
      '0x6956',
      '1767268800 ',
      '٣',
      '9'.repeat(13),
    ])('refuses a timestamp that is not digits alone: "%s"', (timestamp) => {
      expect(['wrong-time', 'unsigned']).toContain(
        judge(withHeaders(sign(payload), { 'webhook-timestamp': timestamp })),
      );
    });

    it('takes either secret while one is replaced, and no other (CT-10)', () => {
      const keys = webhookKeys({ secrets: [secret, newSecret], legacySecrets: [] });
      expect([secret, newSecret, strange].map((by) => judge(sign(payload, by), keys))).toEqual([
        'genuine',
        'genuine',
        'wrong-signature',
      ]);
      const after = webhookKeys({ secrets: [newSecret], legacySecrets: [] });
      expect(judge(sign(payload, secret), after)).toBe('wrong-signature');
    });

    it('takes one right signature among several, wherever it stands (CT-10)', () => {
      const right = signatureOf(sign(payload));
      const wrong = signatureOf(sign(payload, strange));
      const of = (...signatures: string[]) =>
        judge(withHeaders(sign(payload), { 'webhook-signature': signatures.join(' ') }));
      expect([of(wrong, right), of(right, wrong), of('v1a,x', right), of('', right)]).toEqual(
        Array(4).fill('genuine'),
      );
      expect(of(wrong, wrong)).toBe('wrong-signature');
    });

    it('looks at 20 signatures at most', () => {
      const right = signatureOf(sign(payload));
      const after = (others: number) =>
        judge(
          withHeaders(sign(payload), {
            'webhook-signature': [...Array<string>(others).fill('v1,x'), right].join(' '),
          }),
        );
      expect([after(19), after(20)]).toEqual(['genuine', 'wrong-signature']);
    });

    it.each([
      ['cut short', (s: string) => s.slice(0, -1)],
      ['cut to nothing', () => 'v1,'],
      ['too long', (s: string) => `${s}A`],
      ['padded once more', (s: string) => `${s}=`],
      ['without its padding', (s: string) => s.replace('=', '')],
      ['with a line break', (s: string) => `${s}\n`],
      ['in the alphabet for URLs', (s: string) => s.replaceAll('+', '-').replaceAll('/', '_')],
      ['in another text of the same bytes', (s: string) => s.replace(/.=$/, (last) => twin(last[0]!) + '=')],
      ['in hexadecimal', (s: string) => `v1,${Buffer.from(s.slice(3), 'base64').toString('hex')}`],
      ['twice, with a comma', (s: string) => `${s}, ${s}`.replace(', ', ',')],
    ])('refuses a signature %s (CT-10)', (_, change) => {
      const request = signedWith(['+', '/']);
      const right = signatureOf(request);
      expect(judge(request)).toBe('genuine');
      expect(judge(withHeaders(request, { 'webhook-signature': change(right) }))).toBe('wrong-signature');
    });

    it.each(['v1a', 'v2', 'V1', 'v10', 'v', '', 'sha256='])('refuses the scheme "%s" (CT-10)', (scheme) => {
      const request = sign(payload);
      const value = signatureOf(request).replace(/^v1,/, scheme === 'sha256=' ? scheme : `${scheme},`);
      expect(judge(withHeaders(request, { 'webhook-signature': value }))).toBe('unsigned');
    });

    it.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('says that %s is missing', (name) => {
      for (const value of [undefined, ''])
        expect(verifyWebhook(withHeaders(sign(payload), { [name]: value }), standard, now)).toEqual({
          isGenuine: false,
          result: 'unsigned',
          message: `${name}: missing`,
        });
    });

    it('says all that is missing at once', () => {
      expect(verifyWebhook({ headers: {}, body: payload }, standard, now)).toMatchObject({
        result: 'unsigned',
        message: 'webhook-id, webhook-timestamp, webhook-signature: missing',
      });
    });

    it('refuses an id whose dots would let what is signed be parted elsewhere (CT-10)', () => {
      const seconds = now / 1_000;
      const body = Buffer.from(`${seconds}.{}`);
      const shifted = sign(body, secret, now, 'a');
      expect(judge(shifted)).toBe('genuine');
      const parted = withHeaders({ ...shifted, body: Buffer.from('{}') }, { 'webhook-id': `a.${seconds}` });
      expect(judge(parted)).toBe('unsigned');
    });

    it.each(['a b', 'a\tb', 'é', '\u0000', 'x'.repeat(201), 'legacy.0'])('refuses the id %j', (of) => {
      expect(judge(sign(payload, secret, now, of))).toBe('unsigned');
    });

    it('tells nobody by its words which secret or signature was near', () => {
      const messages = [strange, newSecret].map((by) => verifyWebhook(sign(payload, by), standard, now));
      expect(messages[0]).toEqual(messages[1]);
      expect(JSON.stringify(messages)).not.toContain('MfKQ9r8');
    });
  });

  it('takes nothing where no secret is set, and says so', () => {
    const none = webhookKeys({ secrets: [], legacySecrets: [] });
    for (const request of [sign(payload), signLegacy(payload), { headers: {}, body: payload }])
      expect(verifyWebhook(request, none, now)).toMatchObject({
        result: 'unsigned',
        message: expect.stringContaining('no secret is set'),
      });
  });
});

/** The other last character before the padding that stands for the same bits. */
function twin(last: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  return alphabet[alphabet.indexOf(last) ^ 1]!;
}

/** Signed so that the signature has each of these characters. */
function signedWith(characters: readonly string[]): SignedRequest {
  for (let n = 0; ; n++) {
    const request = sign(Buffer.from(`{"n":${n}}`));
    if (characters.every((each) => signatureOf(request).includes(each))) return request;
  }
}
