import { z } from 'zod';

const mostSecrets = 10;
const leastKeyBytes = 24;
const mostKeyBytes = 64;
const standardForm = `1 to ${mostSecrets} secrets with commas between them, each whsec_ and the base64 of ${leastKeyBytes} to ${mostKeyBytes} bytes`;
const plainForm = `1 to ${mostSecrets} secrets with commas between them, each of ${leastKeyBytes} characters of printable ASCII or more`;

const parts = (text: string) => text.split(',').map((part) => part.trim());

/** The base64 of a secret; what the standard says of its length holds (24 to 64 bytes). */
const standardSecret = /^whsec_([A-Za-z0-9+/]+={0,2})$/;

function isStandard(secret: string): boolean {
  const base64 = standardSecret.exec(secret)?.[1];
  if (base64 === undefined) return false;
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 && bytes.length >= leastKeyBytes && bytes.length <= mostKeyBytes;
}

const isPlain = (secret: string) => secret.length >= leastKeyBytes && /^[\x21-\x7e]+$/.test(secret);

/** `whsec_` and base64, by Standard Webhooks. */
export const standardSecrets = z
  .string()
  .transform(parts)
  .refine((secrets) => secrets.length <= mostSecrets && secrets.every(isStandard), standardForm);

/** The bytes of the text are the key. */
export const plainSecrets = z
  .string()
  .transform(parts)
  .refine((secrets) => secrets.length <= mostSecrets && secrets.every(isPlain), plainForm);
