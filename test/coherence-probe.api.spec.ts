import { CoherenceService } from '../src/platform/cache/index.js';
import { CoherenceProbe } from '../src/platform/cluster/index.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

const send = `UPDATE lastgood.coherence_probe SET at = clock_timestamp()`;

describe('a probe on its way to every process (OP-13)', () => {
  let here: TestApp;
  let there: TestApp;

  beforeAll(async () => {
    here = await TestApp.start({ env: { LOG_LEVEL: 'debug' } });
    there = await TestApp.start({ beside: here, env: { CHANGE_FEED: 'poll' } });
  });

  afterAll(async () => {
    await there.dispose();
    await here.dispose();
  });

  const valueOf = async (app: TestApp, series: string) => {
    const { text } = await app.ask('/metrics', { as: 'viewer' });
    const line = text.split('\n').find((each) => each.startsWith(`${series} `));
    return line === undefined ? null : Number(line.slice(series.length + 1));
  };
  const lagOf = ({ app }: TestApp) => app.get(CoherenceProbe).lagMs;
  const allOf = (stream: string) => here.app.get(CoherenceService).stream(stream).state.applied.version;

  it('arrives at all of them, and each tells how long it took', async () => {
    expect(await valueOf(here, 'coherence_lag_seconds')).toBeNull();
    await here.sql(send);
    for (const app of [here, there]) {
      await pollUntil(async () => (await valueOf(app, 'coherence_lag_seconds')) !== null, 'it arrived');
      expect(await valueOf(app, 'coherence_probe_age_seconds')).toBeGreaterThanOrEqual(0);
    }
    // One registry for both, as they are one process here.
    await pollUntil(async () => (await valueOf(here, 'coherence_arrival_seconds_count')) === 2, 'both did');
  });

  it('is a change of the one stream, and makes nothing else of it stale', async () => {
    const streams = ['config', 'access', 'prompts', 'catalog'];
    const before = streams.map(allOf);
    const reached = allOf('cache');
    await here.sql(send);
    await pollUntil(() => allOf('cache') === reached + 1, 'it is applied');
    expect(streams.map(allOf)).toEqual(before);
    const ofIt = here.logs.filter(
      ({ msg, scopes }) => msg === 'changes applied' && String(scopes) === 'probe',
    );
    // What comes every minute is no news.
    expect(new Set(ofIt.map(({ level }) => level))).toEqual(new Set(['debug']));
  });

  it('takes as long as it takes: one that was written while a process was cut off tells of it', async () => {
    await there.proxy.mode('refuse');
    const stream = there.app.get(CoherenceService).stream('cache');
    await pollUntil(() => !stream.isReachable, 'it is cut off');
    const before = lagOf(there);
    await here.sql(send);
    const writtenAt = performance.now();
    const age = await valueOf(there, 'coherence_probe_age_seconds');
    await pollUntil(
      async () => (await valueOf(there, 'coherence_probe_age_seconds'))! > age! + 0.5,
      'it ages',
    );
    expect(lagOf(there)).toBe(before);
    const cutOffMs = performance.now() - writtenAt;
    await there.proxy.mode('pass');
    await pollUntil(() => lagOf(there) !== before, 'it arrived');
    // Half of what the question took is taken off: on a busy machine, that may be something.
    expect(lagOf(there)).toBeGreaterThan(cutOffMs / 2);
  });
});
