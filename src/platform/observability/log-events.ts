import type { Logger } from 'pino';
import { AppError, type Clock, type LastgoodEvent, type Report } from '../../core/index.js';
import { probeScope } from './probe-scope.js';
import { SubjectCap } from './subject-cap.js';
import { Throttle } from './throttle.js';

const warnEveryMs = 60_000;
/** Of one kind and namespace, in a minute: callers choose subjects, and may think of any number. */
const maxSubjects = 20;
const maxFailing = 10_000;

/**
 * The log as a fold over events. Levels are promises: ERROR asks for a person, WARN comes once a minute a subject, of
 * the first subjects alone; the rest is a number.
 */
export function logEvents(logger: Logger, clock: Clock): Report {
  const throttle = new Throttle(clock, warnEveryMs);
  const failing = new Set<string>();
  /** Keys are callers' choices: beyond so many the oldest is forgotten. */
  const fails = (key: string) => {
    failing.delete(key);
    failing.add(key);
    if (failing.size > maxFailing) failing.delete(failing.values().next().value!);
  };
  const cap = new SubjectCap(clock, maxSubjects, warnEveryMs, (group, heldBack) =>
    logger.warn({ group, heldBack, withinMs: warnEveryMs }, 'more warnings of this kind were held back'),
  );

  const warn = (key: string, fields: object, message: string) => {
    const suppressed = throttle.pass(key);
    if (suppressed !== null) logger.warn({ ...fields, suppressed }, message);
  };
  const alarm = (key: string, fields: object, message: string) => {
    const suppressed = throttle.pass(`alarm ${key}`);
    if (suppressed !== null) logger.error({ ...fields, suppressed }, message);
  };
  /** The subject is a caller's choice. */
  const warnOf = (group: string, subject: string, fields: object, message: string) => {
    const suppressed = throttle.pass(`${group} ${subject}`);
    if (suppressed !== null && cap.admits(group)) logger.warn({ ...fields, suppressed }, message);
  };
  const recovered = (key: string, fields: object, message: string) => {
    if (failing.delete(key)) logger.info(fields, message);
  };

  return (event: LastgoodEvent) => {
    const { type, ...fields } = event;
    switch (event.type) {
      case 'stale-answer': {
        const { namespace, subject, modelId, reason, ageMs } = event;
        const ageMinutes = Math.round(ageMs / 6_000) / 10;
        warnOf(
          `${type} ${namespace}`,
          subject,
          { namespace, subject, modelId, reason, ageMinutes },
          'serving stale',
        );
        return;
      }
      case 'lookup-failed':
        warnOf(`${type} ${event.namespace}`, event.subject, errorFields(event), 'lookup failed');
        return;
      case 'load-failed':
        fails(`load ${event.namespace} ${event.key}`);
        if (isRefusal(event.error)) {
          alarm(
            `${type} ${event.namespace} ${event.key}`,
            errorFields(event),
            'load refused, what is held stays',
          );
          return;
        }
        warnOf(
          `${type} ${event.namespace}`,
          event.key,
          errorFields(event),
          'load failed, what is held stays',
        );
        return;
      case 'load-succeeded':
        // Of many keys others may fail on: only the end of a failure is news of them.
        if (failing.delete(`load ${event.namespace} ${event.key}`)) {
          throttle.forget(`load-failed ${event.namespace} ${event.key}`);
          throttle.forgetAll(`stale-answer ${event.namespace} `);
        }
        logger.info({ ...fields, source: 'origin' }, 'loaded');
        return;
      case 'feed-failed':
        if (!failing.has(`feed ${event.stream}`)) throttle.forget(`${type} ${event.stream}`);
        fails(`feed ${event.stream}`);
        warn(`${type} ${event.stream}`, errorFields(event), 'database does not answer');
        return;
      case 'feed-answered':
        throttle.forgetAll('stale-answer ');
        recovered(`feed ${event.stream}`, fields, 'database answers again');
        return;
      case 'feed-ignored':
        warn(`${type} ${event.stream}`, fields, 'a standby answered in place of the primary');
        return;
      case 'tier-state':
        if (event.isUp) logger.info(fields, 'tier answers');
        else logger.warn(fields, 'tier does not answer, going on without it');
        return;
      case 'namespace-frozen':
        logger.warn(fields, 'frozen: nothing that is held of this namespace is replaced until it is thawed');
        return;
      case 'namespace-thawed':
        logger.warn(fields, 'thawed: this namespace follows its origin again');
        return;
      case 'tier-failed':
        logger.debug(errorFields(event), 'tier did not carry out an operation');
        return;
      case 'tiers-disagreed':
        logger.debug(fields, 'tiers held different observations, the newest stands');
        return;
      case 'tier-warning':
        logger.warn(fields, 'tier is not as it should be');
        return;
      case 'entry-corrupt':
        warn(`${type} ${event.tier} ${event.namespace}`, fields, 'what was stored cannot be read, deleted');
        return;
      case 'purged':
        logger.info({ ...fields, ...toldScopes(event.scopes) }, 'purged');
        return;
      case 'changes-applied':
        logger[isNews(event.scopes) ? 'info' : 'debug'](
          { ...fields, ...toldScopes(event.scopes) },
          'changes applied',
        );
        return;
      case 'history-adopted':
        if (event.gap === null) logger.debug(fields, 'history adopted');
        else logger.warn(fields, 'another history adopted, everything is loaded anew');
        return;
      case 'content-diverged':
        logger.error(
          fields,
          'the database holds other rows at the version that is served: a change went uncounted',
        );
        return;
      case 'lineage-lost':
        logger.error(fields, 'the database lost changes that were applied; its epoch is raised');
        return;
      case 'llm-call': {
        const { phase, modelId, rank, outcome, durationMs } = event;
        if (outcome !== 'ok')
          warnOf(
            type,
            `${phase} ${modelId}`,
            { phase, modelId, rank, outcome, durationMs },
            'a model gave no answer',
          );
        return;
      }
      case 'lesson-ended':
        logger.info(fields, 'lesson ended');
        return;
      // Counted only.
      case 'judges-voted':
      case 'tier-read':
      case 'entry-stored':
      case 'lock':
      case 'lock-released':
      case 'refresh':
    }
  };
}

const isNews = (scopes: readonly string[]): boolean => scopes.some((scope) => scope !== probeScope);

/** The first of very many; of scopes that are people (`…user:<id>`) or keys (`@…=<key>`), which may be, not who. */
const toldScopes = (scopes: readonly string[]) => ({
  scopes: [...new Set(scopes.map(withoutSubject))].slice(0, 20),
  count: scopes.length,
});

const withoutSubject = (scope: string): string => scope.replace(/^([a-z-]*user:|@[a-z0-9-]+[=^]).*$/s, '$1*');

/** What was read is not what may be served: no repetition mends that, and a person must. */
const isRefusal = (error: unknown): boolean => error instanceof AppError && !error.retryable;

/** An error as a field: its message, its code and what caused it, without a stack. */
function errorFields(event: LastgoodEvent & { error: unknown }): object {
  const { error } = event;
  if (!(error instanceof Error)) return { ...event, error: String(error) };
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return { ...event, error: error.message || (error as { code?: string }).code || error.name, cause };
}
