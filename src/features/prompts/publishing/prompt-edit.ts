import type { FastifyRequest } from 'fastify';
import { callOf, type Call } from '../../../platform/audit/index.js';

/** Who changes prompts, and why. */
export interface PromptEdit {
  readonly call: Call;
  readonly reason: string;
}

export const readPromptEdit = (request: FastifyRequest, reason: string): PromptEdit => ({
  call: callOf(request),
  reason,
});
