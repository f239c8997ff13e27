import { z } from 'zod';

/** Postgres takes every character of a text but this one. */
const text = z.string().refine((value) => !value.includes('\0'));

const begunSchema = z.strictObject({
  /** Unique: however often a call is replayed, there is one row of it. */
  begun: z.uuid(),
  at: z.iso.datetime(),
  actorId: text,
  actorName: text,
  ip: text,
  method: text,
  route: text,
  requestId: text,
});
const endedSchema = z.strictObject({ ended: z.uuid(), status: z.int().min(100).max(999) });

/** A call as it is let in; the line is on the disk before. */
export type BegunCall = z.infer<typeof begunSchema>;
export type EndedCall = z.infer<typeof endedSchema>;

const lineSchema = z.union([begunSchema, endedSchema]);

/** `null` for a line that a process left half written, and for one that none of ours wrote. */
export function parseJournalLine(line: string): BegunCall | EndedCall | null {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    return null;
  }
}

/** The same for both lines of a call. */
export const callIdOf = (line: BegunCall | EndedCall): string => ('begun' in line ? line.begun : line.ended);

/** `status` is NULL for a call whose end nobody saw. */
export const replaySql = `
INSERT INTO lastgood.audit_calls (at, actor_id, actor_name, actor_role, ip, method, route, status, request_id, call_id)
SELECT c.at, c."actorId", c."actorName", 'admin', c.ip, c.method, c.route, c.status, c."requestId", c.begun
FROM jsonb_to_recordset($1::jsonb) AS c(at timestamptz, "actorId" text, "actorName" text, ip text,
  method text, route text, status integer, "requestId" text, begun uuid)
ON CONFLICT (call_id) DO NOTHING`;
