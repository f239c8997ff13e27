import { checkPrecondition, readPrecondition, type Precondition } from './precondition.js';

const required = expect.objectContaining({ code: 'precondition-required', retryable: false });
const conflict = expect.objectContaining({ code: 'version-conflict', retryable: false });

describe('readPrecondition (MC-15)', () => {
  it.each<[string | undefined, string | undefined, Precondition]>([
    ['"7"', undefined, { version: 7 }],
    ['  "7"  ', undefined, { version: 7 }],
    ['"0"', undefined, { version: 0 }],
    ['*', undefined, 'present'],
    [undefined, '*', 'absent'],
    [undefined, ' * ', 'absent'],
  ])('reads If-Match %p and If-None-Match %p', (ifMatch, ifNoneMatch, expected) => {
    expect(readPrecondition(ifMatch, ifNoneMatch)).toEqual(expected);
  });

  it.each([[undefined], ['"7"'], [''], ['W/"7"']])(
    'will not have a change that says not what it is for (If-None-Match: %p)',
    (ifNoneMatch) => {
      const read = () => readPrecondition(undefined, ifNoneMatch);
      expect(read).toThrow(required);
      expect(read).toThrow('If-Match');
    },
  );

  it.each(['7', 'W/"7"', '"x"', '"7", "8"', '""', '"-1"', '"1.5"', '', '"7" '.repeat(2)])(
    'takes %p for a conflict: no row of ours has that tag',
    (ifMatch) => {
      expect(() => readPrecondition(ifMatch, undefined)).toThrow(conflict);
    },
  );
});

describe('checkPrecondition (MC-15)', () => {
  it.each<[Precondition, number | null]>([
    [{ version: 7 }, 7],
    [{ version: 0 }, 0],
    ['present', 0],
    ['absent', null],
  ])('lets %j pass where %p is found', (expected, found) => {
    expect(() => checkPrecondition(expected, found, 'the row')).not.toThrow();
  });

  it.each<[Precondition, number | null, string]>([
    [{ version: 7 }, 8, 'the row is at version 8, not 7'],
    [{ version: 7 }, 0, 'the row is at version 0, not 7'],
    [{ version: 7 }, null, 'the row does not exist'],
    ['present', null, 'the row does not exist'],
    ['absent', 0, 'the row exists already, as version 0'],
  ])('stops %j where %p is found', (expected, found, message) => {
    const check = () => checkPrecondition(expected, found, 'the row');
    expect(check).toThrow(conflict);
    expect(check).toThrow(message);
  });
});
