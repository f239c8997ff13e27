import type { ChangeFeed, PollReply } from '../../src/core/index.js';
import { StreamFollower } from '../../src/core/coherence/stream-follower.js';
import { CatalogRig, type CatalogRigOptions } from './catalog-rig.js';

export interface CatalogProcessOptions extends Required<CatalogRigOptions> {
  readonly feed: ChangeFeed;
}

/** The catalogue of one process that follows its stream by itself. */
export class CatalogProcess extends CatalogRig {
  /** Its way to the database is gone. */
  isCutOff = false;
  private readonly follower: StreamFollower;

  constructor({ feed, ...options }: CatalogProcessOptions) {
    super(options);
    const { clock, random } = options;
    const { stream, report } = this;
    this.follower = new StreamFollower({ clock, report, feed: this.cut(feed), stream, listen: true, random });
    this.follower.attach(this.reader);
    this.follower.start();
  }

  async stop(): Promise<void> {
    this.timers.beforeApplicationShutdown();
    await this.follower.stop();
  }

  private cut(feed: ChangeFeed): ChangeFeed {
    return {
      poll: async (after): Promise<PollReply> => {
        if (this.isCutOff) throw new Error('there is no way to the database');
        return feed.poll(after);
      },
      subscribe: (wake) => feed.subscribe(() => void (this.isCutOff || wake())),
      raiseEpoch: (expected) => feed.raiseEpoch(expected),
    };
  }
}
