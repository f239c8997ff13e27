import { ConfigDatabase } from '../../../test/support/config-database.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { EventBus } from '../observability/index.js';
import { CoherenceProbe } from './coherence-probe.js';

const minuteMs = 65_000;

describe('the probe (OP-13)', () => {
  let database: ConfigDatabase;
  let clock: VirtualClock;
  let isAway: boolean;
  const buses: EventBus[] = [];
  const probes: CoherenceProbe[] = [];

  beforeAll(async () => {
    database = await ConfigDatabase.create({ seeded: false });
  });
  beforeEach(async () => {
    clock = new VirtualClock();
    isAway = false;
    await makeDue();
  });
  afterEach(() => {
    for (const probe of probes.splice(0)) probe.beforeApplicationShutdown();
    buses.splice(0);
    expect(clock.pending).toBe(0);
  });
  afterAll(() => database.drop());

  /** As a minute passes for the database. */
  const makeDue = () => database.sql(`UPDATE lastgood.coherence_probe SET at = 'epoch'`);
  const version = async () => (await database.counter('cache')).version;
  const ask = (statement: string) => (isAway ? Promise.reject(new Error('away')) : database.sql(statement));

  function start(): CoherenceProbe {
    const bus = new EventBus();
    const write = (work: (manager: { query: typeof ask }) => Promise<unknown>) => work({ query: ask });
    const probe = new CoherenceProbe({ query: ask, write } as never, bus, clock);
    probe.onApplicationBootstrap();
    buses.push(bus);
    probes.push(probe);
    return probe;
  }
  /** As the stream's follower tells. */
  const arrive = (bus: EventBus, scopes = ['probe'], stream = 'cache') =>
    bus.report({ type: 'changes-applied', stream, version: 1, scopes });

  it('is one change a minute in the stream of the caches, however many processes there are', async () => {
    for (let at = 0; at < 5; at++) start();
    const before = await version();
    await clock.advance(59_000);
    expect(await version()).toBe(before);
    await clock.advance(6_000);
    await pollUntil(async () => (await version()) > before, 'one is sent');
    await pollUntil(async () => (await database.waiting()) === 0, 'nobody waits');
    expect(await version()).toBe(before + 1);
    expect(await database.logSince(before, 'cache')).toMatchObject([{ scope: 'probe', kind: 'changed' }]);
    await clock.advance(minuteMs);
    expect(await version()).toBe(before + 1);
  });

  it('is sent by nobody to whom one arrived less than a minute ago', async () => {
    start();
    const before = await version();
    for (let at = 0; at < 10; at++) {
      await clock.advance(50_000);
      arrive(buses[0]!);
    }
    expect(await version()).toBe(before);
  });

  it('tells how long the newest took, by the clock of the database', async () => {
    const probe = start();
    const told: number[] = [];
    probe.onMeasured((lagMs) => told.push(lagMs));
    expect(probe.lagMs).toBeNull();
    await database.sql(`UPDATE lastgood.coherence_probe SET at = clock_timestamp() - interval '7 s'`);
    arrive(buses[0]!);
    await pollUntil(() => probe.lagMs !== null, 'it is measured');
    expect(Math.floor(probe.lagMs! / 1_000)).toBe(7);
    expect(told).toEqual([probe.lagMs]);
  });

  it('has an age that rises until the next arrives, and other changes are none', async () => {
    const probe = start();
    await clock.advance(40_000);
    arrive(buses[0]!, ['settings']);
    arrive(buses[0]!, ['probe'], 'config');
    expect(probe.ageMs).toBe(40_000);
    arrive(buses[0]!, ['settings', 'probe']);
    expect(probe.ageMs).toBe(0);
    await clock.advance(30_000);
    expect(probe.ageMs).toBe(30_000);
  });

  it('is tried again every minute while the database is away, and nobody is told anything but its age', async () => {
    const probe = start();
    isAway = true;
    await clock.advance(10 * minuteMs);
    expect(probe.lagMs).toBeNull();
    expect(probe.ageMs).toBe(10 * minuteMs);
    isAway = false;
    const before = await version();
    await clock.advance(minuteMs);
    await pollUntil(async () => (await version()) === before + 1, 'it is sent');
  });
});
