import { isIP } from 'node:net';
import { z } from 'zod';

/** What the text of a setting may be, and what is made of it. */

export const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `a whole number from ${min} to ${max}`);

const fractionForm = 'a number from 0 to 1';
export const fraction = z
  .string()
  .regex(/^(\d+(\.\d+)?|\.\d+)$/, fractionForm)
  .transform(Number)
  .refine((value) => value <= 1, fractionForm);

const longestTimerMs = 2_147_483_647;
export const ms = (min: number) => whole(min, longestTimerMs);

/** Milliseconds, or `none` for no limit. */
export const limit = (min: number) =>
  z.union([z.literal('none').transform(() => null), ms(min)], {
    error: `a whole number from ${min} to ${longestTimerMs}, or "none"`,
  });

export const oneOf = <const V extends readonly string[]>(...values: V) =>
  z.enum(values, { error: `one of ${values.map((value) => JSON.stringify(value)).join(', ')}` });

export const postgresUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, { error: 'a URL that begins with postgres:// or postgresql://', abort: true })
  .refine((url) => URL.canParse(url), 'a URL that can be parsed');

export const flag = z
  .enum(['true', 'false'], { error: 'true or false' })
  .transform((text) => text === 'true');

export const redisUrl = z
  .string()
  .regex(/^rediss?:\/\//, { error: 'a URL that begins with redis:// or rediss://', abort: true })
  .refine((url) => URL.canParse(url), 'a URL that can be parsed');

const mostHops = 10;
const trustedForm = `a whole number from 0 to ${mostHops}, or IP addresses and CIDR ranges separated by commas`;

const isRange = (text: string): boolean => {
  const [address = '', bits, ...rest] = text.split('/');
  const widest = { 4: 32, 6: 128 }[isIP(address)];
  if (widest === undefined || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= widest);
};

export const proxies = z.union(
  [
    whole(0, mostHops),
    z
      .string()
      .transform((text) => text.split(',').map((part) => part.trim()))
      .refine((ranges) => ranges.every(isRange), trustedForm),
  ],
  { error: trustedForm },
);

const tokenAlgorithms = 'HS256 RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(
  ' ',
);

export const algorithmList = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .refine(
    (names) => names.every((name) => tokenAlgorithms.includes(name)),
    `a list, separated by commas, of ${tokenAlgorithms.join(', ')}`,
  );

/** Whoever answers in the name of that address can sign tokens: only this machine needs no TLS. */
export const keySetUrl = z
  .string()
  .refine(
    (url) => /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])/.test(url) && URL.canParse(url),
    'a URL that begins with https:// (http:// for this machine alone)',
  );

const secretBytes = 32;
export const tokenSecret = z
  .string()
  .refine((text) => Buffer.byteLength(text) >= secretBytes, `at least ${secretBytes} bytes long`);

export const sentryDsn = z
  .string()
  .regex(/^https?:\/\/\w+@[^/@]+\/(.*\/)?\d+$/, 'a DSN such as https://key@host/1');

export const webhookUrl = z
  .string()
  .regex(/^https?:\/\//, { error: 'a URL that begins with http:// or https://', abort: true })
  .refine((url) => URL.canParse(url), 'a URL that can be parsed');

/** What stands before an `@`, after a `?` or a `#` would be sent along, or shown where addresses are. */
export const apiUrl = z
  .string()
  .regex(/^https?:\/\//, { error: 'a URL that begins with http:// or https://', abort: true })
  .refine((url) => URL.canParse(url), { error: 'a URL that can be parsed', abort: true })
  .refine((url) => !/[?#]/.test(url) && !new URL(url).username && !new URL(url).password, {
    error: 'a URL without credentials, `?` and `#`',
  });

export const headerSecret = z.string().regex(/^[\x21-\x7e]+$/, 'printable ASCII without blanks');

export const bearerToken = z
  .string()
  .regex(/^[\x21-\x7e]{16,512}$/, 'from 16 to 512 characters of printable ASCII without blanks')
  .regex(/^(?!lg(bg)?_)/, 'a token that does not begin as a key does, with `lg_` or `lgbg_`');

export const evictionPolicies = [
  'noeviction',
  'allkeys-lru',
  'allkeys-lfu',
  'allkeys-random',
  'volatile-lru',
  'volatile-lfu',
  'volatile-random',
  'volatile-ttl',
] as const;

export const mib = 1_048_576;
export const longestDays = 3_650;

const hostPortsForm = 'a list, separated by commas, of host:port, such as 127.0.0.1:8080 or [::1]:8080';
const hostPort = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):([1-9]\d{0,4})$/;

export const hostPorts = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim().toLowerCase()))
  .refine(
    (parts) => parts.every((part) => Number(hostPort.exec(part)?.[2] ?? 65_536) <= 65_535),
    hostPortsForm,
  );

const secretsForm = 'a JSON object of texts of printable ASCII';
/** A header's whole value may have blanks inside, as `Bearer …` has. */
const secretText = z.string(secretsForm).regex(/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/, secretsForm);

export const secretTable = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: secretsForm });
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), secretText, { error: secretsForm }));
