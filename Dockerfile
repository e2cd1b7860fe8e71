# syntax=docker/dockerfile:1

# The program: one static file, built on the builder's own kind of processor for any other.
FROM --platform=$BUILDPLATFORM golang:1.26.10-bookworm AS build
WORKDIR /src
ENV GOCACHE=/go/cache
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
ARG COMMIT=
ARG TARGETOS
ARG TARGETARCH
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/go/cache \
    CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -tags nodynamic,grpcnotrace -trimpath -buildvcs=false \
    -ldflags "-s -w -X main.commit=$COMMIT" -o /out/sajangpick .

# What both images share: certificates to speak to providers, a user that is not root, and one
# folder that outlives the container.
FROM debian:bookworm-slim AS base
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin sajangpick \
    && install -d -o sajangpick -g sajangpick /data
ENV LISTEN=:8080 \
    DATABASE_URL=sqlite:/data/sajangpick.db \
    BLOB_URL=file:/data/blobs
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=15s --retries=3 CMD ["sajangpick", "serve", "--check"]
ENTRYPOINT ["sajangpick"]

# With ffmpeg, to try everything without keys: `docker build --target sandbox -t sajangpick:sandbox .`
# With the command `serve` it is the service that also compares clips with their photos.
FROM base AS sandbox
RUN apt-get update \
    && apt-get install -y --no-install-recommends ffmpeg \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/sajangpick /usr/local/bin/
USER sajangpick
CMD ["serve", "--sandbox"]

# The service. The providers render, so it works without ffmpeg, which would more than double its size.
FROM base AS service
COPY --from=build /out/sajangpick /usr/local/bin/
USER sajangpick
CMD ["serve"]
