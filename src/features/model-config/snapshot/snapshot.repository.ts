import { Inject, Injectable } from '@nestjs/common';
import {
  wholeStream,
  type AsOf,
  type Entry,
  type Loaded,
  type LoadRequest,
  type Origin,
} from '../../../core/index.js';
import { StreamReader } from '../../../platform/database/index.js';
import { buildSnapshot, replaceCourses } from './build-snapshot.js';
import { ConfigInvalidError } from '../validation/config-invalid.error.js';
import { countRows, findLostRows } from '../validation/find-lost-rows.js';
import { allRows, lastApproved, changedScopes, changeIdAt, phasesOfCourses } from './snapshot.sql.js';
import type { ConfigRows, PhaseRow, Snapshot } from './snapshot.js';
import { validateConfig } from '../validation/validate-config.js';

export const configStream = 'config';
const coursePrefix = 'course:';

/** The newest version that was found good as a whole by whoever made it, and how many rows it had. */
interface Approved {
  readonly version: number;
  readonly rows: number;
}

interface CourseRows {
  readonly phases: PhaseRow[];
  readonly scopes: string[];
  readonly changeIdAtHeld: string | null;
  readonly approved: Approved | null;
}

type AllRows = ConfigRows & Pick<CourseRows, 'approved'>;

/**
 * Loads the snapshot with its `asOf` in one plain statement. Where only courses changed, it loads those courses'
 * rows alone, with the proof, in the same statement, that nothing else did.
 * @throws ConfigInvalidError when the rows break a rule: then the last good snapshot stays
 */
@Injectable()
export class SnapshotRepository implements Origin<Snapshot> {
  constructor(@Inject(StreamReader) private readonly reader: StreamReader) {}

  async load(_key: string, request: LoadRequest<Snapshot>): Promise<Loaded<Snapshot>> {
    const value = (await this.loadCourses(request)) ?? (await this.loadAll(request));
    return { value, asOf: value.asOf, scopes: [wholeStream] };
  }

  private async loadAll({ held, signal }: LoadRequest<Snapshot>): Promise<Snapshot> {
    const columns = { ...allRows, approved: lastApproved };
    const { asOf, rows } = await this.reader.read<AllRows>(configStream, columns, [], signal);
    const { approved, ...config } = rows;
    return checked(config, rowsToExpect(held, approved, asOf), () => buildSnapshot(config, asOf));
  }

  /** `null` when more than courses changed since what is held, or that cannot be told. */
  private async loadCourses({
    held,
    changedScopes: scopes,
    signal,
  }: LoadRequest<Snapshot>): Promise<Snapshot | null> {
    const courses = coursesIn(scopes);
    if (held?.asOf == null || courses === null) return null;
    const { asOf, trimmedTo, rows } = await this.reader.read<CourseRows>(
      configStream,
      { phases: phasesOfCourses, scopes: changedScopes, changeIdAtHeld: changeIdAt, approved: lastApproved },
      [held.asOf.version, courses],
      signal,
    );
    if (!continues(held, asOf, trimmedTo, rows.changeIdAtHeld)) return null;
    if (!rows.scopes.every((scope) => scopes!.includes(scope))) return null;
    const snapshot = replaceCourses(held.value, courses, rows.phases, asOf);
    return checked(rowsOf(snapshot), rowsToExpect(held, rows.approved, asOf), () => snapshot);
  }
}

function coursesIn(scopes: readonly string[] | undefined): string[] | null {
  if (scopes === undefined || scopes.length === 0) return null;
  if (!scopes.every((scope) => scope.startsWith(coursePrefix))) return null;
  return scopes.map((scope) => scope.slice(coursePrefix.length));
}

/** The log since `held` is whole, and of the same history. */
function continues(
  held: Entry<Snapshot>,
  asOf: AsOf,
  trimmedTo: number,
  changeIdAtHeld: string | null,
): boolean {
  const from = held.asOf!;
  return from.epoch === asOf.epoch && trimmedTo <= from.version && changeIdAtHeld === from.changeId;
}

function checked(rows: ConfigRows, expected: number, build: () => Snapshot): Snapshot {
  const faults = [...validateConfig(rows), ...findLostRows(expected, countRows(rows), advice)];
  if (faults.length > 0) throw new ConfigInvalidError('configuration in the database', faults);
  return build();
}

/**
 * As many rows as are held; but a loss that somebody accepted since, whoever that was, is none. Where nothing is held,
 * as many as were last found good: a process that starts must not take over what the others refuse.
 */
function rowsToExpect(held: Entry<Snapshot> | undefined, approved: Approved | null, { epoch }: AsOf): number {
  if (held === undefined || held.absent) return approved?.rows ?? 0;
  const { rowCount, asOf } = held.value;
  const isSince = approved !== null && (asOf.epoch !== epoch || approved.version > asOf.version);
  return isSince ? Math.min(rowCount, approved.rows) : rowCount;
}

const advice = 'roll back, or publish with acceptLoss';

export function rowsOf(snapshot: Snapshot): ConfigRows {
  const phases = [snapshot.global, ...snapshot.courses.values()].flatMap((index) =>
    [...index.values()].flatMap((rows) => [...rows.values()]),
  );
  const judges = [...snapshot.panels.values()].flatMap(({ primary, secondary, tiebreaker }) => [
    primary,
    secondary,
    tiebreaker,
  ]);
  return { models: [...snapshot.models.values()], phases, judges, reserves: [...snapshot.reserves.values()] };
}
