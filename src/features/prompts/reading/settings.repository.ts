import { Inject, Injectable } from '@nestjs/common';
import type { Loaded, LoadRequest, Origin } from '../../../core/index.js';
import { StreamReader } from '../../../platform/database/index.js';
import type { PersonSettings } from '../prompt/prompt-data.js';
import { promptsStream } from '../prompts.policy.js';
import { keepIfSame } from './keep-if-same.js';

/** `$2`: user id. */
const settingsSql = `
  SELECT coalesce(json_object_agg(s.placeholder, s.value), '{}')
  FROM lastgood.user_placeholder_settings s WHERE s.user_id = $2`;

/**
 * Loads what a person set, with its `asOf`, in one plain statement. Of whoever set nothing that is an empty set, which
 * the database has said; where it says nothing, the load fails (PR-6).
 */
@Injectable()
export class SettingsRepository implements Origin<PersonSettings> {
  constructor(@Inject(StreamReader) private readonly reader: StreamReader) {}

  /** @param userId as it is stored */
  async load(userId: string, { held, signal }: LoadRequest<PersonSettings>): Promise<Loaded<PersonSettings>> {
    const { asOf, rows } = await this.reader.read<{ settings: PersonSettings }>(
      promptsStream,
      { settings: settingsSql },
      [userId],
      signal,
    );
    return { value: keepIfSame(held, rows.settings), asOf, scopes: [`prompt-user:${userId}`] };
  }
}
