# The emulator in a small image: one binary, no shell, not root.
#
# Build it in the folder of this file:   docker build -t adf-emulator .
# How to run it, and what is different in a container: docs/continuous-integration.md

FROM rust:1.90-slim-bookworm AS build
WORKDIR /source
COPY . .
RUN cargo build --locked --release -p adf-emulator

FROM gcr.io/distroless/cc-debian12:nonroot
COPY --from=build /source/target/release/adf-emulator /usr/local/bin/adf-emulator
# A container's loopback is its own: nothing outside would reach the default address.
ENV ADF_EMULATOR_LISTEN=0.0.0.0:4443
EXPOSE 4443
HEALTHCHECK --interval=1s --timeout=2s --retries=30 CMD ["adf-emulator", "health"]
ENTRYPOINT ["adf-emulator"]
CMD ["serve"]
