# The container action. BASE is an argument so that a mirror or a digest can take its place.
ARG BASE=python:3.13-slim

FROM ${BASE} AS build
WORKDIR /src
COPY requirements-runtime.lock requirements-build.lock scripts/prune.sh ./
RUN python -m venv --without-pip /opt/gha-router \
 && pip --python /opt/gha-router/bin/python install --no-cache-dir --no-compile --require-hashes -r requirements-runtime.lock \
 && python -m venv --without-pip /opt/build \
 && pip --python /opt/build/bin/python install --no-cache-dir --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY src src
# Byte code that does not look at time stamps stays valid when the files are copied; not of the tasks, whose code agents
# change. The suites' hidden checks and scripted solutions are for root alone: the agent runs as another user.
RUN /opt/build/bin/hatchling build -t wheel \
 && pip --python /opt/gha-router/bin/python install --no-cache-dir --no-compile --no-index --no-deps dist/*.whl \
 && find /opt/gha-router/lib -path "*/gha_router" -prune -o -type d -name tests -exec rm -rf {} + \
 && sh prune.sh /opt/gha-router/lib/python3*/site-packages \
 && python -m compileall -q -x 'gha_router/experiment/(skeleton|suites)/' --invalidation-mode unchecked-hash /opt/gha-router/lib \
 && chmod 700 /opt/gha-router/lib/python3*/site-packages/gha_router/experiment/suites
COPY --chmod=755 scripts/healthcheck.py /opt/gha-router/bin/healthcheck.py
COPY --chmod=755 scripts/serve-container.sh /opt/gha-router/bin/gateway

FROM ${BASE}
# git is for the agent. No program in here may give anybody another user's rights.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates git \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log \
 && find / -xdev -perm /6000 -exec chmod ug-s {} +
COPY --from=build /opt/gha-router /opt/gha-router
ENV LANG=C.UTF-8
LABEL org.opencontainers.image.title="gha-router" \
      org.opencontainers.image.description="Run Claude Code in GitHub Actions on the cheapest model that provably does the job." \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="0.1.0"
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=3 \
  CMD ["/opt/gha-router/bin/python", "-I", "-S", "/opt/gha-router/bin/healthcheck.py"]
# No USER: a container action starts as root, and the agent is given a user of its own. No WORKDIR: the runner's.
ENTRYPOINT ["/opt/gha-router/bin/gha-router", "action"]
