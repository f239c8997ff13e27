import { keyScope, namespaceScope, prefixScope } from '../../../core/index.js';
import { EventBus } from '../../../platform/observability/index.js';
import { narrativesNamespace } from '../narratives.policy.js';
import { AbandonedNarratives } from './abandoned-narratives.service.js';
import { NarrativesUnderWay } from './narratives-under-way.js';

describe('AbandonedNarratives', () => {
  let underWay: NarrativesUnderWay;
  let events: EventBus;

  const purge = (...scopes: string[]) => events.report({ type: 'purged', stream: 'cache', scopes });

  beforeEach(() => {
    underWay = new NarrativesUnderWay();
    events = new EventBus();
    void new AbandonedNarratives(underWay, events);
  });

  it.each([
    ['its key', keyScope(narrativesNamespace, 'narr:a')],
    ['keys that begin like it', prefixScope(narrativesNamespace, 'narr:')],
    ['all of them', namespaceScope(narrativesNamespace)],
  ])('end a refresh that nobody waits for when what is purged is %s (NA-8)', (_, scope) => {
    const { signal } = underWay.begin('narr:a');
    purge('narrative-user:x', scope);
    expect(signal.aborted).toBe(true);
  });

  it.each([
    ['another key', keyScope(narrativesNamespace, 'narr:b')],
    ['another namespace', namespaceScope('prompt-settings')],
    ['no scope of a cache', 'narrative-user:x'],
  ])('leave it alone when what is purged is %s (NA-8)', (_, scope) => {
    const { signal } = underWay.begin('narr:a');
    purge(scope);
    expect(signal.aborted).toBe(false);
  });

  it('leave alone what somebody waits for, until they leave (NA-8)', () => {
    const { signal, end } = underWay.begin('narr:a');
    const ask = underWay.join('narr:a', {}, 'ann');
    purge(namespaceScope(narrativesNamespace));
    expect(signal.aborted).toBe(false);
    underWay.leave(ask);
    purge(namespaceScope(narrativesNamespace));
    expect(signal.aborted).toBe(true);
    end();
    expect([...underWay.keys()]).toEqual([]);
  });
});
