import type { TestApp } from './test-app.js';

interface Served {
  readonly phases: { courseId: string | null; maxTokens: number }[];
  readonly judges: { language: string; weight: number }[];
}

/** Reads the snapshot again and again, and tells of each that mixes two publications of one unit. */
export class WholeReads {
  readonly problems: string[] = [];
  count = 0;
  private isStopped = false;
  private readonly reading: Promise<void>;

  constructor(private readonly lastgood: TestApp) {
    this.reading = this.read();
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.reading;
  }

  private async read(): Promise<void> {
    while (!this.isStopped) {
      const { status, body } = await this.lastgood.ask<Served>('/api/v1/config/snapshot');
      this.count++;
      if (status !== 200) this.problems.push(`a read was answered ${status}`);
      const imported = body.phases.filter(({ courseId }) => courseId?.startsWith('import-'));
      const panel = body.judges.filter(({ language, weight }) => language === 'en' && weight < 0.5);
      if (new Set(imported.map(({ maxTokens }) => maxTokens)).size > 1)
        this.problems.push('an import was read in part');
      if (imported.length % 500 !== 0) this.problems.push(`${imported.length} rows of an import were read`);
      if (new Set(panel.map(({ weight }) => weight)).size > 1) this.problems.push('a panel was read in part');
    }
  }
}
