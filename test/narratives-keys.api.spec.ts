import type { LlmUpstreamCall } from '../src/testing/index.js';
import { exampleProfile, profileNumber } from './support/example-profile.js';
import { NarrativeRig, simulatedNarrative } from './support/narrative-rig.js';
import { pollUntil } from './support/poll-until.js';
import { putTemplate } from './support/prompt-rows.js';

const dynamic = ['profile'];
let version = 100;

describe('what narratives are made by', () => {
  let rig: NarrativeRig;
  /** Model calls wait for it, where it is set. */
  let held: Promise<void> | null = null;

  beforeAll(async () => {
    const answer = async (call: LlmUpstreamCall) => {
      await held;
      return JSON.stringify({ summary: call.messages.at(-1)!.content, bullets: [simulatedNarrative(call)] });
    };
    rig = await NarrativeRig.start({ answer });
  });
  afterAll(() => rig.dispose());

  const edit = (node: string, body: string) =>
    putTemplate(rig.app, { node, version: ++version, body, dynamic, allowStale: true });
  const source = async () => (await rig.ask()).body.meta.source;
  /** Every process hears of an edit within moments. */
  const becomesAMiss = () =>
    pollUntil(async () => (await source()) === 'origin', 'the narrative is made anew');
  const isHeld = async () => {
    await rig.ask();
    expect(await source()).toBe('memory');
  };

  it('is its template: an edit of it makes them anew, of any other none (NA-2)', async () => {
    await isHeld();
    const before = rig.calls;
    await edit('narrative_fallback', 'Nothing but a text.\n\n- really');
    await edit('generating_content', 'Another one: {{ profile | json }}');
    await rig.app.edit('/admin/phases/stage_2', { temperature: 0.9 });
    // Told by the same streams, after them.
    await edit('narrative', 'Write of <profile>{{ profile | json }}</profile>');
    await becomesAMiss();
    expect(rig.calls).toBe(before + 1);
    expect((await rig.ask()).body.narrative.summary).toContain('Write of');
    await isHeld();
  });

  it('is the row of its phase: a change of it makes them anew, of another phase none (NA-2)', async () => {
    await isHeld();
    const before = rig.calls;
    await rig.app.edit('/admin/phases/stage_3', { temperature: 0.9 });
    await isHeld();
    await rig.app.edit('/admin/phases/narrative', { temperature: 0.1 });
    expect(await source()).toBe('origin');
    expect(rig.calls).toBe(before + 1);
    expect(rig.upstream.calls.at(-1)!.temperature).toBe(0.1);
  });

  it('stays what it was for a generation that an edit overtakes, and for nobody after it (NA-2)', async () => {
    let letGo!: () => void;
    held = new Promise((resolve) => {
      letGo = resolve;
    });
    const before = rig.calls;
    const profile = profileNumber(900);
    const overtaken = rig.ask(profile);
    await rig.upstream.received(before + 1);
    const keys = rig.keys;
    await edit('narrative', 'Later, of <profile>{{ profile | json }}</profile>');
    await pollUntil(async () => {
      held = null;
      return (await rig.ask(profileNumber(901))).body.narrative.summary.startsWith('Later');
    }, 'the edit is known');
    letGo();
    expect((await overtaken).body.narrative.summary).not.toContain('Later');
    expect((await rig.ask(profile)).body).toMatchObject({
      narrative: { summary: expect.stringContaining('Later') },
      meta: { source: 'origin' },
    });
    const [, , , , ofProfile] = rig.keys.at(-1)!.split(':');
    const made = rig.keys.filter((key) => key.endsWith(ofProfile!) && !keys.includes(key));
    expect(made).toHaveLength(2);
  });

  it('is its engine, and the hash that is set in the place of prompt and row (NA-2)', async () => {
    const beside = await NarrativeRig.start({ beside: rig, env: { ENGINE_VERSION: '2.1' } });
    const pinned = await NarrativeRig.start({ beside: rig, env: { PROMPT_HASH: '0123456789' } });
    try {
      for (const each of [rig, beside, pinned]) await each.ask(exampleProfile);
      const [own, other, set] = [rig, beside, pinned].map((each) => each.keys.at(-1)!.split(':'));
      expect(other).toEqual(['narr', 'v1', '2.1', own![3], own![4]]);
      expect(set).toEqual(['narr', 'v1', '1', '0123456789', own![4]]);
      const before = rig.calls;
      await rig.app.edit('/admin/phases/narrative', { temperature: 0.2 });
      await pollUntil(async () => (await beside.ask()).body.meta.source === 'origin', 'the edit is known');
      expect((await pinned.ask()).body.meta.source).toBe('memory');
      expect(rig.calls).toBe(before + 1);
    } finally {
      await beside.dispose();
      await pinned.dispose();
    }
  });
});

describe('while the database is away', () => {
  let rig: NarrativeRig;

  beforeAll(async () => {
    rig = await NarrativeRig.start({ env: { MODEL_CONFIG_MAX_AGE_MS: '2000' } });
    await rig.ask();
    await rig.app.proxy.mode('refuse');
  });
  afterAll(() => rig.dispose());

  it('narratives that are held go on being served, and say so (NA-3)', async () => {
    await pollUntil(async () => (await rig.ask()).body.meta.isStale, 'the answer is labelled');
    const { status, body, headers } = await rig.ask();
    expect([status, body.meta.source, body.fallback]).toEqual([200, 'memory', undefined]);
    expect(headers.get('cache-status')).toMatch(
      /^lastgood; hit; ttl=\d+; detail=(origin-failed|backing-off)$/,
    );
  });

  it('others are made, by what was last known (NA-5)', async () => {
    const { body } = await rig.ask(profileNumber(1));
    expect(body).toMatchObject({ narrative: { summary: expect.any(String) }, meta: { isStale: true } });
    expect(body.fallback).toBeUndefined();
  });

  it('a text stands in, from memory, where the model is gone as well (NA-5)', async () => {
    rig.upstream.behave('fail');
    const { status, body } = await rig.ask(profileNumber(2));
    expect([status, body.fallback]).toEqual([200, true]);
  });
});
