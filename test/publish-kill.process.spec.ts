import { PublishKills } from './support/publish-kills.js';
import { seededRandom } from './support/seeded-random.js';
import { TestApp } from './support/test-app.js';
import { WholeReads } from './support/whole-reads.js';

/** One of each kind, and one more; 200 of them are in the fault suite. */
const kills = 4;

describe('kill -9 at random instants of a publish', () => {
  let lastgood: TestApp;

  beforeAll(async () => {
    lastgood = await TestApp.start();
  });

  afterAll(() => lastgood.dispose());

  it(`leaves the old state or the new one, loses nothing acknowledged, makes no change twice: ${kills} of them (MC-18)`, async () => {
    const reads = new WholeReads(lastgood);
    const publishes = new PublishKills(lastgood, seededRandom(20261122));
    try {
      await publishes.run(kills);
    } finally {
      await reads.stop();
    }
    expect(publishes.problems).toEqual([]);
    expect(reads.problems).toEqual([]);
    expect(reads.count).toBeGreaterThan(kills);
  }, 1_200_000);
});
