import { createHash } from 'node:crypto';
import {
  strange,
  now,
  id,
  standard,
  both,
  legacyAlone,
  payload,
  sign,
  signatureOf,
  withHeaders,
  legacyHex,
  signLegacy,
  judge,
} from '../../../../../test/support/signed-requests.js';
import { verifyWebhook } from './verify-webhook.js';
import { webhookKeys } from './webhook-keys.js';

describe('verifyWebhook, in the older form (CT-4)', () => {
  it('takes what is signed, by the hash of its bytes, and leaves its time to the payload', () => {
    const request = signLegacy(payload);
    expect(verifyWebhook(request, both, now)).toEqual({
      isGenuine: true,
      id: `legacy.${createHash('sha256').update(payload).digest('hex')}`,
      isTimely: false,
    });
    expect(judge(signLegacy(payload, `sha256=${legacyHex(payload).toUpperCase()}`), legacyAlone)).toBe(
      'genuine',
    );
  });

  it('is refused where it is not enabled, and told how to sign (CT-10)', () => {
    expect(verifyWebhook(signLegacy(payload), standard, now)).toMatchObject({
      result: 'unsigned',
      message: expect.stringContaining('sign by webhook-id, webhook-timestamp, webhook-signature'),
    });
  });

  it.each([
    ['of another byte', `sha256=${legacyHex(Buffer.from('x'))}`],
    ['by another secret', `sha256=${legacyHex(payload, 'x'.repeat(24))}`],
    ['cut short', `sha256=${legacyHex(payload).slice(0, -1)}`],
    ['too long', `sha256=${legacyHex(payload)}0`],
    ['without its name', legacyHex(payload)],
    ['of another hash', `sha1=${legacyHex(payload)}`],
    ['of nothing', 'sha256='],
    ['that is empty', ''],
    ['in base64', `sha256=${Buffer.from(legacyHex(payload), 'hex').toString('base64')}`],
  ])('refuses a signature %s (CT-10)', (_, value) => {
    expect(judge(signLegacy(payload, value), legacyAlone)).toBe('wrong-signature');
  });

  it('never stands for the standard form, nor that for it (CT-10)', () => {
    const one = 'the same secret in both forms';
    const keys = webhookKeys({
      secrets: [`whsec_${Buffer.from(one).toString('base64')}`],
      legacySecrets: [one],
    });
    const signed = sign(payload, `whsec_${Buffer.from(one).toString('base64')}`);
    const [, base64 = ''] = signatureOf(signed).split(',');
    const asHex = Buffer.from(base64, 'base64').toString('hex');
    expect(judge(signed, keys)).toBe('genuine');
    expect(judge(signLegacy(payload, `sha256=${asHex}`), keys)).toBe('wrong-signature');
    const asStandard = `v1,${Buffer.from(legacyHex(payload, one), 'hex').toString('base64')}`;
    expect(judge(withHeaders(signed, { 'webhook-signature': asStandard }), keys)).toBe('wrong-signature');
    // What was signed in the standard form, with its head moved into the body, is of that secret in the older form:
    // but it is no payload, and its id is another one.
    const moved = Buffer.concat([Buffer.from(`${id}.${now / 1_000}.`), payload]);
    const verdict = verifyWebhook(signLegacy(moved, `sha256=${asHex}`), keys, now);
    expect(verdict).toMatchObject({ isGenuine: true, id: expect.stringMatching(/^legacy\./) });
    expect(() => JSON.parse(moved.toString())).toThrow(SyntaxError);
  });

  it('does not help where the standard form is there and wrong (CT-10)', () => {
    const wrong = sign(payload, strange);
    const request = withHeaders(wrong, { 'x-webhook-signature': `sha256=${legacyHex(payload)}` });
    expect(judge(request, both)).toBe('wrong-signature');
    expect(judge(request, legacyAlone)).toBe('genuine');
  });
});
