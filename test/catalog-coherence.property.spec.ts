import * as fc from 'fast-check';
import type { CatalogEvent } from '../src/features/catalog/views/catalog-event.js';
import { catalogIds, everyCatalogKey, type CatalogModel, type ServiceMode } from './support/catalog-model.js';
import { CatalogWorld } from './support/catalog-world.js';
import { seededRandom } from './support/seeded-random.js';

type Id = (typeof catalogIds)[number];
type What = 'publisher' | 'no-publisher' | 'logo' | 'book' | 'no-book' | 'config';

type Step =
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'read'; readonly on: number; readonly keys: readonly string[] }
  /** `named`: the event says whose book it is. */
  | { readonly do: 'change'; readonly what: What; readonly id: Id; readonly of: Id; readonly named: boolean }
  /** The event of one of the changes that were made, in any order; `again`: it stays to be told once more. */
  | { readonly do: 'tell'; readonly which: number; readonly again: boolean; readonly heard: boolean }
  | { readonly do: 'service'; readonly mode: ServiceMode; readonly answersInMs: number }
  | { readonly do: 'cut'; readonly on: number; readonly isCutOff: boolean }
  | { readonly do: 'redis'; readonly isOn: boolean }
  | { readonly do: 'restart'; readonly on: number };

interface Plan {
  readonly lagMs: number;
  readonly tellsPublishers: boolean;
  readonly seed: number;
  readonly steps: readonly Step[];
}

const of = <T>(...values: readonly T[]) => fc.constantFrom(...values);
const on = fc.nat(1);
const anyId = fc.oneof({ weight: 3, arbitrary: of<Id>('1') }, { weight: 2, arbitrary: of<Id>('10', '100') });
const keys = fc.oneof(
  of<readonly string[]>(everyCatalogKey),
  fc.uniqueArray(of(...everyCatalogKey), { minLength: 1, maxLength: 4 }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: of('wait' as const),
      ms: fc.oneof(fc.integer({ min: 1, max: 400 }), of(1_000, 1_999, 2_000, 2_001, 5_000, 10_001)),
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: of('read' as const), on, keys }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: of('change' as const),
      what: of<What>('publisher', 'no-publisher', 'logo', 'book', 'book', 'book', 'no-book', 'config'),
      id: anyId,
      of: anyId,
      named: fc.boolean(),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: of('tell' as const),
      which: fc.nat(20),
      again: fc.boolean(),
      heard: of(true, true, false),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: of('service' as const),
      mode: of<ServiceMode>('up', 'up', 'up', 'down', 'hangs', 'broken'),
      answersInMs: of(0, 1, 100, 900, 1_999),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: of('cut' as const), on, isCutOff: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: of('redis' as const), isOn: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: of('restart' as const), on }) },
);
const anyPlan: fc.Arbitrary<Plan> = fc.record({
  lagMs: of(0, 0, 300, 1_999, 2_000, 6_000, 10_000),
  tellsPublishers: fc.boolean(),
  seed: fc.nat(),
  steps: fc.array(step, { minLength: 5, maxLength: 24 }),
});

/** Publishers and books that are there before anything happens: 1 has book 1 and 100, 10 has book 10. */
const first: readonly Step[] = [
  ...catalogIds.map(
    (each) => ({ do: 'change', what: 'publisher', id: each, of: each, named: true }) as const,
  ),
  { do: 'change', what: 'book', id: '1', of: '1', named: true },
  { do: 'change', what: 'book', id: '10', of: '10', named: true },
  { do: 'change', what: 'book', id: '100', of: '1', named: true },
  { do: 'change', what: 'config', id: '1', of: '1', named: true },
];

let serial = 0;

/** Makes a change at the content service, and has it told. */
function change(
  { outbox, model }: CatalogWorld,
  { what, id: at, of: owner, named }: Step & { do: 'change' },
): void {
  const n = ++serial;
  const told = (event: CatalogEvent['event'], publisherId: string | null) =>
    ({ event, id: at, publisherId: named ? publisherId : null }) as const;
  const isBook = model.has('books', at);
  switch (what) {
    case 'publisher': {
      const verb = model.has('publishers', at) ? 'updated' : 'created';
      const event: CatalogEvent = { event: `publisher.${verb}`, id: at, publisherId: null };
      outbox.push(model.change(event, (it) => void it.publishers.set(at, { id: at, name: `p${n}` })));
      return;
    }
    case 'logo': {
      if (!model.has('publishers', at)) return;
      const bytes = Buffer.from(`logo ${n}`);
      const event: CatalogEvent = { event: 'publisher.updated', id: at, publisherId: null };
      outbox.push(model.change(event, (it) => void it.logos.set(at, { contentType: 'image/png', bytes })));
      return;
    }
    case 'no-publisher':
      return removePublisher(model, outbox, at);
    case 'book': {
      if (!model.has('publishers', owner)) return;
      const event = told(isBook ? 'book.updated' : 'book.created', owner);
      const book = { id: at, publisher_id: owner, title: `b${n}` };
      outbox.push(model.change(event, (it) => void it.books.set(at, book)));
      return;
    }
    case 'no-book':
      outbox.push(model.change(told('book.deleted', model.publisherOf(at)), (it) => it.deleteBook(at)));
      return;
    case 'config': {
      if (!isBook) return;
      const event = told('book.updated', model.publisherOf(at));
      outbox.push(model.change(event, (it) => void it.configs.set(at, { book_id: at, n })));
    }
  }
}

/**
 * Its books go with it, and each of them is told too: a configuration does not say whose it is, and whoever has not been
 * told yet that a book had come to this publisher cannot know that it goes.
 */
function removePublisher(model: CatalogModel, outbox: CatalogWorld['outbox'], id: string): void {
  const books = model.booksOf(id);
  const event: CatalogEvent = { event: 'publisher.deleted', id, publisherId: null };
  const made = model.change(event, (it) => it.deletePublisher(id));
  const isOfBook = (key: string) => /^dcs:books:(id|config):/.test(key);
  outbox.push({ ...made, affected: new Set([...made.affected].filter((key) => !isOfBook(key))) });
  for (const book of books) {
    const affected = new Set([...made.affected].filter((key) => isOfBook(key) && key.endsWith(`:${book}`)));
    outbox.push({ event: { event: 'book.deleted', id: book, publisherId: id }, at: made.at, affected });
  }
}

async function take(world: CatalogWorld, each: Step): Promise<void> {
  const { clock, outbox, model, processes } = world;
  switch (each.do) {
    case 'wait':
      return clock.advance(each.ms);
    case 'read':
      for (const key of each.keys) world.read(each.on, key);
      return clock.advance(0);
    case 'change':
      return change(world, each);
    case 'tell': {
      if (outbox.length === 0) return;
      const at = each.which % outbox.length;
      const [made] = each.again ? [outbox[at]!] : outbox.splice(at, 1);
      return world.accept(made!, each.heard);
    }
    case 'service':
      model.answersInMs = each.answersInMs;
      model.mode = each.mode;
      return;
    case 'cut':
      processes[each.on]!.isCutOff = each.isCutOff;
      return;
    case 'redis':
      for (const { switches } of processes) switches.redis = each.isOn;
      return;
    case 'restart':
      return world.restart(each.on);
  }
}

describe('the catalogue after events', () => {
  it('never shows as fresh what was loaded before one of them, and is right in the end (CT-3, CT-5, CT-6)', async () => {
    let served = 0;
    let afterEvents = 0;
    const property = fc.asyncProperty(anyPlan, async ({ lagMs, tellsPublishers, seed, steps }) => {
      const world = new CatalogWorld(lagMs, tellsPublishers, seededRandom(seed));
      try {
        for (const each of first) await take(world, each);
        await world.clock.advance(2_000);
        for (const each of steps) await take(world, each);
        await world.settle();
        served += world.served;
        afterEvents += world.afterEvents;
        expect(world.violations.slice(0, 5)).toEqual([]);
      } finally {
        await world.dispose();
      }
    });
    await fc.assert(property, { numRuns: Number(process.env['CATALOG_RUNS'] ?? 1_000) });
    // Else nothing was watched.
    expect(served).toBeGreaterThan(10_000);
    expect(afterEvents).toBeGreaterThan(10_000);
    // Some twenty seconds; far more where coverage is measured beside others.
  }, 300_000);
});
