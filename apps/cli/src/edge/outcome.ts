/** What a command tells the process about its end, besides success. */
export interface Outcome {
  exitCode: number;
}
