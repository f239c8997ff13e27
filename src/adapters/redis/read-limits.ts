/** What is read of one namespace at most, in bytes; beyond, it is nothing of ours. */
export interface ReadLimits {
  readonly maxStoredBytes: number;
  /** Of the value's JSON, once it is inflated. */
  readonly maxValueBytes: number;
}
