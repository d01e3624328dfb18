{{/* Seconds that a task may go on after its pod was asked to end. (dict "root" $ "agent" entry) */}}
{{- define "rig.drainSeconds" -}}
{{ hasKey .agent "drainSeconds" | ternary .agent.drainSeconds .root.Values.agentDefaults.drainSeconds | int }}
{{- end }}

{{/* Variables of a worker that are not the operator's. (dict "root" $ "agent" entry) */}}
{{- define "rig.workerEnv" -}}
{{ include "rig.commonEnv" .root }}
- { name: RIG_AGENT_ID, value: {{ .agent.name }} }
- { name: RIG_CONDUCTOR_URL, value: 'http://{{ include "rig.fullname" .root }}-conductor:8080' }
- { name: RIG_GATEWAY_URL, value: 'http://{{ include "rig.fullname" .root }}-gateway:8080' }
- { name: RIG_VALKEY_URL_FILE, value: /etc/rig/secrets/RIG_VALKEY_URL }
- { name: RIG_ENROLMENT_TOKEN_FILE, value: /etc/rig/secrets/enrolment }
- { name: RIG_CONFIG_DIR, value: /etc/rig/config }
- { name: RIG_WORK_DIR, value: /work }
- { name: RIG_CONCURRENCY, value: {{ .agent.concurrency | default 1 | quote }} }
- { name: RIG_DRAIN_SECONDS, value: {{ include "rig.drainSeconds" . | quote }} }
{{- if eq .agent.mode "job" }}
- { name: RIG_ONE_SHOT, value: 'true' }
{{- end }}
{{- end }}

{{/* The pod of an agent's worker, for warm Deployments and for jobs. (dict "root" $ "agent" entry) */}}
{{- define "rig.workerPod" -}}
{{- $full := include "rig.fullname" .root }}
{{- $agent := .agent }}
{{- $defaults := .root.Values.agentDefaults }}
{{- if eq $agent.mode "job" }}
restartPolicy: Never
{{- end }}
serviceAccountName: {{ $full }}-agent
automountServiceAccountToken: false
enableServiceLinks: false
# The drain, then what the worker needs to hand back and to stop.
terminationGracePeriodSeconds: {{ add (include "rig.drainSeconds" .) 30 }}
{{- include "rig.pullSecrets" .root }}
securityContext: {{- include "rig.podSecurity" . | nindent 2 }}
{{- with include "rig.scheduling" $agent }}
{{ . }}
{{- end }}
topologySpreadConstraints:
  {{- include "rig.spread" (dict "root" .root "component" (printf "agent-%s" $agent.name) "part" "agent") | nindent 2 }}
containers:
  - name: worker
    image: {{ $agent.image | default (include "rig.image" (dict "root" .root "app" "agent-worker")) | quote }}
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    ports:
      - { name: http, containerPort: 8080 }
    env:
      {{- include "rig.workerEnv" . | nindent 6 }}
      {{- range $name, $value := $agent.env }}
      - { name: {{ $name }}, value: {{ $value | quote }} }
      {{- end }}
      {{- range $name, $key := $agent.secretEnv }}
      - name: {{ $name }}
        valueFrom: { secretKeyRef: { name: {{ include "rig.secretName" $.root }}, key: {{ $key }} } }
      {{- end }}
    {{- include "rig.probes" .root | nindent 4 }}
    # The worker itself is told, not the container's first process: an image's own entrypoint may keep SIGTERM to itself.
    lifecycle:
      preStop:
        exec: { command: [sh, -c, 'kill -s TERM "$(cat "$RIG_WORK_DIR/spool/$HOSTNAME/worker.pid")"'] }
    resources: {{- toYaml ($agent.resources | default $defaults.resources) | nindent 6 }}
    securityContext: {{- include "rig.containerSecurity" . | nindent 6 }}
    volumeMounts:
      - { name: tmp, mountPath: /tmp }
      - { name: work, mountPath: /work }
      - { name: secrets, mountPath: /etc/rig/secrets, readOnly: true }
      - { name: config, mountPath: /etc/rig/config, readOnly: true }
      {{- if .root.Values.guardPolicy }}
      # Over the image's own, which is where the hook looks.
      - { name: guard-policy, mountPath: /etc/rig/guard, readOnly: true }
      {{- end }}
volumes:
  - name: tmp
    emptyDir: { sizeLimit: 1Gi }
  # Clones and worktrees; they are made again in a new pod.
  - name: work
    emptyDir: { sizeLimit: {{ $agent.workspaceSize | default $defaults.workspaceSize }} }
  - name: secrets
    secret:
      secretName: {{ include "rig.secretName" .root }}
      defaultMode: 0440
      items:
        - { key: agent-{{ $agent.name }}.RIG_VALKEY_URL, path: RIG_VALKEY_URL }
        - { key: agent-{{ $agent.name }}.enrolment, path: enrolment }
  - name: config
    configMap:
      name: {{ $full }}-config
      items:
        - { key: rig.agents.yaml, path: rig.agents.yaml }
  {{- if .root.Values.guardPolicy }}
  - name: guard-policy
    configMap:
      name: {{ $full }}-config
      items:
        - { key: guard.policy.yaml, path: guard.policy.yaml }
  {{- end }}
{{- end }}
