import { z } from 'zod';
import { idPartForm, isIdPart } from './key-of.js';
import { parseDuration } from './parse-duration.js';
import { parseKeyTemplate } from './parse-key-template.js';

/** What the texts of `runtime.yml` may be, and what is made of them. */

const quoted = (input: unknown): string => {
  const text = JSON.stringify(input) ?? 'nothing';
  return text.length > 64 ? `${text.slice(0, 60)}…` : text;
};

const render = (ms: number): string => (ms % 1_000 === 0 ? `${ms / 1_000}s` : `${ms}ms`);

export const duration = (leastMs: number, mostMs: number) =>
  z.unknown().transform((input, context) => {
    const ms = typeof input === 'string' ? parseDuration(input) : null;
    if (ms === null) {
      context.addIssue(`must be a duration such as 60s, 24h; got ${quoted(input)}`);
      return z.NEVER;
    }
    if (ms < leastMs || ms > mostMs) {
      const range = `${render(leastMs)} to ${render(mostMs)}`;
      context.addIssue(`must be a duration from ${range}; got ${quoted(input)}`);
      return z.NEVER;
    }
    return ms;
  });

/** A share from a percentage or a number of 0..1. */
export const share = (least: number, most: number) =>
  z.unknown().transform((input, context) => {
    const [, percent] = /^(\d{1,3}(?:\.\d{1,4})?)%$/.exec(String(input)) ?? [];
    const found = percent === undefined ? input : Number(percent) / 100;
    if (typeof found === 'number' && found >= least && found <= most) return found;
    const range = `${least * 100}% to ${most * 100}%, or ${least} to ${most}`;
    context.addIssue(`must be a share from ${range}; got ${quoted(input)}`);
    return z.NEVER;
  });

export const whole = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.int(error).min(least, error).max(most, error);
};

export const oneOf = <const V extends readonly [string, ...string[]]>(...values: V) =>
  z.enum(values, `must be one of ${values.join(', ')}`);

const pointerForm = 'must be a JSON pointer such as /timestamp or /data/0/at';
export const pointer = z.string(pointerForm).regex(/^(\/([^~/]|~[01])*)+$/, pointerForm);

const keyForm = 'must be as odds:{game_id}:{book}: constants, then placeholders, each once';
export const keyTemplate = z.string(keyForm).transform((text, context) => {
  const template = parseKeyTemplate(text);
  if (template !== null) return template;
  context.addIssue(`${keyForm}; got ${quoted(text)}`);
  return z.NEVER;
});

const headerName = /^[A-Za-z0-9!#$%&'*+.^_|~-]{1,64}$/;
/** They would change what is sent, or are set by what each request is. */
const ownHeaders =
  /^(host|connection|content-length|transfer-encoding|accept-encoding|if-[a-z-]+|upgrade|te|expect)$/i;
const headerValue = z.union(
  [z.string().regex(/^[\x20-\x7e]{0,4096}$/), z.strictObject({ secret: z.string().min(1) }).readonly()],
  'must be a text of printable ASCII, or { secret: name }',
);

export const headers = z
  .record(
    z
      .string()
      .regex(headerName, 'must be the name of a header')
      .refine((name) => !ownHeaders.test(name), 'must not be a header that each request sets by itself'),
    headerValue,
    'must be a map of headers',
  )
  .default({});

const urlForm =
  'must be a URL that begins with https://, or http:// for an allowed host, without credentials';
export const isSourceUrl = (text: string): boolean => {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
};

export const urlText = z.string(urlForm).max(2_048).refine(isSourceUrl, urlForm);

const feedName = z.string().refine(isIdPart, `the name of a feed must be ${idPartForm}`);
export const feedTable = z.record(feedName, urlText, 'must be a map of URLs by name');
