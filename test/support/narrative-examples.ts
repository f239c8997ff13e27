import type { Reader } from '../../src/core/index.js';
import { narrativeAnswer } from '../../src/features/narratives/asking/narratives.answers.js';
import { NarrativeRecipes } from '../../src/features/narratives/making/narrative-recipes.service.js';
import { hashProfile } from '../../src/features/narratives/narrative/hash-profile.js';
import { makeValue } from '../../src/features/narratives/narrative/make-value.js';
import { narrativeKey } from '../../src/features/narratives/narrative/narrative-key.js';
import type { NarrativeValue } from '../../src/features/narratives/narrative/narrative.js';
import { normaliseProfile } from '../../src/features/narratives/narrative/normalise-profile.js';
import { NARRATIVES_READER } from '../../src/features/narratives/narratives.policy.js';
import type { Example } from './answer-example.js';
import { exampleProfile } from './example-profile.js';
import { narrativesPath } from './narrative-rig.js';
import type { TestApp } from './test-app.js';

export const narrativeExamples: Example[] = [
  [
    'POST /api/v1/narratives',
    `${narrativesPath}?userId=ann&allowFallback=false`,
    { method: 'POST', body: exampleProfile },
    narrativeAnswer,
    200,
  ],
];

/** One that is held, so that no model is asked. */
export async function keepExampleNarrative({ app }: TestApp): Promise<void> {
  const recipe = await app.get(NarrativeRecipes, { strict: false }).current();
  const profile = normaliseProfile(exampleProfile);
  const hashes = hashProfile(profile);
  const value = makeValue({
    engine: recipe.engine,
    promptSha256: recipe.promptSha256,
    profileSha256: hashes.sha256,
    profile,
    narrative: { summary: 'An example', bullets: ['of a narrative'] },
    costUsd: 0.01,
    createdAt: null,
    madeAt: Date.now(),
    maxAgeMs: 604_800_000,
    ttlMs: 2_592_000_000,
    compressFromBytes: 65_536,
  });
  app
    .get<Reader<NarrativeValue>>(NARRATIVES_READER, { strict: false })
    .set(narrativeKey(recipe, hashes), value);
}
