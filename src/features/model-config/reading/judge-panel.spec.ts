import { ModelConfigRig } from '../../../../test/support/model-config-rig.js';

describe('JudgePanel (MC-6)', () => {
  it('has the three judges in their roles, frozen, and says how far it may be trusted', async () => {
    const panel = await new ModelConfigRig().service.getJudgeModels('ru');
    expect(panel.judges).toEqual([panel.primary, panel.secondary, panel.tiebreaker]);
    expect(panel.judges.map(({ role }) => role)).toEqual(['primary', 'secondary', 'tiebreaker']);
    expect(panel.judges.every((judge) => Object.isFrozen(judge))).toBe(true);
    expect(panel.meta).toMatchObject({ isStale: false, ageMs: 0, version: 1 });
  });

  it('writes itself as JSON: the language, the judges by role, and the label', async () => {
    const panel = await new ModelConfigRig().service.getJudgeModels('de');
    const { language, primary, secondary, tiebreaker, meta } = panel;
    const written = JSON.parse(JSON.stringify(panel));
    expect(written).toEqual({
      language,
      independenceWaiver: null,
      primary,
      secondary,
      tiebreaker,
      meta,
    });
    expect(language).toBe('any');
    expect([written.primary.temperature, written.primary.kappa, written.primary.weight]).toEqual([
      0,
      null,
      1,
    ]);
  });
});
