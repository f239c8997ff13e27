# Not built where it was written, for want of a Docker engine: its commands were run by hand (docs/deployment.md),
# and the tag of its base is from memory.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No dependency needs a script of its own to be installed, and none gets to run one.
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY migrations migrations
RUN npm run build
# Without the tools, and so without the embedded Postgres: the image needs DATABASE_URL.
RUN npm prune --omit=dev --ignore-scripts \
  && find node_modules -type f \( -name "*.map" -o -name "*.d.ts" -o -name "*.d.mts" -o -name "*.d.cts" \) -delete

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/data
WORKDIR /app
# A volume that is empty takes its owner from here.
RUN install --directory --owner=node --group=node /data
COPY package.json LICENSE ./
COPY config config
COPY sample sample
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
RUN chmod +x dist/src/cli/main.js && ln -s /app/dist/src/cli/main.js /usr/local/bin/lastgood
# By number, so that Kubernetes can tell that it is not root.
USER 1000:1000
VOLUME ["/data"]
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --start-interval=1s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/live`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# node is process 1 and gets SIGTERM itself: see SHUTDOWN_DELAY_MS.
CMD ["node", "--enable-source-maps", "dist/src/main.js"]
