import { EventReader } from './support/event-reader.js';
import { lessonsPath, orderOne } from './support/lesson-orders.js';
import { pollUntil } from './support/poll-until.js';
import { ScriptedWriter, writingWith } from './support/scripted-writer.js';
import { TestApp } from './support/test-app.js';

describe('a lesson under attack (LE-7)', () => {
  let writer: ScriptedWriter;
  let app: TestApp;

  beforeAll(async () => {
    writer = new ScriptedWriter();
    app = await TestApp.start({ prepare: writingWith(writer) });
  });
  afterAll(() => app.dispose());

  it('ends its events for a follower who names one that was never told (LE-7)', async () => {
    writer.hold('plan');
    const id = await orderOne(app);
    const reader = await EventReader.open(app, `${lessonsPath}/${id}/events`, 999_999_999);
    writer.open('plan');
    await pollUntil(() => reader.isEnded, 'the events have ended');
    expect(reader.types.at(-1)).toBe('ended');
  });
});
