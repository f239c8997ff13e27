import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { PersonSettings } from '../prompt/prompt-data.js';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { checkSettings } from './check-settings.js';
import {
  deleteOthers,
  deleteSettings,
  putProfile,
  putSettings,
  settingsOf,
  unknownPlaceholders,
} from './person-settings.sql.js';
import { PromptWrites, type Written } from '../publishing/prompt-writes.js';

/**
 * Changes what people set for themselves (PR-7). It is nobody else's business: nothing of it is logged, audited or
 * told in an error.
 */
@Injectable()
export class PersonSettingsService {
  constructor(@Inject(PromptWrites) private readonly writes: PromptWrites) {}

  /**
   * Puts the whole set; what is not named goes.
   * @throws PromptInvalidError with every unknown name and every text that cannot be; then nothing was changed
   */
  async replace(userId: string, settings: PersonSettings): Promise<Written<PersonSettings>> {
    checkSettings(settings);
    const names = Object.keys(settings);
    return this.writes.write(async (manager) => {
      await assertKnown(manager, names);
      await manager.query(deleteOthers, [userId, names]);
      await manager.query(putSettings, [userId, names, Object.values(settings)]);
      return read(manager, userId);
    });
  }

  /**
   * Copies the values of a profile into a person's settings; the others stay, and the profile may change afterwards.
   * @throws PromptInvalidError where there is no such profile, or the settings would be too many
   */
  applyProfile(userId: string, profile: string): Promise<Written<PersonSettings>> {
    return this.writes.write(async (manager) => {
      const known = await manager.query('SELECT 1 FROM lastgood.profiles WHERE name = $1', [profile]);
      if (known.length === 0)
        throw new PromptInvalidError('profile', [
          { path: 'profile', message: `there is no profile "${profile}"` },
        ]);
      await manager.query(putProfile, [userId, profile]);
      const settings = await read(manager, userId);
      checkSettings(settings);
      return settings;
    });
  }

  /** Removes one setting, or forgets the person. Nothing to remove is no error. */
  remove(userId: string, name: string | null = null): Promise<Written<void>> {
    return this.writes.write(async (manager) => void (await manager.query(deleteSettings, [userId, name])));
  }
}

async function assertKnown(manager: EntityManager, names: readonly string[]): Promise<void> {
  const unknown = (await manager.query(unknownPlaceholders, [names])) as { name: string }[];
  if (unknown.length === 0) return;
  const message = 'there is no such placeholder';
  throw new PromptInvalidError(
    'settings',
    unknown.map(({ name }) => ({ path: `placeholders.${name}`, message })),
  );
}

async function read(manager: EntityManager, userId: string): Promise<PersonSettings> {
  const [{ settings }] = (await manager.query(settingsOf, [userId])) as [{ settings: PersonSettings }];
  return settings;
}
