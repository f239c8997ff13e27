import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A name that people may set, and templates may use (PR-1). */
@Entity({ schema: 'lastgood', name: 'placeholders' })
export class PlaceholderEntity {
  @PrimaryColumn('text')
  name!: string;

  @Column('text')
  description!: string;
}
