import { createHash } from 'node:crypto';
import type { Reason } from '../../../core/index.js';
import type { PromptTemplate } from '../../prompts/index.js';

/** What narratives are made by at this moment. */
export interface NarrativeRecipe {
  readonly engine: string;
  /** Hexadecimal, whole. */
  readonly promptSha256: string;
  /** Its first 10 digits. */
  readonly promptHash: string;
  readonly templateVersion: number;
  /** Of the template that was found. */
  readonly language: string;
  /** Of the row of the phase. */
  readonly phaseVersion: number;
  /** It cannot be told now whether it is still this one. */
  readonly isStale: boolean;
  readonly reason: Reason;
}

const hashLength = 10;

/** Pure: over the template, never over what it is rendered to, and the row that says which model is asked how (NA-2). */
export function hashPrompt(
  { system, body }: Pick<PromptTemplate, 'system' | 'body'>,
  phaseVersion: number,
): string {
  return createHash('sha256')
    .update(JSON.stringify([system, body, phaseVersion]))
    .digest('hex');
}

/** Pure: what of a whole hash stands in keys. */
export const shortHash = (sha256: string): string => sha256.slice(0, hashLength);
