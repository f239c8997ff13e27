import { Inject, Injectable } from '@nestjs/common';
import type { Loaded, LoadRequest, Origin } from '../../../src/core/index.js';
import { StreamReader } from '../../../src/platform/database/index.js';

/** A stream that no feature counts in yet. */
export const itemsStream = 'catalog';

export interface Item {
  readonly text: string;
}

const itemOfKey = `SELECT json_build_object('text', i.value) FROM rehearsal.items i WHERE i.key = $2`;

/** Rows of `rehearsal.items`, each read with its version in one statement (CO-4). */
@Injectable()
export class ItemsOrigin implements Origin<Item> {
  /** When each load was answered (ms since the Unix epoch). */
  readonly loads: number[] = [];

  constructor(@Inject(StreamReader) private readonly reader: StreamReader) {}

  async load(key: string, { signal }: LoadRequest<Item>): Promise<Loaded<Item>> {
    const { asOf, rows } = await this.reader.read<{ item: Item | null }>(
      itemsStream,
      { item: itemOfKey },
      [key],
      signal,
    );
    this.loads.push(Date.now());
    const scopes = [`item:${key}`];
    return rows.item === null ? { absent: true, asOf, scopes } : { value: rows.item, asOf, scopes };
  }
}

/** The same rows as if they came over HTTP: their origin knows no version, and only a load confirms them (CO-7). */
export class QuotesOrigin implements Origin<Item> {
  constructor(private readonly items: ItemsOrigin) {}

  async load(key: string, request: LoadRequest<Item>): Promise<Loaded<Item>> {
    const loaded = await this.items.load(key, request);
    return 'value' in loaded ? { value: loaded.value } : { absent: true };
  }
}

/** A value of 1 KB for any key, at once. */
export const madeUpOrigin: Origin<Item> = {
  load: async (key) => ({ value: { text: key.padEnd(1_000, '.') } }),
};
