import { SignalExpiredError } from '../src/features/signals/reading/signal-expired.error.js';
import { SignalMissingError } from '../src/features/signals/reading/signal-missing.error.js';
import { SignalSourceError } from '../src/features/signals/reading/signal-source.error.js';
import type { VirtualClock } from '../src/testing/index.js';
import type { ScriptedSource } from './support/scripted-source.js';
import { caught, SignalDesk } from './support/signal-desk.js';
import type { SignalReplica } from './support/signal-replica.js';

describe('SignalService.get', () => {
  let clock: VirtualClock;
  let source: ScriptedSource;
  let replica: SignalReplica;
  let iso: SignalDesk['iso'];
  let push: SignalDesk['push'];
  let get: SignalDesk['get'];
  let over: SignalDesk['over'];

  beforeEach(() => {
    ({ clock, source, replica, iso, push, get, over } = new SignalDesk());
  });

  it('gives the value with its age and what is left (SI-4)', async () => {
    await push('g1', 20_000);
    await clock.advance(10_000);
    const signal = await get('pushed', 'g1');
    expect(signal).toMatchObject({
      type: 'pushed',
      id: 'g1',
      schemaVersion: 1,
      ageMs: 30_000,
      limitMs: 60_000,
      leftMs: 30_000,
      source: 'memory',
      observedAt: iso(30_000),
      validUntil: iso(-30_000),
    });
    expect(JSON.parse(JSON.stringify(signal))).toMatchObject({
      value: { at: iso(30_000) },
      validUntil: iso(-30_000),
    });
    expect(Object.isFrozen(signal.value)).toBe(true);
  });

  it('gives it while its age is below the limit, and nothing at the limit (SI-4)', async () => {
    await push('g1');
    await clock.advance(59_999);
    await expect(get('pushed', 'g1')).resolves.toMatchObject({ ageMs: 59_999, leftMs: 1 });
    await clock.advance(1);
    const error = await caught(over(get('pushed', 'g1'), 0));
    expect(error).toBeInstanceOf(SignalExpiredError);
    expect(error).toMatchObject({
      code: 'signal-expired',
      type: 'pushed',
      id: 'g1',
      ageMs: 60_000,
      limitMs: 60_000,
    });
    expect(replica.get('pushed').counters).toMatchObject({ hits: 1, expired: 1 });
  });

  it('what is as old as its caller allows is too old: the limit of a caller ends as any other (SI-4)', async () => {
    await push('g1');
    await clock.advance(10_000);
    await expect(get('pushed', 'g1', 10_001)).resolves.toMatchObject({ leftMs: 1 });
    const error = await caught(get('pushed', 'g1', 10_000));
    expect(error).toMatchObject({ code: 'signal-expired', ageMs: 10_000, limitMs: 10_000 });
  });

  it('gives nothing past its limit while the source is down, and tells why nothing newer came (SI-4)', async () => {
    await get('pulled', 'g1');
    source.text = () => null;
    await clock.advance(60_000);
    const error = await caught(get('pulled', 'g1'));
    expect(error).toBeInstanceOf(SignalExpiredError);
    expect(error).toMatchObject({ ageMs: 60_000, cause: expect.any(Error) });
    expect(replica.get('pulled').counters).toMatchObject({ loaded: 1, expired: 1 });
  });

  it('what rots between its load and its answer, as in a process that was suspended, is none (SI-4, CO-14)', async () => {
    const { reader } = replica.get('pulled');
    const load = reader.get.bind(reader);
    let suspendedMs = 100;
    reader.get = async (key) => {
      const read = await load(key);
      await clock.advance(suspendedMs);
      return read;
    };
    await expect(get('pulled', 'g1')).resolves.toMatchObject({ ageMs: 100, leftMs: 59_900 });
    suspendedMs = 60_000;
    expect(await caught(get('pulled', 'g2'))).toMatchObject({ code: 'signal-expired', ageMs: 60_000 });
  });

  it('where nothing is held and the source is down, says that it cannot tell (SI-4)', async () => {
    source.text = () => null;
    const error = await caught(get('pulled', 'g1'));
    expect(error).toBeInstanceOf(SignalSourceError);
    expect(error).toMatchObject({ code: 'signal-source-failed', type: 'pulled', id: 'g1', retryable: true });
    expect(replica.get('pulled').counters).toMatchObject({ failed: 1, reads: 1 });
  });

  it('while the source is left alone after a failure, its failure is told at once (SI-4)', async () => {
    source.text = () => null;
    await caught(get('pulled', 'g1'));
    const error = await caught(get('pulled', 'g1'));
    expect(error).toBeInstanceOf(SignalSourceError);
    expect(source.asked).toHaveLength(1);
  });

  it('what there is not is missing: by the word of the source, or since nobody has pushed it (SI-4)', async () => {
    source.isAbsent = true;
    expect(await caught(get('pulled', 'g1'))).toBeInstanceOf(SignalMissingError);
    expect(await caught(get('pushed', 'g1'))).toMatchObject({ code: 'signal-missing', retryable: false });
    expect(replica.get('pushed').counters).toMatchObject({ missing: 1 });
  });

  it('a push right after nothing was found is seen (SI-9)', async () => {
    await caught(get('pushed', 'g1'));
    await push('g1');
    await expect(get('pushed', 'g1')).resolves.toMatchObject({ ageMs: 0 });
  });

  it('what was observed before nothing was found is taken all the same (SI-9)', async () => {
    await caught(get('pushed', 'g1'));
    await push('g1', 5_000);
    await expect(get('pushed', 'g1')).resolves.toMatchObject({ ageMs: 5_000 });
    source.isAbsent = true;
    await caught(get('pulled', 'g1'));
    source.isAbsent = false;
    source.text = () => JSON.stringify({ at: iso(65_000 - 10_000) });
    expect(await caught(get('pulled', 'g1'))).toBeInstanceOf(SignalMissingError);
    await clock.advance(60_000);
    source.text = () => JSON.stringify({ at: iso(1_000) });
    await expect(get('pulled', 'g1')).resolves.toMatchObject({ ageMs: 1_000 });
  });

  it('a source that answers with what is past its limit already gives no value (SI-3)', async () => {
    source.text = () => JSON.stringify({ at: iso(60_000) });
    const error = await caught(get('pulled', 'g1'));
    expect(error).toMatchObject({ code: 'signal-expired', ageMs: 60_000 });
  });

  it('a source whose clock is more than 5 s ahead is in error, up to 5 s it counts as now (SI-3)', async () => {
    source.text = () => JSON.stringify({ at: iso(-5_001) });
    expect(await caught(get('pulled', 'g1'))).toBeInstanceOf(SignalSourceError);
    source.text = () => JSON.stringify({ at: iso(-5_000) });
    await expect(get('pulled', 'g2')).resolves.toMatchObject({ ageMs: 0, leftMs: 60_000 });
  });

  it('maxAgeMs tightens: what is older is loaded anew (SI-4)', async () => {
    await get('pulled', 'g1');
    await clock.advance(20_000);
    await expect(get('pulled', 'g1', 20_001)).resolves.toMatchObject({ ageMs: 20_000, limitMs: 20_001 });
    expect(source.asked).toHaveLength(1);
    await expect(get('pulled', 'g1', 20_000)).resolves.toMatchObject({ ageMs: 0, limitMs: 20_000 });
    expect(source.asked).toHaveLength(2);
  });

  it('maxAgeMs never widens (SI-4)', async () => {
    await push('g1', 59_000);
    await expect(get('pushed', 'g1', 90_000)).resolves.toMatchObject({ limitMs: 60_000 });
    await clock.advance(1_000);
    expect(await caught(get('pushed', 'g1', 90_000))).toBeInstanceOf(SignalExpiredError);
  });

  it('maxAgeMs that nothing can meet is an expired signal, not an old value (SI-4)', async () => {
    await push('g1', 30_000);
    expect(await caught(get('pushed', 'g1', 30_000))).toMatchObject({
      code: 'signal-expired',
      limitMs: 30_000,
    });
    await get('pulled', 'g1');
    source.text = () => null;
    await clock.advance(10_000);
    expect(await caught(get('pulled', 'g1', 10_000))).toMatchObject({
      code: 'signal-expired',
      limitMs: 10_000,
    });
    await expect(get('pulled', 'g1')).resolves.toMatchObject({ ageMs: 10_000 });
  });

  it.each([0, -1, Number.NaN])('maxAgeMs must be at least 1, not %p (SI-4)', async (maxAgeMs) => {
    await expect(get('pushed', 'g1', maxAgeMs)).rejects.toThrow(RangeError);
  });

  it('tells what is no type and no id (SI-4)', async () => {
    await expect(get('none', 'g1')).rejects.toMatchObject({ code: 'signal-type-unknown' });
    await expect(get('pushed', 'g1:x')).rejects.toMatchObject({ code: 'signal-id-invalid' });
    await expect(get('pushed', '../g1')).rejects.toMatchObject({ code: 'signal-id-invalid' });
  });

  it('what an operator marked stale is not served, though it is inside its limit (SI-4)', async () => {
    await get('pulled', 'g1');
    replica.get('pulled').reader.cache.invalidate('pulled:g1');
    source.text = () => null;
    const error = await caught(get('pulled', 'g1'));
    expect(error).toBeInstanceOf(SignalSourceError);
    expect(String(error)).toContain('was invalidated');
  });

  it('a policy that lets stale values be served does not: past the limit there is nothing (SI-4)', async () => {
    const { cache } = replica.get('pulled').reader;
    await get('pulled', 'g1');
    const policy = { ...cache.policy, staleWhileRevalidateMs: 600_000, staleIfErrorMs: 600_000 };
    cache.usePolicy({ ...policy, maxAgeMs: 600_000 });
    source.text = () => null;
    await clock.advance(60_000);
    expect(await caught(get('pulled', 'g1'))).toBeInstanceOf(SignalExpiredError);
  });

  it('what was written under a longer limit is read by the one of now (SI-4)', async () => {
    const { reader } = replica.get('pushed');
    const record = {
      schema_version: 1,
      observed_at: iso(),
      ttl_ms: 900_000,
      etag: null,
      last_modified: null,
      http: null,
      value: 1,
    };
    reader.set('pushed:g1', record, { maxAgeMs: 900_000 });
    await clock.advance(59_999);
    await expect(get('pushed', 'g1')).resolves.toMatchObject({ limitMs: 60_000 });
    await clock.advance(1);
    expect(await caught(get('pushed', 'g1'))).toBeInstanceOf(SignalExpiredError);
  });

  it('the same key asked for a hundred times at once is one request (SI-5)', async () => {
    source.answersInMs = 500;
    const all = Array.from({ length: 100 }, () => get('pulled', 'g1'));
    await clock.advance(500);
    await Promise.all(all);
    expect(source.asked).toHaveLength(1);
  });
});
