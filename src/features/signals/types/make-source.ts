import { isSourceUrl } from './runtime-forms.js';
import type { TypeDocument } from './runtime-schema.js';
import type { SignalType } from './signal-type.js';
import type { TellFault } from './tell-fault.js';

export type Secrets = Readonly<Record<string, string>>;

type HeaderTable = Readonly<Record<string, string | { readonly secret: string }>>;

export function makeSource(
  { source, key }: Pick<TypeDocument, 'source' | 'key'>,
  secrets: Secrets,
  tell: TellFault,
): SignalType['source'] {
  if (source === 'push') return Object.freeze({ kind: 'push' });
  const headers = fillIn(source.headers, secrets, tell);
  if ('feeds' in source) {
    const { length } = key.placeholders;
    if (length !== 2)
      tell('key', `of a type with feeds must have 2 placeholders, feed and article; got ${length}`);
    return Object.freeze({ kind: 'feed', feeds: new Map(Object.entries(source.feeds)), headers });
  }
  checkTemplate(source.http, key.placeholders, tell);
  return Object.freeze({ kind: 'http', url: source.http, headers, valueAt: source.value_at ?? null });
}

function fillIn(table: HeaderTable, secrets: Secrets, tell: TellFault): Readonly<Record<string, string>> {
  const filled = Object.entries(table).map(([name, value]) => {
    if (typeof value === 'string') return [name, value] as const;
    const { secret } = value;
    if (!Object.hasOwn(secrets, secret))
      tell(
        `source.headers.${name}`,
        `must name a secret of SIGNALS_SECRETS; there is no ${JSON.stringify(secret)}`,
      );
    return [name, secrets[secret] ?? ''] as const;
  });
  return Object.freeze(Object.fromEntries(filled));
}

function checkTemplate(url: string, placeholders: readonly string[], tell: TellFault): void {
  const named = [...url.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
  for (const name of new Set(named))
    if (!placeholders.includes(name))
      tell('source.http', `must use the placeholders of the key alone; {${name}} is none of them`);
  const missing = placeholders.filter((name) => !named.includes(name));
  if (missing.length > 0)
    tell('source.http', `must use every placeholder of the key; {${missing[0]}} is not used`);
  if (/[{}]/.test(url.replace(/^https?:\/\//, '').split(/[/?#]/, 1)[0] ?? ''))
    tell('source.http', 'must have no placeholder in its host');
  if (url.includes('#')) tell('source.http', 'must have no #');
  if (!isSourceUrl(url.replaceAll(/\{[^{}]*\}/g, 'x')))
    tell('source.http', 'must be a URL once it is filled in');
}
