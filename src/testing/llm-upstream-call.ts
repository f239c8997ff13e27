import type { IncomingMessage } from 'node:http';

/** What a call asked for, as it was received. */
export interface LlmUpstreamCall {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** `null`: it was not said. */
  readonly temperature: number | null;
  readonly maxTokens: number | null;
  /** Name and JSON schema of the form that the answer is to have; `null` for text. */
  readonly form: { readonly name: string; readonly schema: unknown } | null;
  /** The key was the one that is asked for; any is, where none was said. */
  readonly isAuthorized: boolean;
  readonly headers: IncomingMessage['headers'];
  /** Milliseconds since the Unix epoch. */
  readonly receivedAt: number;
  /** The client went away before it had its answer. Set when that is noticed, at most some milliseconds later. */
  abandoned: boolean;
}

/** What is sent, as far as it is looked at. */
interface Body {
  model?: string;
  messages?: LlmUpstreamCall['messages'];
  temperature?: number;
  max_tokens?: number;
  response_format?: { json_schema?: { name: string; schema: unknown } };
}

/**
 * Reads a request to its end.
 * @throws SyntaxError for a body that is no JSON
 */
export async function readCall(request: IncomingMessage, apiKey: string | null): Promise<LlmUpstreamCall> {
  const receivedAt = Date.now();
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Body;
  return {
    model: body.model ?? '',
    messages: body.messages ?? [],
    temperature: body.temperature ?? null,
    maxTokens: body.max_tokens ?? null,
    form: body.response_format?.json_schema ?? null,
    isAuthorized: apiKey === null || request.headers.authorization === `Bearer ${apiKey}`,
    headers: request.headers,
    receivedAt,
    abandoned: false,
  };
}
