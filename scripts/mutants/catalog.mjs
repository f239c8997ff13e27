const on = (file, specs, name, text, replacement = '') => ({
  name,
  file,
  specs,
  edits: [[text, replacement]],
});
const catalog = (file, ...rest) => on(`src/features/catalog/${file}`, ...rest);
const property = 'test/catalog-coherence.property';
const scopes = ['test/catalog-events', property];
const loading = [property, 'src/features/catalog/upstream', 'test/catalog-(reading|lagging|outage)'];
const signing = ['src/features/catalog/webhooks/signing'];
const keeping = ['src/features/catalog/webhooks/keeping', 'test/webhooks', 'test/catalog-webhooks'];
const interval = ['src/core/load/refresh-interval'];
const trimming = ['src/platform/database/trim-change-log'];

/** What keeps a view from being wrong after an event, an event from being lost, and a stranger from sending one. */
export const catalogMutants = [
  catalog(
    'views/catalog-scopes.ts',
    scopes,
    'an event of a book leaves the book out',
    'return [book(id), books, publisherId',
    'return [books, publisherId',
  ),
  catalog(
    'views/catalog-scopes.ts',
    scopes,
    'an event that does not tell whose book it is reaches no list',
    'publisherId === null ? booksOfAny : booksOf(publisherId)]',
    "booksOf(publisherId ?? '')]",
  ),
  catalog(
    'views/catalog-scopes.ts',
    scopes,
    'a publisher goes and leaves its books',
    'booksOf(id), books, ofPublisher(id)],',
    'booksOf(id), books],',
  ),
  catalog(
    'views/catalog-scopes.ts',
    scopes,
    'a list of books does not carry the books that are in it',
    `        publisher(view.id),
        ...((data ?? []) as readonly Book[]).flatMap(ofBook),`,
    '        publisher(view.id),',
  ),
  catalog(
    'views/catalog-scopes.ts',
    scopes,
    'a book does not carry the publisher that is told with it',
    '...(told ? [publisher(told.id)] : []),',
  ),
  catalog(
    'views/catalog-scopes.ts',
    scopes,
    'the configuration of a book outlives it',
    `    case 'book-config':
      return [book(view.id)];`,
    `    case 'book-config':
      return [];`,
  ),
  catalog(
    'views/catalog-keys.ts',
    [...scopes, 'src/features/catalog'],
    'book 1 and book 10 are one',
    'book: (id: string) => `dcs:books:id:${id}`,',
    'book: (id: string) => `dcs:books:id:${id.slice(0, 1)}`,',
  ),
  catalog(
    'catalog.policy.ts',
    loading,
    'no view is looked at after 10 s',
    '[2_000, 10_000] as const',
    '[2_000] as const',
  ),
  catalog(
    'catalog.policy.ts',
    loading,
    'no view is looked at after 2 s',
    '[2_000, 10_000] as const',
    '[10_000] as const',
  ),
  catalog(
    'upstream/look-again-at.ts',
    loading,
    'what was read at the mark itself is looked at once more',
    'readAt < changedAt + afterMs',
    'readAt <= changedAt + afterMs',
  ),
  catalog(
    'upstream/look-again-at.ts',
    loading,
    'changes that a fold has forgotten are believed to be old',
    'dropped?.at ?? Number.NEGATIVE_INFINITY',
    'dropped && Number.NEGATIVE_INFINITY || Number.NEGATIVE_INFINITY',
  ),
  catalog(
    'upstream/catalog.origin.ts',
    loading,
    'what is to be looked at again is fresh for its usual time',
    'if (moment === null) return usualMs;',
    'if (moment !== 0) return usualMs;',
  ),
  catalog(
    'upstream/catalog.origin.ts',
    loading,
    'that there is no list of all is an answer',
    "if (view.kind === 'publishers' || view.kind === 'books')",
    "if (view.kind === 'publishers' && view.kind !== 'publishers')",
  ),
  catalog(
    'webhooks/signing/is-timely.ts',
    signing,
    'a webhook of tomorrow is taken',
    'Math.abs(now - sentAt) <= toleranceMs',
    'now - sentAt <= toleranceMs',
  ),
  catalog(
    'webhooks/signing/is-timely.ts',
    signing,
    'a webhook of yesterday is taken',
    'Math.abs(now - sentAt) <= toleranceMs',
    'sentAt - now <= toleranceMs',
  ),
  catalog(
    'webhooks/signing/verify-webhook.ts',
    signing,
    'signatures of another length are compared',
    'one.length === other.length && timingSafeEqual(one, other)',
    'timingSafeEqual(one, other)',
  ),
  catalog(
    'webhooks/signing/verify-webhook.ts',
    signing,
    'the beginning of a signature will do',
    'one.length === other.length && timingSafeEqual(one, other)',
    'one.length >= other.length && timingSafeEqual(one.subarray(0, other.length), other)',
  ),
  catalog(
    'webhooks/signing/verify-webhook.ts',
    signing,
    'one secret alone is known while two are',
    `const expected = keys.map((key) =>
    Buffer.from(createHmac('sha256', key).update(head)`,
    `const expected = keys.slice(0, 1).map((key) =>
    Buffer.from(createHmac('sha256', key).update(head)`,
  ),
  catalog(
    'webhooks/signing/verify-webhook.ts',
    signing,
    'a text is signed in the place of the bytes',
    '.update(head).update(body)',
    '.update(head).update(body.toString())',
  ),
  catalog(
    'webhooks/keeping/webhook-events.sql.ts',
    keeping,
    'an event that was kept is kept again, and counted',
    'ON CONFLICT DO NOTHING',
    'ON CONFLICT (id) DO UPDATE SET received_at = clock_timestamp()',
  ),
  catalog(
    'webhooks/keeping/webhook-inbox.service.ts',
    keeping,
    'each event is a transaction of its own',
    'const mostInGroup = 200;',
    'const mostInGroup = 1;',
  ),
  catalog(
    'webhooks/keeping/webhook-inbox.service.ts',
    keeping,
    'of two that are the same, both are accepted',
    'kept.delete(signed.id)',
    'kept.has(signed.id)',
  ),
  on(
    'src/core/load/refreshes.ts',
    interval,
    'a change is loaded at once, however short ago the last one was',
    ' || this.options.restMs(key) > 0',
  ),
  on(
    'src/core/load/refreshes.ts',
    interval,
    'what was left to others is left for a whole second',
    'restMs > 0 ? restMs : leftToOthersMs',
    'leftToOthersMs',
  ),
  on(
    'src/core/tiers/shared-load.ts',
    interval,
    'what another process loaded just now is loaded again',
    '!request.isAwaited() && this.isLoadedJustNow(found)',
    '!request.isAwaited() && this.isLoadedJustNow(found) && false',
  ),
  on(
    'src/platform/database/trim-change-log.ts',
    trimming,
    'the change that was the last one is trimmed too',
    'looked.version < ended.version',
    'looked.version <= ended.version',
  ),
  on(
    'src/platform/database/trim-change-log.ts',
    trimming,
    'nobody is told that the log was trimmed',
    'greatest(trimmed_to, $2::bigint)',
    'least(trimmed_to, $2::bigint)',
  ),
  on('src/platform/database/trim-change-log.ts', trimming, 'two trim at once', 'if (!lock.free) return 0;'),
];
