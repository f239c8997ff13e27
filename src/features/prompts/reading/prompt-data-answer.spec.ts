import * as crypto from 'node:crypto';
import type { LabelledPromptData } from '../prompt/prompt-data.js';
import type { PromptTemplate } from '../prompt/prompt-template.js';
import { answerPromptData } from './prompt-data-answer.js';

const template: PromptTemplate = {
  nodeName: 'a_node',
  language: 'any',
  label: 'production',
  version: 1,
  system: null,
  body: '{{ tone }}: {{ text }}',
  dynamicPlaceholders: ['text'],
  cacheTtlMs: 60_000,
  allowStale: false,
  localShare: 1,
};
const data: LabelledPromptData = {
  template,
  settings: { tone: 'soft', hobby: 'chess' },
  mode: 'local',
  isStale: false,
  reason: 'fresh',
  source: 'origin',
  ageMs: 1,
};
const etagOf = (change: Partial<LabelledPromptData>) => answerPromptData({ ...data, ...change }).etag;

describe('answerPromptData (PR-3)', () => {
  it('gives what the template uses of what the person set, and nothing else of it', () => {
    const { answer } = answerPromptData(data);
    expect(answer.user_placeholders).toEqual({ tone: 'soft' });
    expect(JSON.stringify(answer)).not.toContain('chess');
    const named = { ...template, body: '{{ constructor }}' };
    expect(answerPromptData({ ...data, template: named }).answer.user_placeholders).toEqual({});
  });

  it('names all of the answer but its label by its ETag, however often it is made', () => {
    const etag = etagOf({});
    expect(etag).toMatch(/^W\/"[\w-]{22}"$/);
    const label = { isStale: true, reason: 'origin-failed', source: 'disk', ageMs: 9 } as const;
    expect(etagOf(label)).toBe(etag);
    expect(etagOf({ template: { ...template }, settings: { hobby: 'golf', tone: 'soft' } })).toBe(etag);
    expect(answerPromptData({ ...data, ...label }).answer.meta).toEqual({
      is_stale: true,
      reason: 'origin-failed',
      source: 'disk',
      age_ms: 9,
    });
  });

  it.each<[string, Partial<LabelledPromptData>]>([
    ['a setting', { settings: { tone: 'loud' } }],
    ['the mode', { mode: 'remote' }],
    ...Object.entries({
      nodeName: 'b_node',
      language: 'de',
      label: 'staging',
      version: 2,
      system: 'S',
      body: '{{ tone }}; {{ text }}',
      dynamicPlaceholders: ['text', 'tone'],
      cacheTtlMs: 61_000,
      allowStale: true,
    }).map(([field, value]): [string, Partial<LabelledPromptData>] => [
      field,
      { template: { ...template, [field]: value } },
    ]),
  ])('has another ETag for another %s', (_, change) => {
    expect(etagOf(change)).not.toBe(etagOf({}));
  });

  it('does not make anew what it made of the same objects', () => {
    const first = answerPromptData(data);
    const hash = jest.spyOn(crypto, 'createHash');
    expect(answerPromptData({ ...data, ageMs: 2 }).answer.user_placeholders).toBe(
      first.answer.user_placeholders,
    );
    expect(hash).not.toHaveBeenCalled();
    hash.mockRestore();
  });
});
