import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isTimely, timelyForm } from './is-timely.js';
import type { WebhookKeys } from './webhook-keys.js';
import { refused, type WebhookVerdict } from './webhook-verdict.js';

const standardHeaders = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;
const legacyHeader = 'x-webhook-signature';
/** No dot: dots part what is signed. */
const idForm = /^[!-\-/-~]+$/;
/** As it stands in the path by which an operator has it replayed. */
const longestId = 200;
const timestampForm = /^\d{1,12}$/;
const mostSignatures = 20;
const signatureVersion = 'v1,';
/** It has a dot, and so is no id of the standard form. */
const legacyIdPrefix = 'legacy.';

export interface SignedRequest {
  readonly headers: IncomingHttpHeaders;
  /** As they came. */
  readonly body: Buffer;
}

/**
 * Whether somebody who has one of the secrets sent these very bytes (CT-4): by Standard Webhooks, or in the older form
 * where that is taken. Pure; nothing of the body is parsed.
 * @param now of the wall clock, in ms
 */
export function verifyWebhook(request: SignedRequest, keys: WebhookKeys, now: number): WebhookVerdict {
  const isLegacy = request.headers[legacyHeader] !== undefined;
  const isStandard = standardHeaders.some((name) => request.headers[name] !== undefined);
  if (keys.standard.length === 0 && keys.legacy.length === 0)
    return refused('unsigned', 'No webhooks are taken here: no secret is set that they could be signed with');
  if (keys.legacy.length > 0 && isLegacy && !(isStandard && keys.standard.length > 0))
    return verifyLegacy(request, keys.legacy);
  if (keys.standard.length === 0) return refused('unsigned', `${legacyHeader}: missing`);
  if (isLegacy && !isStandard)
    return refused('unsigned', `${legacyHeader} is not taken here: sign by ${standardHeaders.join(', ')}`);
  return verifyStandard(request, keys.standard, now);
}

function verifyStandard(
  { headers, body }: SignedRequest,
  keys: readonly Buffer[],
  now: number,
): WebhookVerdict {
  const missing = standardHeaders.filter((name) => typeof headers[name] !== 'string' || headers[name] === '');
  if (missing.length > 0) return refused('unsigned', `${missing.join(', ')}: missing`);
  const [id = '', timestamp = '', signature = ''] = standardHeaders.map((name) => headers[name] as string);
  if (!idForm.test(id) || encodeURIComponent(id).length > longestId)
    return refused(
      'unsigned',
      `webhook-id: must be 1 to ${longestId} characters of printable ASCII as they are written in a URL, without a dot`,
    );
  if (!timestampForm.test(timestamp))
    return refused('wrong-time', 'webhook-timestamp: must be whole seconds since 1970, in digits alone');
  if (!isTimely(Number(timestamp) * 1_000, now))
    return refused('wrong-time', `webhook-timestamp: must be ${timelyForm}`);
  const given = signature
    .split(' ', mostSignatures)
    .filter((each) => each.startsWith(signatureVersion))
    .map((each) => Buffer.from(each.slice(signatureVersion.length), 'latin1'));
  if (given.length === 0)
    return refused('unsigned', `webhook-signature: has none of the form ${signatureVersion}<base64>`);
  const head = Buffer.from(`${id}.${timestamp}.`, 'latin1');
  // As text: of the many texts that decode to the same bytes, only the one that was written right is right.
  const expected = keys.map((key) =>
    Buffer.from(createHmac('sha256', key).update(head).update(body).digest('base64'), 'latin1'),
  );
  if (!isAnySame(expected, given))
    return refused(
      'wrong-signature',
      'webhook-signature: none is of these bytes by a secret that is known here',
    );
  return { isGenuine: true, id, isTimely: true };
}

function verifyLegacy({ headers, body }: SignedRequest, keys: readonly Buffer[]): WebhookVerdict {
  const given = Buffer.from(String(headers[legacyHeader]).toLowerCase(), 'latin1');
  const expected = keys.map((key) =>
    Buffer.from(`sha256=${createHmac('sha256', key).update(body).digest('hex')}`, 'latin1'),
  );
  if (!isAnySame(expected, [given]))
    return refused(
      'wrong-signature',
      `${legacyHeader}: must be sha256= and the hexadecimal digits of the HMAC of these bytes by a secret that is known here`,
    );
  const id = legacyIdPrefix + createHash('sha256').update(body).digest('hex');
  return { isGenuine: true, id, isTimely: false };
}

/** Each is compared with each, whatever was found before: nobody learns which secret it was. */
function isAnySame(expected: readonly Buffer[], given: readonly Buffer[]): boolean {
  let found = 0;
  for (const right of expected) for (const one of given) found |= Number(isSame(right, one));
  return found !== 0;
}

const isSame = (one: Buffer, other: Buffer): boolean =>
  one.length === other.length && timingSafeEqual(one, other);
