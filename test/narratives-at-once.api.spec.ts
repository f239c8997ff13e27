import { narrativesAtOnce } from '../src/features/narratives/narratives.policy.js';
import { profileNumber } from './support/example-profile.js';
import { NarrativeRig, simulatedNarrative } from './support/narrative-rig.js';

describe('narratives of many profiles at once', () => {
  let rig: NarrativeRig;
  let speak!: () => void;

  beforeAll(async () => {
    const told = new Promise<void>((resolve) => {
      speak = resolve;
    });
    const answer = async (call: Parameters<typeof simulatedNarrative>[0]) => {
      await told;
      return simulatedNarrative(call);
    };
    rig = await NarrativeRig.start({ answer });
  });
  afterAll(() => rig.dispose());

  it('are as many as they may be, and the others have their turn (NA-12)', async () => {
    const length = narrativesAtOnce + 50;
    const asks = Array.from({ length }, (_, number) => rig.ask(profileNumber(number)));
    await rig.upstream.received(narrativesAtOnce);
    expect(rig.calls).toBe(narrativesAtOnce);
    speak();
    const answers = await Promise.all(asks);
    const facts = answers.map(({ status, body }) => `${status} ${body.meta.source} ${body.fallback}`);
    expect(new Set(facts)).toEqual(new Set(['200 origin undefined']));
    expect(rig.calls).toBe(length);
  });
});
