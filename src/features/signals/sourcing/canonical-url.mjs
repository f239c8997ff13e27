// @ts-check
/**
 * The address that an article is known by: without a fragment and marks of campaigns; `null` for what is no page.
 * @param {string | null} text
 * @returns {string | null}
 */
export function canonicalUrl(text) {
  if (text === null || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  url.hash = '';
  const marks = [...url.searchParams.keys()].filter((name) => /^utm_/i.test(name));
  // Left alone where there is nothing to take out: writing a query anew changes its spelling.
  for (const name of marks) url.searchParams.delete(name);
  return url.href;
}
