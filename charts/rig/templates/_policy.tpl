{{/* Who talks to whom, for both kinds of policies. */}}

{{/* Pods that hold to these policies: everything of this release. */}}
{{- define "rig.ours" -}}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/part-of: rig
{{- end }}

{{/* Peers of a plain policy that may call a service. (dict "root" $ "fact" entry) */}}
{{- define "rig.callers" -}}
{{- if .fact.callers.agents }}
- podSelector:
    matchLabels:
      app.kubernetes.io/instance: {{ .root.Release.Name }}
      app.kubernetes.io/component: agent
{{- end }}
{{- if .fact.callers.edge }}
- namespaceSelector:
    matchLabels: {{- toYaml .root.Values.networkPolicy.ingressController | nindent 6 }}
{{- end }}
{{- end }}

{{/* One egress rule of a plain policy to a server. (dict "root" $ "name" postgres|valkey "port" n) */}}
{{- define "rig.toServer" -}}
{{- $server := index .root.Values .name }}
- ports:
    - { port: {{ .port }}, protocol: TCP }
  {{- if $server.bundled }}
  to:
    - podSelector:
        matchLabels: {{- include "rig.selector" (dict "root" .root "component" .name "part" "server") | nindent 10 }}
  {{- else if $server.peers }}
  to: {{- toYaml $server.peers | nindent 4 }}
  {{- end }}
{{- end }}

{{/* Ports of the outside: TLS, and the forge's own where that is another. As JSON. */}}
{{- define "rig.outsidePorts" -}}
{{- $ports := list "443" }}
{{- range $url := list .Values.github.apiUrl .Values.github.gitUrl }}
{{- $ports = append $ports (include "rig.urlPort" $url) }}
{{- end }}
{{- dict "ports" (uniq $ports) | toJson }}
{{- end }}

{{/* The outside, by these ports; link-local addresses, where clouds hand out credentials, are never among it. */}}
{{- define "rig.toOutside" -}}
- ports:
    {{- range (include "rig.outsidePorts" .root | fromJson).ports }}
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
  to:
    {{- if .peers }}
    {{- toYaml .peers | nindent 4 }}
    {{- else }}
    - ipBlock: { cidr: 0.0.0.0/0, except: [169.254.0.0/16] }
    - ipBlock: { cidr: '::/0', except: ['fe80::/10'] }
    {{- end }}
{{- end }}

{{/* One egress rule of a Cilium policy to a server. (dict "root" $ "name" postgres|valkey "port" n) */}}
{{- define "rig.ciliumServer" -}}
{{- $server := index .root.Values .name }}
{{- if $server.bundled }}
- toEndpoints:
    - matchLabels: {{- include "rig.selector" (dict "root" .root "component" .name "part" "server") | nindent 8 }}
  toPorts:
    - ports: [{ port: {{ .port | quote }}, protocol: TCP }]
{{- else }}
{{- /* Yours may be in this cluster or outside of it: in the cluster its port, outside its host name. */}}
- toEntities: [cluster]
  toPorts:
    - ports: [{ port: {{ .port | quote }}, protocol: TCP }]
- toFQDNs:
    - matchName: {{ (urlParse $server.url).host | splitList ":" | first | quote }}
  toPorts:
    - ports: [{ port: {{ .port | quote }}, protocol: TCP }]
{{- end }}
{{- end }}

{{/* One egress rule of a Cilium policy to hosts of the values. (dict "root" $ "hosts" list) */}}
{{- define "rig.ciliumHosts" -}}
- toFQDNs:
    {{- range .hosts }}
    - {{ contains "*" . | ternary "matchPattern" "matchName" }}: {{ . | quote }}
    {{- end }}
  toPorts:
    - ports:
        {{- range (include "rig.outsidePorts" .root | fromJson).ports }}
        - { port: {{ . | quote }}, protocol: TCP }
        {{- end }}
{{- end }}
