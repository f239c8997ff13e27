import { Inject, Injectable } from '@nestjs/common';
import { DatabaseService } from '../../../platform/database/index.js';
import * as sql from '../ordering/lessons.sql.js';

/** Where somebody is in the events of a lesson. */
export interface FeedPosition {
  readonly id: string;
  /** The last event that was seen; 0: none. */
  readonly after: number;
}

/** An event as it is kept, in the order in which its lesson told it. */
export interface FedEvent {
  /** Index of the position that it comes after. */
  readonly follower: number;
  readonly seq: number;
  readonly type: string;
  readonly data: unknown;
}

/** Reads what happened after many positions, in one statement. */
@Injectable()
export class EventFeed {
  constructor(@Inject(DatabaseService) private readonly database: DatabaseService) {}

  /** A part of them where there are many. @throws DatabaseUnavailableError */
  async after(positions: readonly FeedPosition[]): Promise<FedEvent[]> {
    const rows = await this.database.query<FedEvent>(sql.eventsAfter, [
      positions.map(({ id }) => id),
      positions.map(({ after }) => after),
    ]);
    return rows.map((row) => ({ ...row, follower: row.follower - 1 }));
  }
}
