import { promptLimits } from '../prompt/prompt-limits.js';
import { parseTemplate, type Fault, type TemplateText } from './parse-template.js';

export interface TemplateToAnalyse extends TemplateText {
  /** What whoever publishes says is dynamic. `null` or left out: whatever is not static. */
  readonly declaredDynamic?: readonly string[] | null;
  /** Names of the placeholders a person may set. */
  readonly staticNames: ReadonlySet<string>;
}

export interface TemplateAnalysis {
  /** All root variables of both parts, sorted; static ones included. */
  readonly names: readonly string[];
  /** What every context has to give; sorted. Empty where there are faults. */
  readonly dynamicPlaceholders: readonly string[];
  /** Paths: `template` (the body), `system`, `required_dynamic_placeholders`. Empty: it may be published. */
  readonly faults: readonly Fault[];
}

const declaredPath = 'required_dynamic_placeholders';

/**
 * Pure: what a template asks for, and everything that keeps it from being published. With what is declared dynamic, a
 * typo is a fault; without, it is one more dynamic placeholder.
 * @throws PromptTooLargeError over 64 KB
 */
export function analyseTemplate(template: TemplateToAnalyse): TemplateAnalysis {
  const { declaredDynamic = null, staticNames } = template;
  const { names, faults: found } = parseTemplate(template);
  const faults = [...found];
  // What a part that cannot be read asks for is not known: nothing is said of names then.
  if (declaredDynamic !== null && faults.length === 0) {
    faults.push(...compareNames(names, new Set(declaredDynamic), staticNames));
  }
  const dynamic = declaredDynamic === null ? names.filter((name) => !staticNames.has(name)) : declaredDynamic;
  const dynamicPlaceholders = faults.length > 0 ? [] : [...new Set(dynamic)].toSorted();
  return { names, dynamicPlaceholders, faults };
}

function compareNames(
  names: readonly string[],
  declared: ReadonlySet<string>,
  staticNames: ReadonlySet<string>,
): Fault[] {
  const unknown = names.filter((name) => !declared.has(name) && !staticNames.has(name));
  const unused = [...declared].filter((name) => !names.includes(name)).slice(0, promptLimits.placeholders);
  return [
    ...unknown.map((name) => ({
      path: 'template',
      message: `"${name}" is neither declared dynamic nor the name of a placeholder that people set`,
    })),
    ...unused.map((name) => ({
      path: declaredPath,
      message: `${/^\w{1,100}$/.test(name) ? `"${name}"` : 'one'} is declared dynamic, and not used`,
    })),
  ];
}
