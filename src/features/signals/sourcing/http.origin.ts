import type { Loaded, LoadRequest, Origin } from '../../../core/index.js';
import { SignalSourceError } from '../reading/signal-source.error.js';
import { readPointer } from '../records/read-pointer.js';
import type { SignalRecord } from '../records/signal-record.js';
import type { HttpSource, SignalType } from '../types/signal-type.js';
import { askSource } from './ask-source.js';
import { faultsOfValue } from './faults-of-value.js';
import { loadedOf } from './loaded-of.js';
import { recordOfAnswer } from './record-of-answer.js';
import { SourceCounters } from './source-counters.js';
import type { SourceParts } from './source-parts.js';

/** One JSON document for each signal, asked for conditionally where one is held (SI-5). */
export class HttpOrigin implements Origin<SignalRecord> {
  readonly list = null;
  readonly counters = new SourceCounters();

  constructor(
    private readonly type: SignalType,
    private readonly source: HttpSource,
    private readonly parts: SourceParts,
  ) {}

  async load(key: string, { signal, held }: LoadRequest<SignalRecord>): Promise<Loaded<SignalRecord>> {
    const { type, counters } = this;
    const { client, clock } = this.parts;
    const id = key.slice(type.key.prefix.length);
    const record = held === undefined || held.absent ? null : held.value;
    const request = {
      url: this.urlOf(id),
      accept: 'application/json',
      headers: this.source.headers,
      held: record?.http ?? null,
      signal,
    };
    const answer = await askSource({ client, clock, counters, type: type.name, id }, request);
    if (answer.kind === 'absent') return { absent: true };
    const value = answer.kind === 'body' ? this.read(id, answer.text) : record?.value;
    return loadedOf(this.sound(id, recordOfAnswer(type, value, answer.facts, clock)), clock);
  }

  private urlOf(id: string): string {
    const values = id.split(':');
    const { placeholders } = this.type.key;
    return this.source.url.replaceAll(/\{([^{}]*)\}/g, (_whole, name: string) =>
      encodeURIComponent(String(values[placeholders.indexOf(name)])),
    );
  }

  private read(id: string, text: string): unknown {
    const { valueAt } = this.source;
    const document = this.parse(id, text);
    const value = valueAt === null ? document : readPointer(document, valueAt);
    if (value === undefined) throw this.wrong(id, `its answer has nothing at ${valueAt}`);
    const faults = faultsOfValue(this.type, value);
    if (faults !== null) throw this.wrong(id, `its answer is not in order: ${faults}`);
    return value;
  }

  private parse(id: string, text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      // The parser's message quotes what it could not read.
      throw this.wrong(id, 'its answer is no JSON');
    }
  }

  private sound(id: string, record: SignalRecord | string): SignalRecord {
    if (typeof record === 'string') throw this.wrong(id, `its answer is not in order: ${record}`);
    return record;
  }

  private wrong(id: string, message: string): SignalSourceError {
    return new SignalSourceError(this.type.name, id, message);
  }
}
