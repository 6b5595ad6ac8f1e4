# Two images: `center` for every service of the center, `agent` for a managed host. Only the dashboard is built: Node runs the TypeScript of the rest as it is.

FROM node:24-bookworm-slim AS manifests
WORKDIR /opt/elves
COPY package.json package-lock.json .npmrc ./
COPY schemas/package.json schemas/
COPY core/package.json core/
COPY command-service/package.json command-service/
COPY projection-service/package.json projection-service/
COPY query-service/package.json query-service/
COPY dashboard/package.json dashboard/
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

FROM manifests AS dashboard
RUN npm ci --ignore-scripts -w dashboard
# The dashboard's own tsconfig.json extends it.
COPY tsconfig.json ./
COPY dashboard dashboard
RUN node dashboard/build/prepare.ts && test -f dashboard/dist/index.html

FROM node:24-bookworm-slim AS center
ENV NODE_ENV=production
WORKDIR /opt/elves
COPY --from=center-packages /opt/elves ./
COPY schemas schemas
COPY core core
COPY command-service command-service
COPY projection-service projection-service
COPY query-service query-service
COPY --from=dashboard /opt/elves/dashboard/dist dashboard/dist
COPY docker docker
# The volume of the packages of apps, which the services share, belongs to their user.
RUN mkdir -p /var/lib/elves/app-packages && chown -R node:node /var/lib/elves
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
COPY core/app-package core/app-package
COPY core/foundation core/foundation
COPY core/kafka core/kafka
COPY agent agent
COPY docker docker
USER node
VOLUME /var/lib/elves-agent
# -s: also where the container has an init of its own.
ENTRYPOINT ["/usr/bin/tini", "-s", "--"]
CMD ["node", "agent/main.ts"]
