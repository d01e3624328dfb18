{{/* The parts of a service's pod that follow from its entry in services.yaml. (dict "root" $ "fact" entry) */}}

{{/* Names of the variables whose value is a key of the Secret, as JSON. */}}
{{- define "rig.secretVariables" -}}
{{- $names := .fact.secrets | default list }}
{{- if .fact.valkeyUser }}{{ $names = prepend $names "RIG_VALKEY_URL" }}{{ end }}
{{- if .fact.postgresRole }}{{ $names = prepend $names "RIG_POSTGRES_URL" }}{{ end }}
{{- dict "names" $names | toJson }}
{{- end }}

{{/* Secrets reach a service as files, each with its own keys only: nothing secret stands in an environment. */}}
{{- define "rig.serviceEnv" -}}
{{ include "rig.commonEnv" .root }}
{{- range (include "rig.secretVariables" . | fromJson).names }}
- { name: {{ . }}_FILE, value: /etc/rig/secrets/{{ . }} }
{{- end }}
{{- range $variable, $key := .fact.secretFiles }}
- { name: {{ $variable }}, value: /etc/rig/secrets/{{ $key }} }
{{- end }}
{{- if .fact.config }}
- { name: RIG_CONFIG_DIR, value: /etc/rig/config }
{{- end }}
{{- if .fact.keys }}
- { name: RIG_KEYS_DIR, value: /etc/rig/keys }
{{- end }}
{{- if .fact.github }}
{{- with .root.Values.github }}
- { name: GITHUB_API_URL, value: {{ .apiUrl | quote }} }
- { name: GITHUB_GIT_URL, value: {{ .gitUrl | quote }} }
- { name: GITHUB_CONDUCTOR_APP_ID, value: {{ .conductorAppId | quote }} }
- { name: GITHUB_AUTHOR_APP_ID, value: {{ .authorAppId | quote }} }
- { name: GITHUB_REVIEWER_APP_ID, value: {{ .reviewerAppId | quote }} }
{{- end }}
{{- end }}
{{- end }}

{{- define "rig.serviceMounts" -}}
- { name: tmp, mountPath: /tmp }
- { name: secrets, mountPath: /etc/rig/secrets, readOnly: true }
{{- if .fact.config }}
- { name: config, mountPath: /etc/rig/config, readOnly: true }
{{- end }}
{{- if .fact.keys }}
- { name: keys, mountPath: /etc/rig/keys, readOnly: true }
{{- end }}
{{- end }}

{{/* A key that is not in the Secret keeps the pod from starting, and its event names the key. */}}
{{- define "rig.serviceVolumes" -}}
{{- $secret := include "rig.secretName" .root }}
- name: tmp
  emptyDir: { sizeLimit: 64Mi }
- name: secrets
  secret:
    secretName: {{ $secret }}
    defaultMode: 0440
    items:
      {{- range (include "rig.secretVariables" . | fromJson).names }}
      - { key: {{ $.fact.name }}.{{ . }}, path: {{ . }} }
      {{- end }}
      {{- range $variable, $key := .fact.secretFiles }}
      - { key: {{ $key }}, path: {{ $key }} }
      {{- end }}
{{- if .fact.config }}
- name: config
  configMap: { name: {{ include "rig.fullname" .root }}-config }
{{- end }}
{{- if .fact.keys }}
- name: keys
  secret:
    secretName: {{ $secret }}
    defaultMode: 0440
    items: {{ range .fact.keys }}
      - { key: {{ . }}, path: {{ . }} }{{ end }}
{{- end }}
{{- end }}
