import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A table of the application's own, in a DataSource of its own. */
@Entity('notes')
export class Note {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'text' })
  text!: string;
}
