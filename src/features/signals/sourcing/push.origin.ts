import type { Loaded, Origin } from '../../../core/index.js';
import { SignalSourceError } from '../reading/signal-source.error.js';
import type { SignalRecord } from '../records/signal-record.js';
import type { SignalType } from '../types/signal-type.js';

/** Where values are brought there is nobody to ask: what is held is all there is. */
export class PushOrigin implements Origin<SignalRecord> {
  readonly list = null;

  constructor(private readonly type: SignalType) {}

  /** That there is none can be told by nobody, and would be in the way of what another replica is given. */
  async load(key: string): Promise<Loaded<SignalRecord>> {
    const { key: template, name } = this.type;
    throw new SignalSourceError(
      name,
      key.slice(template.prefix.length),
      'it is pushed, and nobody can be asked for it',
    );
  }
}
