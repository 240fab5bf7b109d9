# An nginx that serves the chat and nothing else, as www-data, over TLS at 8443:
#
#   docker build -t chatsj .
#   docker run --rm -p 8443:8443 chatsj
#
# With a certificate of yours, and nothing in the container that can be written to but /tmp:
#
#   docker run --rm -p 443:8443 --read-only --tmpfs /tmp -v /path/to/tls:/tls:ro chatsj
#
# (certificate.pem and key.pem, which www-data, user 33, may read)

FROM debian:bookworm-slim AS nginx
RUN apt-get -qq update \
    && apt-get -qq install --no-install-recommends --yes nginx openssl libutf8proc2 libhiredis0.14 \
    && rm -rf /var/lib/apt/lists/*

# The module is built beside the very nginx that loads it.
FROM nginx AS build
COPY .ci/deps /chatsj/.ci/deps
RUN apt-get -qq update && apt-get -qq install --no-install-recommends --yes make && /chatsj/.ci/deps build
WORKDIR /chatsj
COPY config config.make Makefile ./
COPY src src
RUN make

FROM nginx
COPY --from=build /chatsj/build/ngx_http_chat_module.so /usr/lib/nginx/modules/
COPY nginx-conf /chatsj/nginx-conf
COPY html /chatsj/html
USER www-data
EXPOSE 8443
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=30s --timeout=15s --start-period=10s CMD ["/chatsj/nginx-conf/health", "127.0.0.1:8443"]
CMD ["/chatsj/nginx-conf/serve"]
