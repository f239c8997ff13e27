import { diffText } from './diff-text.js';
import type { PromptDiff, PromptVersion } from './prompt-catalog.answers.js';

const settings = ['dynamicPlaceholders', 'cacheTtlSeconds', 'allowStale'] as const;

/** Pure: what differs between two versions of a prompt. */
export function diffVersions(before: PromptVersion, after: PromptVersion): PromptDiff {
  const differing = settings.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  const { nodeName, language } = before;
  return {
    nodeName,
    language,
    from: before.version,
    to: after.version,
    fields: Object.fromEntries(differing.map((name) => [name, { before: before[name], after: after[name] }])),
    system: diffText(before.system ?? '', after.system ?? ''),
    template: diffText(before.template, after.template),
  };
}
