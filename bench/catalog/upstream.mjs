// The content service, in a process of its own: publishers, books and their configuration, asked and changed over IPC.
import { CatalogUpstream } from '../../dist/src/testing/index.js';

const publishers = 20;
const upstream = await CatalogUpstream.start();
/** By path, when it was asked for (ms since the Unix epoch). */
const asked = new Map();
let seen = 0;

/** What was asked since the last time, with the moment at which that was noticed: every few milliseconds. */
function note() {
  const at = Date.now();
  for (const { path } of upstream.requests.slice(seen)) asked.set(path, [...(asked.get(path) ?? []), at]);
  seen = upstream.requests.length;
}
setInterval(note, 5);

const publisherOf = (book) => (book % publishers) + 1;
const put = (book, revision) =>
  upstream.putBook({
    id: String(book),
    publisher_id: String(publisherOf(book)),
    title: `book ${book}`,
    revision,
  });

const commands = {
  fill: ({ books }) => {
    for (let id = 1; id <= publishers; id++)
      upstream.putPublisher({ id: String(id), name: `publisher ${id}` });
    for (let book = 1; book <= books; book++) put(book, 0);
  },
  change: ({ book, revision }) => put(book, revision),
  forget: () => {
    note();
    asked.clear();
  },
  asked: () => {
    note();
    return [...asked];
  },
};

process.on('message', ({ id, command, ...rest }) =>
  process.send({ id, result: commands[command](rest) ?? null }),
);
process.on('disconnect', () => process.exit(0));
process.send({ id: 0, result: { url: upstream.url, apiKey: upstream.apiKey, publishers } });
