import type { Answer } from './http-client.js';
import type { TestApp } from './test-app.js';

export interface PromptProblem {
  readonly code: string;
  readonly detail: string;
  readonly faults?: { readonly path: string; readonly message: string }[];
}
interface CreatedVersion {
  readonly version: number;
  readonly isNew: boolean;
  readonly moved: { label: string; version: number; previousVersion: number | null }[];
  readonly dynamicPlaceholders: string[];
}
interface MovedLabel {
  readonly label: string;
  readonly version: number | null;
  readonly previousVersion: number | null;
}
interface ShownPrompt {
  readonly localShare: number;
  readonly versions: Record<string, unknown>[];
  readonly labels: MovedLabel[];
}
type As = 'admin' | 'editor' | 'viewer';

/** Changes prompts over HTTP, with a reason, as an admin unless another role is named. */
export class PromptEditor {
  constructor(private readonly app: TestApp) {}

  create<B = CreatedVersion>(node: string, body: object, as: As = 'admin'): Promise<Answer<B>> {
    return this.send(`${node}/versions`, 'POST', body, as);
  }

  move<B = MovedLabel>(
    node: string,
    label: string,
    version: number,
    { as = 'admin', headers = {} }: { as?: As; headers?: Record<string, string> } = {},
  ): Promise<Answer<B>> {
    return this.send(`${node}/labels/${label}`, 'PUT', { version }, as, headers);
  }

  setMode(node: string, localShare: number, as: As = 'admin'): Promise<Answer> {
    return this.send(`${node}/mode`, 'PUT', { localShare }, as);
  }

  remove<B = PromptProblem>(path: string, as: As = 'admin'): Promise<Answer<B>> {
    return this.app.ask<B>(`/admin/prompts/${path}?reason=a+test`, { method: 'DELETE', as });
  }

  show<B = ShownPrompt>(path: string): Promise<Answer<B>> {
    return this.app.ask<B>(`/admin/prompts/${path}`, { as: 'viewer' });
  }

  preview<B = { prompt: string }>(body: object): Promise<Answer<B>> {
    return this.app.ask<B>('/admin/prompts/preview', { method: 'POST', as: 'viewer', body });
  }

  async label(node: string, name: string): Promise<MovedLabel | null> {
    const { body } = await this.show(node);
    return body.labels.find(({ label }) => label === name) ?? null;
  }

  private send<B>(path: string, method: string, body: object, as: As, headers = {}): Promise<Answer<B>> {
    const url = `/admin/prompts/${path}`;
    return this.app.ask<B>(url, { method, as, body: { reason: 'a test', ...body }, headers });
  }
}
