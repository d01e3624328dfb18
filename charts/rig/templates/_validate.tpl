{{/* What the schema cannot say. Each message begins with the key that is wrong. */}}
{{- define "rig.validate" -}}
{{- if not (regexMatch "^[a-z]" .Release.Name) }}{{ fail (printf "the release's name: %q does not begin with a letter, so its Services could not be named after it" .Release.Name) }}{{ end }}
{{- $known := list }}
{{- range (.Files.Get "services.yaml" | fromYaml).services }}{{ $known = append $known .name }}{{ end }}
{{- range $name, $own := .Values.services }}
{{- if not (has $name $known) }}{{ fail (printf "services.%s: no such service; there are %s" $name (join ", " $known)) }}{{ end }}
{{- end }}
{{- range $name, $host := .Values.ingress.hosts }}
{{- if not (has $name $known) }}{{ fail (printf "ingress.hosts.%s: no such service; there are %s" $name (join ", " $known)) }}{{ end }}
{{- end }}
{{- range (.Files.Get "services.yaml" | fromYaml).services }}
{{- if and (index $.Values.ingress.hosts .name) (not (.callers | default dict).edge) }}{{ fail (printf "ingress.hosts.%s: nobody outside may call it" .name) }}{{ end }}
{{- end }}
{{- range (include "rig.services" . | fromJson).all }}
{{- $own := .own.env | default dict }}
{{- $name := .fact.name }}
{{- range include "rig.serviceEnv" (dict "root" $ "fact" .fact) | fromYamlArray }}
{{- if hasKey $own .name }}{{ fail (printf "services.%s.env.%s: the chart sets it" $name .name) }}{{ end }}
{{- end }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) }}{{ fail "ingress.hosts: the ingress is enabled and no service has a host" }}{{ end }}
{{- $hosts := values .Values.ingress.hosts }}
{{- if ne (len $hosts) (len (uniq $hosts)) }}{{ fail "ingress.hosts: two services have one host; GET and POST of /api/events belong to different services" }}{{ end }}
{{- $seen := list }}
{{- range $index, $agent := .Values.agents }}
{{- if has $agent.name $seen }}{{ fail (printf "agents[%d].name: %q is there twice" $index $agent.name) }}{{ end }}
{{- $seen = append $seen $agent.name }}
{{- if and (eq $agent.mode "job") (gt (int ($agent.concurrency | default 1)) 1) }}{{ fail (printf "agents[%d].concurrency: a job works one task; use mode warm" $index) }}{{ end }}
{{- if gt (int ($agent.concurrency | default 1)) (int $agent.slots) }}{{ fail (printf "agents[%d].concurrency: more than the agent's slots" $index) }}{{ end }}
{{- if gt (len (include "rig.agentName" (dict "root" $ "agent" $agent))) 52 }}{{ fail (printf "agents[%d].name: %s is longer than the 52 letters that KEDA leaves for it; shorten it or the release's name" $index (include "rig.agentName" (dict "root" $ "agent" $agent))) }}{{ end }}
{{- range include "rig.workerEnv" (dict "root" $ "agent" $agent) | fromYamlArray }}
{{- if or (hasKey ($agent.env | default dict) .name) (hasKey ($agent.secretEnv | default dict) .name) }}{{ fail (printf "agents[%d].env.%s: the chart sets it" $index .name) }}{{ end }}
{{- end }}
{{- range $variable, $key := $agent.secretEnv }}
{{- if hasKey ($agent.env | default dict) $variable }}{{ fail (printf "agents[%d].env.%s: is in secretEnv too; keep one" $index $variable) }}{{ end }}
{{- if not (has $variable ($agent.command.passEnv | default list)) }}{{ fail (printf "agents[%d].secretEnv.%s: the command does not get it unless command.passEnv names it" $index $variable) }}{{ end }}
{{- end }}
{{- end }}
{{- if and .Values.secrets.existingSecret .Values.secrets.external.enabled }}{{ fail "secrets.existingSecret: set together with secrets.external.enabled; keep one" }}{{ end }}
{{- if not (or .Values.secrets.existingSecret .Values.secrets.external.enabled) }}{{ fail "secrets.existingSecret: not set. Make a Secret (`rig deploy secrets` writes its keys) and name it here, or enable secrets.external" }}{{ end }}
{{- if and .Values.secrets.external.enabled (not (and .Values.secrets.external.storeName .Values.secrets.external.remoteKey)) }}{{ fail "secrets.external: storeName and remoteKey are needed" }}{{ end }}
{{- range $name, $server := dict "postgres" .Values.postgres "valkey" .Values.valkey }}
{{- if and (not $server.bundled) (not $server.url) }}{{ fail (printf "%s.url: not set. Give the address of yours, or set %s.bundled for a trial" $name $name) }}{{ end }}
{{- if and $server.bundled $server.url }}{{ fail (printf "%s.url: set together with %s.bundled; keep one" $name $name) }}{{ end }}
{{- end }}
{{- range $key := list "conductorAppId" "authorAppId" "reviewerAppId" }}
{{- if not (index $.Values.github $key) }}{{ fail (printf "github.%s: not set; Rig acts as three GitHub Apps (README, Real GitHub)" $key) }}{{ end }}
{{- end }}
{{- end }}
