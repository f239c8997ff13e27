import { pollUntil } from './support/poll-until.js';
import { fillPeopleLibrary, peopleEnv, putSettings } from './support/prompt-people-rig.js';
import { TestApp } from './support/test-app.js';

describe('a change of a prompt, in two processes (PR-7, PR-8)', () => {
  let here: TestApp;
  let there: TestApp;

  beforeAll(async () => {
    here = await TestApp.start({ env: peopleEnv });
    there = await TestApp.start({ beside: here, env: peopleEnv });
    await fillPeopleLibrary(here);
    await here.sql(`
      INSERT INTO lastgood.prompt_templates (node_name, language, version, body, required_dynamic_placeholders) VALUES
        ('fleet_node', 'any', 1, 'One of {{ topic }}, {{ tone }}', '{topic}'),
        ('fleet_node', 'any', 2, 'Two of {{ topic }}, {{ tone }}', '{topic}');
      INSERT INTO lastgood.prompt_labels (node_name, language, label, version) VALUES ('fleet_node', 'any', 'production', 1)`);
    await putSettings(here, 'ann', { tone: 'calm' });
  });
  afterAll(async () => {
    await there.dispose();
    await here.dispose();
  });

  const render = async (app: TestApp) => {
    const body = { node_name: 'fleet_node', user_id: 'ann', context: { topic: 'it' } };
    const ask = { method: 'POST', body };
    return (await app.ask<{ prompt: string }>('/api/v1/generate-prompt', ask)).body.prompt;
  };
  const renderBoth = () => Promise.all([here, there].map(render));

  /** Makes the change, and waits until both render what is new; whatever else was rendered on the way. */
  async function othersBetween(
    before: string,
    after: string,
    change: () => Promise<unknown>,
  ): Promise<string[]> {
    expect(await renderBoth()).toEqual([before, before]);
    await change();
    const seen = new Set<string>();
    const isRendered = async () => {
      const texts = await renderBoth();
      for (const text of texts) seen.add(text);
      return texts.every((text) => text === after);
    };
    await pollUntil(isRendered, `both render "${after}"`, () => [...seen].join('; '));
    return [...seen].filter((text) => text !== before && text !== after);
  }

  const label = (version: number) => () =>
    here.sql(`UPDATE lastgood.prompt_labels SET version = $1 WHERE node_name = 'fleet_node'`, [version]);

  it('is rendered by both: a label that moves, and moves back', async () => {
    const one = 'One of it, calm';
    const two = 'Two of it, calm';
    expect(await othersBetween(one, two, label(2))).toEqual([]);
    expect(await othersBetween(two, one, label(1))).toEqual([]);
  });

  it('is rendered by both: a setting, whoever changed it and through whichever', async () => {
    const bySql = `UPDATE lastgood.user_placeholder_settings SET value = 'new' WHERE user_id = 'ann'`;
    const changes: [tone: string, change: () => Promise<unknown>][] = [
      ['loud', () => putSettings(there, 'ann', { tone: 'loud' })],
      ['low', () => putSettings(here, 'ann', { tone: 'low' })],
      ['new', () => here.sql(bySql)],
    ];
    let before = 'One of it, calm';
    for (const [tone, change] of changes) {
      const after = `One of it, ${tone}`;
      expect(await othersBetween(before, after, change)).toEqual([]);
      before = after;
    }
  });

  it('is rendered by nobody any more: a setting that was removed', async () => {
    await putSettings(here, 'ann', {});
    const codes = async () =>
      Promise.all(
        [here, there].map(async (app) => {
          const body = { node_name: 'fleet_node', user_id: 'ann', context: { topic: 'it' } };
          const ask = { method: 'POST', body };
          return (await app.ask<{ code: string }>('/api/v1/generate-prompt', ask)).body.code;
        }),
      );
    const missing = 'prompt-placeholders-missing';
    await pollUntil(async () => (await codes()).every((code) => code === missing), 'both miss it');
  });
});
