import { SharedRun } from './shared-run.js';

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Runs that end when they are told to. */
function runs() {
  const begun: { signal: AbortSignal; end: (value: number) => void; fail: (error: Error) => void }[] = [];
  const run = new SharedRun<number>(
    (signal) => new Promise((end, fail) => void begun.push({ signal, end, fail })),
  );
  return { begun, run };
}

describe('a run that many wait for (SI-5)', () => {
  it('is one, and all get what it gives (SI-5)', async () => {
    const { begun, run } = runs();
    const { signal } = new AbortController();
    const all = Promise.all([run.join(signal), run.join(signal), run.join(new AbortController().signal)]);
    begun[0]?.end(7);
    expect([await all, begun.length]).toEqual([[7, 7, 7], 1]);
    void run.join(signal);
    expect(begun).toHaveLength(2);
  });

  it('fails for all, and is begun anew after that (SI-5)', async () => {
    const { begun, run } = runs();
    const { signal } = new AbortController();
    const all = Promise.allSettled([run.join(signal), run.join(signal)]);
    begun[0]?.fail(new Error('no'));
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    void run.join(signal);
    expect(begun).toHaveLength(2);
  });

  it('goes on for those who stay, and ends with the last who leaves (SI-5)', async () => {
    const { begun, run } = runs();
    const [one, other] = [new AbortController(), new AbortController()];
    const first = run.join(one.signal);
    const second = run.join(other.signal);
    one.abort(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    expect(begun[0]?.signal.aborted).toBe(false);
    other.abort(new Error('gone too'));
    await expect(second).rejects.toThrow('gone too');
    expect(begun[0]?.signal.aborted).toBe(true);
    void run.join(new AbortController().signal);
    expect(begun).toHaveLength(2);
    begun[0]?.fail(new Error('aborted'));
    await settle();
  });

  it('is not begun for who has left already (SI-5)', async () => {
    const { begun, run } = runs();
    await expect(run.join(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    expect(begun).toHaveLength(0);
  });
});
