{{/* The metadata that both triggers of an agent share. (dict "root" $ "agent" entry) */}}
{{- define "rig.streamTrigger" -}}
address: {{ include "rig.valkeyAddress" .root }}
stream: rig:{{ .agent.name }}:tasks
consumerGroup: workers
{{- if hasPrefix "rediss" .root.Values.valkey.url | or (hasPrefix "valkeys" .root.Values.valkey.url) }}
enableTLS: 'true'
{{- end }}
{{- end }}
