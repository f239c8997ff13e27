import { UnavailableError } from '../../../core/index.js';
import { parseConfig } from '../../../platform/config/index.js';
import type { ModelConfigService } from '../../model-config/index.js';
import type { PromptSource } from '../../prompts/index.js';
import { NarrativeRecipes } from './narrative-recipes.service.js';

const label = { isStale: false, reason: 'fresh', source: 'memory', ageMs: 0 } as const;
const template = {
  version: 3,
  language: 'any',
  system: null,
  body: 'write',
  cacheTtlMs: 1,
  allowStale: false,
};

describe('what narratives are made by', () => {
  let error: Error | null;
  /** Holds nothing, so that every question has to be answered. */
  const prompts = {
    peek: () => null,
    get: () => (error === null ? Promise.resolve({ template, ...label }) : Promise.reject(error)),
  } as unknown as PromptSource;
  const config = {
    getModelForPhase: () => Promise.resolve({ version: 7, isStale: false, label }),
  } as unknown as ModelConfigService;
  const recipes = () => new NarrativeRecipes(prompts, config, parseConfig({}));

  beforeEach(() => (error = null));

  it('is what it last was here, and says that this is stale, while it cannot be told (NA-2)', async () => {
    const process = recipes();
    const known = await process.current();
    error = new UnavailableError('away', 0);
    expect(await process.current()).toEqual({ ...known, isStale: true, reason: 'origin-failed' });
    error = null;
    expect(await process.current()).toEqual(known);
  });

  it('is an error where it never was known, and where it is known that there is none (NA-5)', async () => {
    error = new UnavailableError('away', 0);
    await expect(recipes().current()).rejects.toBe(error);
    const process = recipes();
    error = null;
    await process.current();
    error = Object.assign(new Error('no such prompt'), { retryable: false });
    await expect(process.current()).rejects.toBe(error);
  });
});
