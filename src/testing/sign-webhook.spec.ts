import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { signLegacyWebhook } from './sign-legacy-webhook.js';
import { signWebhook } from './sign-webhook.js';

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

describe('signWebhook (CT-10)', () => {
  it('makes the official vector', () => {
    const { headers, body } = signWebhook('{"test": 2432232314}', {
      secret,
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      at: new Date(1_614_265_330_000),
    });
    expect(body).toBe('{"test": 2432232314}');
    expect(headers).toEqual({
      'content-type': 'application/json',
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it("signs as the standard's own package, whatever the text, id, moment and secret", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.stringMatching(/^[!-~]{1,40}$/),
        fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        (text, id, at, key) => {
          const own = `whsec_${Buffer.from(key).toString('base64')}`;
          const { headers } = signWebhook(text, { secret: own, id, at });
          expect(headers['webhook-signature']).toBe(new Webhook(own).sign(id, at, text));
        },
      ),
    );
  });

  it('signs bytes that are no text as they are', () => {
    const [bad, replaced] = [Buffer.from([0x7b, 0xff, 0x7d]), Buffer.from('{\ufffd}')];
    const sign = (body: Buffer) =>
      signWebhook(body, { secret, id: 'm', at: new Date(0) }).headers['webhook-signature'];
    expect(sign(bad)).not.toBe(sign(replaced));
    expect(sign(replaced)).toBe(new Webhook(secret).sign('m', new Date(0), '{\ufffd}'));
  });

  it('signs by every secret while one is replaced, and an object as its JSON', () => {
    const old = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
    const { headers, body } = signWebhook({ event: 'book.updated' }, { secret: [old, secret] });
    expect(body).toBe('{"event":"book.updated"}');
    expect(headers['webhook-signature']!.split(' ')).toHaveLength(2);
    for (const each of [old, secret])
      expect(new Webhook(each).verify(body, headers)).toEqual({ event: 'book.updated' });
  });
});

describe('signLegacyWebhook (CT-10)', () => {
  it('signs the body alone, in hexadecimal', () => {
    const body = Buffer.from([1, 255]);
    const digest = createHmac('sha256', 'a plain secret').update(body).digest('hex');
    expect(signLegacyWebhook(body, 'a plain secret')).toEqual({
      headers: { 'content-type': 'application/json', 'x-webhook-signature': `sha256=${digest}` },
      body,
    });
  });
});
