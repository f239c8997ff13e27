import { Inject, Injectable } from '@nestjs/common';
import type { Loaded, LoadRequest, Origin } from '../../../core/index.js';
import { StreamReader } from '../../../platform/database/index.js';
import { promptsStream } from '../prompts.policy.js';
import { placeholdersSql, profilesSql } from './library.sql.js';
import type { PromptLibrary } from './prompt-library.js';

/** Loads the whole library in one plain statement. */
@Injectable()
export class LibraryRepository implements Origin<PromptLibrary> {
  constructor(@Inject(StreamReader) private readonly reader: StreamReader) {}

  async load(_key: string, { signal }: LoadRequest<PromptLibrary>): Promise<Loaded<PromptLibrary>> {
    const columns = { placeholders: placeholdersSql(), profiles: profilesSql() };
    const { asOf, rows } = await this.reader.read<PromptLibrary>(promptsStream, columns, [], signal);
    return { value: rows, asOf, scopes: ['placeholders'] };
  }
}
