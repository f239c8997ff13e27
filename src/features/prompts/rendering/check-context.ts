import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { promptLimits } from '../prompt/prompt-limits.js';
import { PromptTooLargeError } from '../prompt/prompt-too-large.error.js';
import type { PromptContext } from '../prompt/prompt-source.js';

interface Walk {
  /** Values met, nested ones included. */
  values: number;
  /** UTF-16 units of all strings and names. */
  length: number;
  readonly path: (string | number)[];
}

/**
 * Plain JSON alone, because a context must mean the same here and behind an HTTP request.
 * @throws PromptInvalidError naming the place and never the value; PromptTooLargeError over 1 MB or 100,000 values
 */
export function checkContext(context: unknown): asserts context is PromptContext {
  const walk: Walk = { values: 0, length: 0, path: [] };
  if (!isPlain(context)) fail(walk, 'has to be an object');
  visit(context, walk);
  const { contextBytes } = promptLimits;
  // No unit has more than three bytes: most contexts need no second look.
  if (walk.length * 3 > contextBytes && (walk.length > contextBytes || bytesOf(context) > contextBytes)) {
    throw new PromptTooLargeError('context', `${contextBytes} bytes`);
  }
}

function visit(value: unknown, walk: Walk): void {
  if (++walk.values > promptLimits.contextValues) {
    throw new PromptTooLargeError('context', `${promptLimits.contextValues} values`);
  }
  if (typeof value === 'string') walk.length += value.length;
  else if (typeof value === 'number') {
    if (!Number.isFinite(value)) fail(walk, 'is no number that JSON knows');
  } else if (typeof value === 'object') {
    if (value !== null) visitParts(value, walk);
  } else if (typeof value !== 'boolean') fail(walk, `is of a kind that JSON does not know (${typeof value})`);
}

function visitParts(value: object, walk: Walk): void {
  const { path } = walk;
  if (path.length >= promptLimits.contextDepth)
    fail(walk, `is nested more than ${promptLimits.contextDepth} deep`);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      path.push(index);
      visit(value[index], walk);
      path.pop();
    }
    return;
  }
  if (!isPlain(value)) fail(walk, 'is neither a plain object nor an array');
  for (const name of Object.keys(value)) {
    const part = value[name];
    path.push(name);
    // The service refuses both before it has read anything else.
    if (
      name === '__proto__' ||
      (name === 'constructor' && isPlain(part) && Object.hasOwn(part, 'prototype'))
    ) {
      fail(walk, 'has a name that nothing may have');
    }
    walk.length += name.length;
    visit(part, walk);
    path.pop();
  }
}

/** An object literal or what JSON.parse makes, of whichever realm. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf');
}

function bytesOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, part) => sum + bytesOf(part), 0);
  return Object.entries(value).reduce(
    (sum, [name, part]) => sum + Buffer.byteLength(name) + bytesOf(part),
    0,
  );
}

function fail({ path }: Walk, message: string): never {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    // Names may be as long as anything else that is put in, and say as much.
    return /^\w{1,100}$/.test(step) ? `.${step}` : '[?]';
  });
  throw new PromptInvalidError('context', [{ path: `context${steps.join('')}`, message }]);
}
