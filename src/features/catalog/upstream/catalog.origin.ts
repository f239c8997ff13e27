import {
  spreadMaxAge,
  type Clock,
  type Loaded,
  type LoadRequest,
  type Origin,
  type Stream,
} from '../../../core/index.js';
import type { CatalogSettings } from '../../../platform/config/index.js';
import {
  UpstreamRequestError,
  type Upstream,
  type UpstreamAnswer,
} from '../../../platform/upstream/index.js';
import type { CatalogCounters } from '../catalog-counters.js';
import { catalogPolicy, maxAgeOf } from '../catalog.policy.js';
import { parseCatalogKey, type ViewName } from '../views/catalog-keys.js';
import { scopesOfView } from '../views/catalog-scopes.js';
import type { CatalogView } from '../views/catalog-view.js';
import { CatalogNotConfiguredError } from './catalog-not-configured.error.js';
import { lastChangeOf, lookAgainAt } from './look-again-at.js';
import type { LookAgainTimers } from './look-again-timers.js';
import { readView } from './read-view.js';
import { viewRequest } from './view-request.js';

export interface CatalogOriginParts {
  /** `null`: there is no catalogue. */
  readonly upstream: Upstream | null;
  readonly clock: Clock;
  readonly settings: Pick<CatalogSettings, 'maxAge'>;
  /** That the events are counted in. */
  readonly stream: Pick<Stream, 'state'>;
  readonly counters: CatalogCounters;
  readonly timers: Pick<LookAgainTimers, 'at'>;
}

/** Views as the content service tells them: only what is in order counts, and what may be old is looked at again. */
export class CatalogOrigin implements Origin<CatalogView> {
  constructor(private readonly parts: CatalogOriginParts) {}

  /** @throws UpstreamRequestError, CatalogNotConfiguredError */
  async load(key: string, request: LoadRequest<CatalogView>): Promise<Loaded<CatalogView>> {
    const view = parseCatalogKey(key);
    if (view === null) throw new RangeError(`"${key}" is no key of the catalogue`);
    const readAt = this.parts.clock.now();
    const value = await this.ask(view, request);
    const scopes = scopesOfView(view, value && value.data);
    const usualMs = value === null ? null : this.maxAgeOf(key, view);
    const facts = { scopes, maxAgeMs: this.untilNextLook(key, usualMs, { readAt, scopes }) };
    return value === null ? { absent: true, ...facts } : { value, ...facts };
  }

  /** `null`: there is none. */
  private async ask(
    view: ViewName,
    { signal, endsAt }: LoadRequest<CatalogView>,
  ): Promise<CatalogView | null> {
    const { upstream, counters } = this.parts;
    if (upstream === null) throw new CatalogNotConfiguredError();
    try {
      const answer = await upstream.get({ ...viewRequest(view), signal, endsAt });
      const value = read(view, answer);
      counters.upstream[value === null ? 'not-found' : 'ok']++;
      return value;
    } catch (error) {
      counters.upstream[error instanceof UpstreamRequestError ? error.fault : 'timeout']++;
      throw error;
    }
  }

  private maxAgeOf(key: string, { kind }: ViewName): number {
    const { settings } = this.parts;
    return Math.floor(spreadMaxAge(key, maxAgeOf(kind, settings), catalogPolicy(settings).jitter));
  }

  /** It is fresh until it is looked at again, and no longer, whoever holds it (CT-6). `null`: what the policy says. */
  private untilNextLook(
    key: string,
    usualMs: number | null,
    { readAt, scopes }: { readonly readAt: number; readonly scopes: readonly string[] },
  ): number | null {
    const { settings, stream, timers } = this.parts;
    const moment = lookAgainAt(readAt, lastChangeOf(stream.state, scopes));
    if (moment === null) return usualMs;
    timers.at(key, moment);
    return Math.min(usualMs ?? catalogPolicy(settings).negativeMaxAgeMs, Math.floor(moment - readAt));
  }
}

function read(view: ViewName, answer: UpstreamAnswer): CatalogView | null {
  if (answer.kind === 'body') return readView(view, answer.body, answer.mediaType);
  if (view.kind === 'publishers' || view.kind === 'books')
    throw new UpstreamRequestError('status', `The upstream knows no list of all ${view.kind} (404)`, {
      status: 404,
    });
  return null;
}
