import type { CacheScope } from '../../../core/index.js';
import { idPartForm, isIdPart } from '../types/key-of.js';
import type { SignalType } from '../types/signal-type.js';
import { SignalFlushInvalidError } from './signal-flush-invalid.error.js';

export interface FlushQuestion {
  /** Without one: every type whose key has the placeholders. */
  readonly type?: string;
  /** Values by placeholder; without one: the whole type. */
  readonly where?: Readonly<Record<string, string>>;
}

export interface PlannedFlush {
  readonly type: SignalType;
  /** Neither: all of it. */
  readonly what: Pick<CacheScope, 'key' | 'prefix'>;
}

/**
 * What is to be purged of which types. Keys can be told by how they begin alone: the placeholders have to be the first
 * ones of each type's key.
 * @param types those that are asked for, or all
 * @throws SignalFlushInvalidError
 */
export function planFlush(types: readonly SignalType[], { type, where = {} }: FlushQuestion): PlannedFlush[] {
  const names = Object.keys(where);
  for (const name of names)
    if (!isIdPart(where[name]!))
      throw new SignalFlushInvalidError(`${name}: must be ${idPartForm}; got ${JSON.stringify(where[name])}`);
  if (type === undefined && names.length === 0)
    throw new SignalFlushInvalidError('Say what to flush: a type, or where, or both');
  const meant = types.filter(
    (each) => type !== undefined || names.every((name) => each.key.placeholders.includes(name)),
  );
  if (meant.length === 0) throw new SignalFlushInvalidError(`No type has a key with ${names.join(' and ')}`);
  return meant.map((each) => ({ type: each, what: partOf(each, where) }));
}

function partOf({ name, key }: SignalType, where: Readonly<Record<string, string>>): PlannedFlush['what'] {
  const given = Object.keys(where).length;
  if (given === 0) return {};
  const first = key.placeholders.slice(0, given);
  const values = first.flatMap((placeholder) =>
    Object.hasOwn(where, placeholder) ? [where[placeholder]!] : [],
  );
  if (values.length < given)
    throw new SignalFlushInvalidError(
      `Keys of ${name} are ${key.text}: they can be flushed by their first placeholders alone; got ${Object.keys(where).join(', ')}`,
    );
  const begin = `${key.prefix}${values.join(':')}`;
  return given === key.placeholders.length ? { key: begin } : { prefix: `${begin}:` };
}
