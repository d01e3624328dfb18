{{/* Names and labels. */}}

{{- define "rig.fullname" -}}
{{- /* A release may have dots in its name, a Service may not. */}}
{{- contains "rig" .Release.Name | ternary .Release.Name (printf "%s-rig" .Release.Name) | replace "." "-" | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* Selectors never change: a Deployment's cannot. (dict "root" $ "component" name "part" service|agent|…) */}}
{{- define "rig.selector" -}}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/name: {{ .component }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "rig.labels" -}}
{{ include "rig.selector" . }}
app.kubernetes.io/part-of: rig
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "rig.image" -}}
{{ .root.Values.image.repository }}/{{ .app }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{/* The services that run, as JSON: facts of services.yaml under `fact`, what the operator says under `own`. */}}
{{- define "rig.services" -}}
{{- $root := . }}
{{- $running := list }}
{{- range (.Files.Get "services.yaml" | fromYaml).services }}
{{- $own := index $root.Values.services .name | default dict }}
{{- if ne (toString $own.enabled) "false" }}
{{- $running = append $running (dict "fact" . "own" $own) }}
{{- end }}
{{- end }}
{{- dict "all" $running | toJson }}
{{- end }}

{{- define "rig.agentName" -}}
{{ include "rig.fullname" .root }}-agent-{{ .agent.name }}
{{- end }}

{{- define "rig.secretName" -}}
{{- .Values.secrets.existingSecret | default (printf "%s-secrets" (include "rig.fullname" .)) }}
{{- end }}

{{/* host:port of Valkey, as KEDA wants it, and of Postgres for the policies. */}}
{{- define "rig.valkeyAddress" -}}
{{- if .Values.valkey.bundled }}{{ include "rig.fullname" . }}-valkey.{{ .Release.Namespace }}.svc:6379
{{- else }}{{ $host := (urlParse .Values.valkey.url).host }}{{ contains ":" $host | ternary $host (printf "%s:6379" $host) }}
{{- end }}
{{- end }}
{{- define "rig.valkeyPort" -}}
{{ include "rig.valkeyAddress" . | splitList ":" | last }}
{{- end }}
{{- define "rig.postgresPort" -}}
{{- $host := (urlParse .Values.postgres.url).host }}
{{- if .Values.postgres.bundled }}5432{{ else if contains ":" $host }}{{ $host | splitList ":" | last }}{{ else }}5432{{ end }}
{{- end }}

{{/* The port of an http or https address. */}}
{{- define "rig.urlPort" -}}
{{- $host := (urlParse .).host }}
{{- if contains ":" $host }}{{ $host | splitList ":" | last }}{{ else }}{{ hasPrefix "http://" . | ternary "80" "443" }}{{ end }}
{{- end }}

{{/* Fields of rig.policy.yaml. Helm reads a bare `on` as true; Rig wants the word. */}}
{{- define "rig.policyFields" -}}
{{- $fields := deepCopy . }}
{{- if kindIs "bool" $fields.dispatch }}{{ $_ := set $fields "dispatch" (ternary "on" "off" $fields.dispatch) }}{{ end }}
{{- toJson $fields }}
{{- end }}
