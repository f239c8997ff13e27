import { isDeepStrictEqual } from 'node:util';
import type { PromptTemplate } from '../prompt/prompt-template.js';

/** Many more than a process uses; the one that came first goes first. */
const mostTemplates = 1_000;

/** One object for each template, whoever it was loaded for: it is parsed once, and kept once. */
export class SharedTemplates {
  private readonly byName = new Map<string, PromptTemplate>();

  share(template: PromptTemplate): PromptTemplate {
    const { nodeName, language, label } = template;
    const name = JSON.stringify([nodeName, language, label]);
    const known = this.byName.get(name);
    if (known !== undefined && isDeepStrictEqual(known, template)) return known;
    this.byName.delete(name);
    this.byName.set(name, template);
    if (this.byName.size > mostTemplates) this.byName.delete(this.byName.keys().next().value!);
    return template;
  }
}
