import { FakeDatabase } from './fake-database.js';

describe('FakeDatabase', () => {
  let now: number;
  let database: FakeDatabase;

  beforeEach(() => {
    now = 1;
    database = new FakeDatabase(() => now++);
    database.change({ a: 'a1', b: 'b1' });
    database.change({ a: null });
  });

  it('counts each change, logs its scopes and holds its rows', async () => {
    expect([...database.current.rows]).toEqual([['b', 'b1']]);
    const { changes, version } = await database.poll(0);
    expect(version).toBe(2);
    expect(changes.map((change) => [change.version, change.scope])).toEqual([
      [1, 'a'],
      [1, 'b'],
      [2, 'a'],
    ]);
    expect(await database.poll(1)).toMatchObject({ changeIdAtApplied: changes[0]!.changeId, more: false });
  });

  it('cuts a long log at a whole version', async () => {
    database.batch = 1;
    const reply = await database.poll(0);
    expect(reply.changes.map(({ version }) => version)).toEqual([1, 1]);
    expect(reply.more).toBe(true);
    expect(await database.poll(2)).toMatchObject({ changes: [], more: false });
  });

  it('tells nothing of what is changed uncounted', () => {
    const { asOf } = database.current;
    database.changeUncounted({ b: 'b2' });
    expect(database.current).toMatchObject({ asOf, rows: new Map([['b', 'b2']]) });
  });

  it('is put back to a moment, epoch and all, and gives the numbers after it to other changes', async () => {
    const [, first, second] = database.moments;
    await database.raiseEpoch(first!.asOf.epoch);
    database.putBack(first!);
    const again = database.change({ a: null });
    expect(again).toMatchObject({ epoch: first!.asOf.epoch, version: 2 });
    expect(again.changeId).not.toBe(second!.asOf.changeId);
    expect(database.current.before!.before).toBe(first);
    expect(database.moments.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(database.moments.map(({ at }) => at)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('answers as of any moment of its past', async () => {
    expect(await database.poll(null, database.moments[1])).toMatchObject({ version: 1, inRecovery: false });
  });

  it('raises the epoch by compare-and-set, each time to another', async () => {
    const { epoch } = database.current.asOf;
    await database.raiseEpoch('another');
    expect(database.current.asOf.epoch).toBe(epoch);
    await database.raiseEpoch(epoch);
    expect(database.current.asOf.epoch).not.toBe(epoch);
  });

  it('trims its log and keeps the newest row', async () => {
    database.trim(9);
    const { trimmedTo, changes } = await database.poll(null);
    expect([trimmedTo, changes.length]).toEqual([1, 1]);
    database.trim(0);
    expect(database.current.trimmedTo).toBe(1);
  });

  it('wakes who listens', async () => {
    const wake = jest.fn();
    const unsubscribe = database.subscribe(wake);
    database.notify();
    await unsubscribe();
    database.notify();
    expect(wake).toHaveBeenCalledTimes(1);
  });
});
