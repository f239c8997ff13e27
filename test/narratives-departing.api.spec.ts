import { profileNumber } from './support/example-profile.js';
import { NarrativeRig } from './support/narrative-rig.js';

describe('a process that goes while narratives are made', () => {
  let rig: NarrativeRig;

  beforeAll(async () => {
    rig = await NarrativeRig.start();
  });
  afterAll(() => rig.dispose());

  it('answers who waits with a text, cuts nobody off, and accounts for it (NA-5, NA-9)', async () => {
    const going = await NarrativeRig.start({ beside: rig });
    rig.upstream.behave('hang');
    const asks = Array.from({ length: 3 }, (_, number) =>
      going.ask(profileNumber(number), { query: '?userId=ann' }),
    );
    await rig.upstream.received(3);
    const gone = going.dispose();
    for (const { status, body } of await Promise.all(asks))
      expect([status, body.fallback]).toEqual([200, true]);
    await gone;
    const rows = await rig.app.sql<{ outcome: string }>(
      `SELECT outcome FROM lastgood.narrative_requests WHERE user_id = 'ann'`,
    );
    expect(rows.map(({ outcome }) => outcome)).toEqual(['fallback', 'fallback', 'fallback']);
  });
});
