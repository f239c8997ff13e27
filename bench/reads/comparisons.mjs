// Which call is held against which, and the bar (CA-14, CA-7).
import { handWritten, lruAndClock, models, readerGet, readerPeek, staleGet } from './contenders.mjs';

const floor = { against: 'hand-written async get', floor: handWritten };
const sync = { against: 'lru-cache get + Date.now()', floor: lruAndClock };
const fresh = { against: 'fresh reader.get', floor: readerGet };
const model = (what, ask) => ({ what, ...floor, ours: models(ask), maxRatio: 1.3 });

export const comparisons = [
  { what: 'reader.get(key)', ...floor, ours: readerGet, maxRatio: 1.2 },
  model('getModelForPhase(phase)', (service, phase) => service.getModelForPhase(phase)),
  model('getModelForPhase(phase, { language })', (service, phase) =>
    service.getModelForPhase(phase, { language: 'ru' }),
  ),
  model('getModelForPhase(phase, { language, tokenCount })', (service, phase) =>
    service.getModelForPhase(phase, { language: 'ru', tokenCount: 50_000 }),
  ),
  model('getModelForPhase(phase, { courseId })', (service, phase) =>
    service.getModelForPhase(phase, { courseId: 'course-1' }),
  ),
  { what: 'reader.peek(key)', ...sync, ours: readerPeek, maxRatio: 1.1 },
  { what: 'stale get, refresh hanging', ...fresh, ours: staleGet('revalidating'), maxOverNs: 500 },
  { what: 'stale get, origin backing off', ...fresh, ours: staleGet('backing-off'), maxOverNs: 500 },
];
