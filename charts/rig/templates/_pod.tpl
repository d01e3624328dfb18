{{/* What every pod of Rig has in common. */}}

{{- define "rig.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "rig.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Alive is not ready: a service that waits for Postgres is alive. The start may migrate, which takes its time. */}}
{{- define "rig.probes" -}}
startupProbe:
  httpGet: { path: /healthz, port: http }
  periodSeconds: 2
  failureThreshold: 150
livenessProbe:
  httpGet: { path: /healthz, port: http }
  periodSeconds: 10
  timeoutSeconds: 3
  failureThreshold: 6
readinessProbe:
  httpGet: { path: /readyz, port: http }
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
{{- end }}

{{/* Pods of one service on different machines and zones, where there are some. */}}
{{- define "rig.spread" -}}
{{- range $key := list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
- maxSkew: 1
  topologyKey: {{ $key }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels: {{- include "rig.selector" $ | nindent 6 }}
{{- end }}
{{- end }}

{{/* Variables of every process. The pod's name is its name as a stream consumer. */}}
{{- define "rig.commonEnv" -}}
- name: HOSTNAME
  valueFrom: { fieldRef: { fieldPath: metadata.name } }
- { name: RIG_HOST, value: 0.0.0.0 }
- { name: RIG_PORT, value: '8080' }
- { name: LOG_LEVEL, value: {{ .Values.defaults.logLevel }} }
{{- with .Values.telemetry.otlpEndpoint }}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }} }
{{- end }}
{{- end }}

{{- define "rig.scheduling" -}}
{{- with .nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{- define "rig.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{ range . }}
  - name: {{ . }}{{ end }}
{{- end }}
{{- end }}

{{- define "rig.identityMount" -}}
{{- if .Values.identity.audience }}
- { name: identity, mountPath: /var/run/secrets/rig, readOnly: true }
{{- end }}
{{- end }}
{{- define "rig.identityVolume" -}}
{{- with .Values.identity }}
{{- if .audience }}
- name: identity
  projected:
    sources:
      - serviceAccountToken:
          audience: {{ .audience | quote }}
          expirationSeconds: {{ .expirationSeconds }}
          path: token
{{- end }}
{{- end }}
{{- end }}
