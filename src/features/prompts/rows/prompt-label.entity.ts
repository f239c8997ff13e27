import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Which version of a template a label stands for (PR-1). */
@Entity({ schema: 'lastgood', name: 'prompt_labels' })
export class PromptLabelEntity {
  @PrimaryColumn('text', { name: 'node_name' })
  nodeName!: string;

  /** Canonical BCP 47, or `any`. */
  @PrimaryColumn('text')
  language!: string;

  @PrimaryColumn('text')
  label!: string;

  @Column('integer')
  version!: number;

  /** Where it stood before it was last moved: what a rollback goes back to. */
  @Column('integer', { name: 'previous_version', nullable: true })
  previousVersion!: number | null;

  @Column('timestamptz', { name: 'moved_at', default: () => 'now()' })
  movedAt!: Date;

  @Column('text', { name: 'moved_by', default: () => 'current_user' })
  movedBy!: string;
}
