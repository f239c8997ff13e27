/** One thing that is wrong with a file of profiles, and where: `line 3, column 7`, or `profile 4`. */
export interface FileFault {
  readonly place: string;
  readonly message: string;
}
