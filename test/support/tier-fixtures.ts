import type { StoredEntry } from '../../src/core/index.js';

/** An entry of epoch `e`, at version 5 and confirmed at 5,000 unless told otherwise. */
export function storedEntry(facts: Partial<StoredEntry> = {}): StoredEntry {
  return {
    value: { text: 'значение' },
    absent: false,
    message: null,
    asOf: { epoch: 'e', version: 5, changeId: 'c5' },
    scopes: ['a'],
    confirmedAt: 5_000,
    storedAt: 5_000,
    maxAgeMs: 60_000,
    schema: 1,
    left: [],
    ...facts,
  };
}

/** Keys that would touch each other wherever a part is not told from another, or a character is taken for a sign. */
export const hostileKeys = [
  '',
  '*',
  '?',
  '[a-z]',
  '\\',
  'a',
  'a:b',
  'a:b:c',
  'a%003a',
  "'; DROP TABLE entries; --",
  '%',
  '_',
  '{a}',
  '}',
  'line\nfeed',
  'nul\0',
  'ключ',
  '😀',
  '\ud83d',
  'tenant-1',
  'tenant-10',
  '__proto__',
  'x'.repeat(1_000),
];
