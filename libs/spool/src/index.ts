export { spoolBacklog } from './backlog.js';
export { SPOOL_LIMITS, type SpoolLimits } from './limits.js';
export { createSpoolReader, type SpoolBatch, type SpoolReader } from './reader.js';
export { createSpoolWriter, type Kept, type SpoolWriter, type SpoolWriterOptions } from './writer.js';
