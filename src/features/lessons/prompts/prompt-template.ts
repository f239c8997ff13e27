import { Liquid, type Template } from 'liquidjs';
import type { LlmMessage } from '../../../platform/llm/index.js';
import { PromptInvalidError } from './prompt-invalid.error.js';

/** A prompt as people write it. */
export interface PromptSource {
  readonly name: string;
  readonly system: string;
  readonly user: string;
}

const longestPrompt = 8 * 1024 * 1024;

/** Nothing is read from files, nothing is escaped, and what is not given is an error, never an empty text. */
const engine = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  templates: {},
  memoryLimit: longestPrompt,
});

/** One prompt, parsed once. */
export class PromptTemplate {
  private readonly parts: readonly { role: LlmMessage['role']; template: Template[] }[];

  /** @throws PromptInvalidError with what is wrong with its syntax */
  constructor(private readonly source: PromptSource) {
    const { system, user } = source;
    this.parts = [
      { role: 'system', template: this.guarded(() => engine.parse(system)) },
      { role: 'user', template: this.guarded(() => engine.parse(user)) },
    ];
  }

  /**
   * The messages with `variables` put in. What a variable holds comes out as it is, and is never rendered again.
   * @throws PromptInvalidError that names what the template asks for and nobody gives
   */
  render(variables: Readonly<Record<string, unknown>>): LlmMessage[] {
    return this.parts.map(({ role, template }) => {
      const content: string = this.guarded(() => engine.renderSync(template, variables));
      return { role, content };
    });
  }

  private guarded<R>(work: () => R): R {
    try {
      return work();
    } catch (error) {
      const [firstLine = ''] = (error as Error).message.split('\n');
      throw new PromptInvalidError(this.source.name, firstLine);
    }
  }
}
