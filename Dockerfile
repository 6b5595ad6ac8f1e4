# Two images: `center` for every service of the center, `agent` for a managed host. No build step: Node runs the TypeScript as it is.

FROM node:24-bookworm-slim AS manifests
WORKDIR /opt/elves
COPY package.json package-lock.json .npmrc ./
COPY schemas/package.json schemas/
COPY core/package.json core/
COPY command-service/package.json command-service/
COPY projection-service/package.json projection-service/
COPY query-service/package.json query-service/
COPY agent/package.json agent/
COPY standalone/package.json standalone/
COPY tests/package.json tests/
COPY bench/package.json bench/
COPY docker/trim.sh docker/

# --omit=optional leaves out the project's own Node and Postgres: the images have a Node, Postgres has a container of its own.
FROM manifests AS center-packages
RUN npm ci --omit=dev --omit=optional --ignore-scripts -w command-service -w projection-service -w query-service \
 && sh docker/trim.sh

FROM manifests AS agent-packages
RUN npm ci --omit=dev --omit=optional --ignore-scripts -w agent \
 && sh docker/trim.sh

FROM node:24-bookworm-slim AS center
ENV NODE_ENV=production
WORKDIR /opt/elves
COPY --from=center-packages /opt/elves ./
COPY schemas schemas
COPY core core
COPY command-service command-service
COPY projection-service projection-service
COPY query-service query-service
COPY docker docker
USER node
CMD ["node", "command-service/main.ts"]

FROM node:24-bookworm-slim AS agent
ENV NODE_ENV=production \
    ELVES_AGENT_DATA_DIR=/var/lib/elves-agent \
    ELVES_AGENT_APPS_DIR=/var/lib/elves-apps
# Python for workers, the sample app among them; tini collects the processes that workers leave behind.
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends python3 tini >/dev/null \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt \
 && mkdir -p /var/lib/elves-agent /var/lib/elves-apps \
 && chown node:node /var/lib/elves-agent
WORKDIR /opt/elves
COPY --from=agent-packages /opt/elves ./
COPY schemas schemas
COPY core/package.json core/
COPY core/foundation core/foundation
COPY core/kafka core/kafka
COPY agent agent
COPY docker docker
USER node
VOLUME /var/lib/elves-agent
# -s: also where the container has an init of its own.
ENTRYPOINT ["/usr/bin/tini", "-s", "--"]
CMD ["node", "agent/main.ts"]
