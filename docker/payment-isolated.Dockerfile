# The payout service. Build from the root of the repository:
#   docker build -f docker/payment-isolated.Dockerfile -t lucid-payout .
# (buildah: --ignorefile docker/payment-isolated.Dockerfile.dockerignore)
# Node.js 22 or 24: --build-arg BUILD_IMAGE=docker.io/library/node:22-bookworm-slim
#                   --build-arg RUNTIME_IMAGE=gcr.io/distroless/nodejs22-debian12:nonroot
# Run it as scripts/src/payoutImageCheck.ts does: read-only root, no capabilities, no-new-privileges, the seccomp profile
# docker/seccomp/blockchainCore.json, no core dumps, a tmpfs on /tmp and a volume on /data.
ARG BUILD_IMAGE=docker.io/library/node:20-bookworm-slim
ARG RUNTIME_IMAGE=gcr.io/distroless/nodejs20-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
# The manifests alone first: while they do not change, the installed packages come from the layer cache.
COPY package.json package-lock.json .npmrc ./
COPY consensus/package.json consensus/
COPY contracts/package.json contracts/
COPY storage/package.json storage/
COPY p2p/package.json p2p/
COPY node/package.json node/
COPY payment-isolated/package.json payment-isolated/
COPY docker/beta/package.json docker/beta/
COPY scripts/package.json scripts/
# The optional secret is an .npmrc for a mirror of the package registry; it stays out of every layer.
RUN --mount=type=secret,id=npmrc,target=/run/npmrc NPM_CONFIG_USERCONFIG=/run/npmrc \
    npm ci --no-progress --workspace=@lucid/payment-isolated --include-workspace-root
COPY . .
RUN node_modules/.bin/tsc -b payment-isolated
# One file, which nothing but Node.js executes, and the empty folder that the volume takes its owner from.
RUN node payment-isolated/dist/src/build/bundle.js /out/app/lucid-payout.cjs && \
    node -e "fs.chmodSync('/out/app/lucid-payout.cjs', 0o644); fs.mkdirSync('/out/data', { mode: 0o700 })"

FROM ${RUNTIME_IMAGE}
COPY --from=build --chown=0:0 /out/app /app
COPY --from=build --chown=65532:65532 /out/data /data
ENV NODE_ENV=production LUCID_PAYOUT_DATA=/data HOME=/data
USER 65532:65532
WORKDIR /data
VOLUME /data
# Its API is a socket in /data; no port is open.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["/nodejs/bin/node", "/app/lucid-payout.cjs", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["/nodejs/bin/node", "/app/lucid-payout.cjs"]
CMD ["serve"]
