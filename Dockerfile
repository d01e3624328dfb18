# syntax=docker/dockerfile:1
# One file for every service:
#
#   docker build --build-arg APP=conductor --tag rig/conductor:0.1.0 .
#   docker build --build-arg APP=agent-worker --target agent-worker --tag rig/agent-worker:0.1.0 .
#
# The commands of the stages `deps` and `app` are run as they stand here, in a folder, by
# `rig deploy check`, which then starts a service from what they leave.
ARG NODE_IMAGE=node:24.11.1-bookworm-slim

# What npm looks at, and nothing else: the stages that install keep their cache while only sources change.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /src
COPY . .
RUN mkdir /manifests && cp --parents package.json package-lock.json .npmrc apps/*/package.json libs/*/package.json /manifests

FROM ${NODE_IMAGE} AS build
WORKDIR /src
COPY --from=manifests /manifests ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN node node_modules/typescript/bin/tsc -b

# The guard's hook, which a worker puts before the tools of its agent and proves before it takes a task.
FROM build AS guard
RUN node tools/hook/bundle.ts
# Where the chart and Compose lay the operator's own policy over this one, which adds nothing to the built-in rules.
RUN mkdir -p /etc/rig/guard && echo 'version: 1' > /etc/rig/guard/guard.policy.yaml
RUN node apps/cli/dist/main.js hooks install --managed --client all --policy /etc/rig/guard/guard.policy.yaml

# Packages at run time: no tools, no embedded servers.
FROM ${NODE_IMAGE} AS deps
WORKDIR /app
COPY --from=manifests /manifests ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

# One app, the libraries, no sources, no tests.
FROM ${NODE_IMAGE} AS app
ARG APP
WORKDIR /app
COPY --from=deps /app ./
COPY --from=build /src/libs ./libs
COPY --from=build /src/apps ./apps
RUN test -f "apps/${APP:?name the app: --build-arg APP=conductor}/dist/main.js"
RUN mv "apps/${APP}" service && rm -rf apps && mkdir apps && mv service "apps/${APP}" && ln -s "apps/${APP}" service
RUN find apps libs -depth \( -name src -o -path '*/dist/testing' -o -name '*.tsbuildinfo' -o -name 'tsconfig*.json' \
  -o -name '*.d.ts' -o -name '*.d.ts.map' -o -name '*.js.map' \) -exec rm -rf '{}' +
RUN rm -rf node_modules/.cache node_modules/.package-lock.json package-lock.json .npmrc

FROM ${NODE_IMAGE} AS service
ARG APP
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="rig/${APP}" \
      org.opencontainers.image.description="A self-hosted control plane for autonomous software engineering" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
ENV NODE_ENV=production \
    HOME=/tmp \
    RIG_HOST=0.0.0.0 \
    RIG_PORT=8080
WORKDIR /app/service
COPY --from=app /app /app
# Nothing is written outside of /tmp and the volumes: run it with --read-only --tmpfs /tmp.
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.RIG_PORT + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No shell in between: SIGTERM reaches Node itself, which drains. Telemetry loads only where an OTLP endpoint is set.
ENTRYPOINT ["node", "--import", "@rig/nest-kit/otel", "dist/main.js"]

# Workers need git, and the certificates it trusts. An agent's own image starts from this one.
FROM service AS agent-worker
USER 0
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates git && rm -rf /var/lib/apt/lists/*
COPY --from=guard /opt/rig/guard /opt/rig/guard
COPY --from=guard /etc/rig/guard /etc/rig/guard
COPY --from=guard /etc/claude-code /etc/claude-code
COPY --from=guard /etc/codex /etc/codex
COPY --from=guard /etc/gemini-cli /etc/gemini-cli
# A volume that is mounted here for the first time takes over who owns it.
RUN install -d -o 1000 -g 1000 /work /data
USER 1000:1000

# The last stage is what is built when no target is named.
FROM service
