/**
 * Preload (`node --import @rig/nest-kit/otel dist/main.js`): loads OpenTelemetry's automatic instrumentation, but only
 * when an OTLP endpoint is configured, because it doubles the start-up time and halves the throughput.
 */
if ((process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') !== '') {
  // The other detectors ask cloud metadata addresses that exist nowhere else.
  process.env['OTEL_NODE_RESOURCE_DETECTORS'] ??= 'env,host,os,process';
  process.env['RIG_OTEL_LOADED'] = String(process.pid);
  await import('@opentelemetry/auto-instrumentations-node/register');
}

export {};
