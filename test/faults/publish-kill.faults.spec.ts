import { measured } from '../support/fault-report.js';
import { PublishKills } from '../support/publish-kills.js';
import { seededRandom } from '../support/seeded-random.js';
import { TestApp } from '../support/test-app.js';
import { WholeReads } from '../support/whole-reads.js';

const kills = Number(process.env.FAULT_KILLS ?? (process.env.FAULTS === 'quick' ? 20 : 200));
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);

describe('kill -9 at random instants of a publish, at length', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start();
  });

  afterAll(() => lastgood.dispose());

  it(`leaves the old state or the new one, loses nothing acknowledged, makes no change twice: ${kills} of them, seed ${seed} (MC-18)`, async () => {
    const reads = new WholeReads(lastgood);
    const publishes = new PublishKills(lastgood, seededRandom(seed));
    try {
      await publishes.run(kills);
    } finally {
      await reads.stop();
    }
    const fault = `kill -9 ×${kills} while publishing`;
    const { committed, acknowledged, problems } = publishes;
    measured({
      row: 'Process',
      fault,
      what: 'committed before the kill',
      value: committed,
      limit: kills,
      unit: '',
    });
    measured({
      row: 'Process',
      fault,
      what: 'acknowledged before the kill',
      value: acknowledged,
      limit: kills,
      unit: '',
    });
    measured({
      row: 'Process',
      fault,
      what: 'half published, lost, made twice',
      value: problems.length,
      limit: 0,
      unit: '',
    });
    expect(problems).toEqual([]);
    expect(reads.problems).toEqual([]);
    // Kills that all came too early or too late would show nothing.
    expect(committed).toBeGreaterThan(acknowledged);
    expect(acknowledged).toBeLessThan(kills);
  }, 1_800_000);
});
