# The gateway with DuckDB and SQLite, ready in about a second, as a user of its own, on a file system
# that may be read-only but for /var/lib/flightgate and /tmp.
#
#   docker build -t flightgate .
#   docker run -p 127.0.0.1:31337:31337 -v flightgate:/var/lib/flightgate -e FLIGHTGATE_PASSWORD=… \
#     flightgate serve --insecure --user ann --sample
#
# BUILD_IMAGE needs a JDK, BASE_IMAGE a JRE, both of 17 or newer, with a POSIX shell. Where Maven reaches
# its repositories only by settings of its own:
#   docker build --secret id=maven-settings,src="$HOME/.m2/settings.xml" .
ARG BUILD_IMAGE=eclipse-temurin:25-jdk-noble
ARG BASE_IMAGE=eclipse-temurin:25-jre-noble

FROM ${BUILD_IMAGE} AS build
WORKDIR /build
COPY . .
# SQLite's native code is made where there is a compiler; without, its driver does.
RUN command -v cc >/dev/null || \
    (apt-get update -q && apt-get install -q -y --no-install-recommends gcc libc6-dev libsqlite3-dev) || \
    echo "no C compiler can be had, so SQLite is read through its driver"
RUN --mount=type=secret,id=maven-settings,target=/root/.m2/settings.xml \
    --mount=type=cache,target=/root/.m2/repository \
    FLIGHTGATE_CLASS_DATA=off ./flightgate build && deploy/image-files /image

FROM ${BASE_IMAGE}
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Flightgate" \
      org.opencontainers.image.description="An Arrow Flight SQL gateway for DuckDB and SQLite" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
RUN groupadd --system --gid 10001 flightgate && \
    useradd --system --uid 10001 --gid flightgate --home-dir /var/lib/flightgate --shell /usr/sbin/nologin flightgate && \
    install -d -o flightgate -g flightgate -m 0750 /var/lib/flightgate /var/lib/flightgate/state && \
    ln -s /opt/flightgate/flightgate /usr/local/bin/flightgate
COPY --from=build /image /opt/flightgate
# By this image's Java, for this image's jars; the command line does without, to save 30 MB.
RUN flightgate build && ls /opt/flightgate/flight-server/target/*.jsa && \
    rm -f /opt/flightgate/flight-client/target/*.jsa
ENV FLIGHTGATE_HOST=0.0.0.0 \
    FLIGHTGATE_STATE_DIR=/var/lib/flightgate/state
USER 10001:10001
WORKDIR /var/lib/flightgate
VOLUME /var/lib/flightgate
EXPOSE 31337
STOPSIGNAL SIGTERM
# With TLS or without; a certificate is not checked on the loopback interface.
HEALTHCHECK --interval=30s --timeout=15s --start-period=20s \
  CMD flightgate health >/dev/null 2>&1 || flightgate health --uri grpc+tls://localhost:31337
ENTRYPOINT ["flightgate"]
CMD ["serve"]
