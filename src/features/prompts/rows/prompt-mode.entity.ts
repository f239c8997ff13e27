import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Where the prompts of a node are rendered (PR-4). A node without a row: where they are asked for, everybody's. */
@Entity({ schema: 'lastgood', name: 'prompt_modes' })
export class PromptModeEntity {
  @PrimaryColumn('text', { name: 'node_name' })
  nodeName!: string;

  /** The share of people, 0..1, whose prompts are rendered where they are asked for. */
  @Column('double precision', { name: 'local_share' })
  localShare!: number;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: Date;

  @Column('text', { name: 'updated_by', default: () => 'current_user' })
  updatedBy!: string;
}
