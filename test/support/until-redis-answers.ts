import { TiersService } from '../../src/platform/cache/index.js';
import { pollUntil } from './poll-until.js';
import type { TestApp } from './test-app.js';

/** Applications connect to it in the background. */
export async function untilRedisAnswers(...apps: readonly TestApp[]): Promise<void> {
  for (const { app } of apps) {
    const answers = async () => (await app.get(TiersService).redis?.serverInfo()) != null;
    await pollUntil(answers, 'Redis answers');
  }
}
