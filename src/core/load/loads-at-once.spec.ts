import { FakeOrigin } from '../../testing/fake-origin.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { StaleWhileRevalidateCache } from '../cache/stale-while-revalidate-cache.js';
import { LoadTimeoutError } from '../errors/load-timeout.error.js';
import { Deadline } from './deadline.js';
import { Places } from './places.js';
import { Reader } from './reader.js';

const policy = {
  maxAgeMs: 60_000,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: null,
  softTimeoutMs: 0,
  hardTimeoutMs: 1_000,
  negativeMaxAgeMs: 0,
  jitter: 0,
  invalidatedMaxStaleMs: null,
};

/** Answers each call when it is told to. */
class PatientOrigin extends FakeOrigin<string> {
  readonly open: { key: string; answer: () => void }[] = [];

  override load(key: string) {
    return new Promise<{ value: string }>((resolve) => {
      this.open.push({ key, answer: () => resolve({ value: key }) });
    });
  }
}

describe('loads of different keys at once', () => {
  let clock: VirtualClock;
  let origin: PatientOrigin;
  let reader: Reader<string>;

  beforeEach(() => {
    clock = new VirtualClock();
    origin = new PatientOrigin('');
    const cache = new StaleWhileRevalidateCache<string>({ clock, policy });
    reader = new Reader({ namespace: 'n', clock, report: () => {}, origin, cache, maxLoadsAtOnce: 2 });
  });

  const read = (...keys: string[]) =>
    keys.map((key) =>
      reader.get(key).then(
        ({ data }) => data,
        ({ code }: { code: string }) => code,
      ),
    );
  const asked = () => origin.open.map(({ key }) => key);
  const answerNext = async () => {
    origin.open.shift()!.answer();
    await clock.advance(0);
  };

  it('are so many at most, and whoever comes later takes its turn', async () => {
    const answers = read('a', 'b', 'c', 'd');
    await clock.advance(0);
    expect(asked()).toEqual(['a', 'b']);
    await answerNext();
    expect(asked()).toEqual(['b', 'c']);
    await answerNext();
    await answerNext();
    await answerNext();
    expect(await Promise.all(answers)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('that hang give their places up at their deadline, as do those who wait at theirs', async () => {
    const early = read('a', 'b');
    await clock.advance(600);
    const late = read('c', 'd', 'e');
    await clock.advance(400);
    expect(await Promise.all(early)).toEqual(['unavailable', 'unavailable']);
    expect(asked()).toEqual(['a', 'b', 'c', 'd']);
    await clock.advance(600);
    expect(await Promise.all(late)).toEqual(['unavailable', 'unavailable', 'unavailable']);
    origin.open.length = 0;
    const after = read('x', 'y', 'z');
    await clock.advance(0);
    expect(asked()).toEqual(['x', 'y']);
    await answerNext();
    await answerNext();
    await answerNext();
    expect(await Promise.all(after)).toEqual(['x', 'y', 'z']);
  });

  it('leave no place to one that has given up', async () => {
    const places = new Places(1);
    const within = (ms: number) => new Deadline(clock, 'n', ms);
    expect(places.take(within(1_000))).toBeNull();
    const impatient = places.take(within(100))!.catch((error: unknown) => error);
    await clock.advance(100);
    expect(await impatient).toBeInstanceOf(LoadTimeoutError);
    places.leave();
    expect(places.take(within(1_000))).toBeNull();
  });
});
